"""Provides a namespace's models."""
