"""GPUs for the builder: cards, their memory and the processes on them. Never runs plugin code."""
