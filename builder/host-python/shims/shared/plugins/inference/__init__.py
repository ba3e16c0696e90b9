"""Realtime inference."""
