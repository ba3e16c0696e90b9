"""Creates files in folders that don't belong to the plugin. Returns the folders where that worked."""

import os


def attack(request):
    return [folder for folder in (*request["folders"], os.path.dirname(__file__)) if _creates(os.path.join(folder, "left-behind"))]


def _creates(path):
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        os.unlink(path)
    except OSError:
        return False
    return True
