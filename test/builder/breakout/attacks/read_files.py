"""Opens files that belong to the machine, the builder and another plugin. Returns the paths that it could open."""

import os


def attack(request):
    return [path for path in request["paths"] if _opens(path)]


def _opens(path):
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError:
        return False
    return True
