"""What the openai engine is made of: HTTP, pace, the bodies of requests and the reading of replies."""
