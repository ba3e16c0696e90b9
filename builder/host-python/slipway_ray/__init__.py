"""Runs a plugin in Ray Serve, where Slipway's own host does not confine it (docs/ray.md)."""
