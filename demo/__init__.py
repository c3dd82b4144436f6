"""The small model that ships with the project: its corpus, training, evaluation, and the sample rollouts it wrote."""
