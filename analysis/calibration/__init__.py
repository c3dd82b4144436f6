"""How well confidences in [0, 1] agree with outcomes 0 or 1: bins, scores, rankings, kernel, recalibration.

Plain numpy over one confidence and one outcome per rollout; knows no columns, no problems and no intervals.
"""
