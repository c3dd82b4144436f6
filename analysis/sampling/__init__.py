"""What several samples of one problem say: how often one of k, the vote of k, or the best scored of k is right.

Pure functions of counts, votes and scores of small sets of samples. Knows no frame, no model and no page.
"""
