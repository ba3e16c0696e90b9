"""Models of a namespace."""
