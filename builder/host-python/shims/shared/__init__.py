"""Replaces the platform's package of this name, as far as the plugin format documents it (§4, §5)."""
