"""Replaces the platform's package of this name, as far as it is documented (plugin format §4, §5)."""
