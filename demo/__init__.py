"""What the demonstration project shows. Until a model of our own writes its rollouts, a script does, and says so."""
