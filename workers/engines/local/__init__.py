"""What engines in this process share: model folders, prompts to token ids, and a generation loop of our own."""
