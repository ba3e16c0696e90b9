"""Finds models of the plugin's namespace: the files that `models` in manifest.py names. They are read-only, and shared by instances."""

from pathlib import Path

_paths = {}


class ModelUnavailable(RuntimeError):
    """The plugin has no model of that name."""


def load_namespace_model(name, *args, **kwargs):
    """Returns the path of the model's file. Further arguments, which other hosts take, are ignored."""
    path = _paths.get(name)
    if path is None:
        named = ", ".join(sorted(_paths)) or "none"
        raise ModelUnavailable(
            f"there is no model {name!r} here; name it in manifest.py: models = [{name!r}] (this plugin has: {named})"
        )
    return Path(path)


def receive(paths):
    """Replaces all models. The host calls it before the plugin is loaded."""
    _paths.clear()
    _paths.update(paths)
