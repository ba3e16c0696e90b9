"""What the builder knows about GPUs: cards, their memory and the processes on them. Never runs plugin code."""
