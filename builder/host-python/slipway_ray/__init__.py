"""Runs a plugin in Ray Serve, outside the confinement of Slipway's own host (docs/ray.md)."""
