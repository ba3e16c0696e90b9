"""Stands in for the platform's own package of this name, as far as the plugin format documents it (§4, §5)."""
