"""Finds models in the plugin's namespace: the files listed under `models` in manifest.py. They are read-only and
shared by instances.
"""

from pathlib import Path

_paths = {}


class ModelUnavailable(RuntimeError):
    """Raised if the plugin has no model of that name."""


def load_namespace_model(name, *args, **kwargs):
    """Returns the model file's path. Ignores further arguments, which other hosts accept."""
    path = _paths.get(name)
    if path is None:
        named = ", ".join(sorted(_paths)) or "none"
        raise ModelUnavailable(
            f"there is no model {name!r} here; name it in manifest.py: models = [{name!r}] (this plugin has: {named})"
        )
    return Path(path)


def receive(paths):
    """Replaces all models. The host calls this before it loads the plugin."""
    _paths.clear()
    _paths.update(paths)
