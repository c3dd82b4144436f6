"""Training sets made from analysed traces: rows in TRL's shapes with the loss masks of the method. Trains nothing."""
