"""Creates many empty files, which use kernel memory and no bytes in /tmp. Returns how many, if none was refused."""

import os

MANY = 20_000


def attack(request):
    folder = os.environ["TMPDIR"]
    names = []
    try:
        while len(names) < MANY:
            name = os.path.join(folder, f"empty{len(names)}")
            os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
            names.append(name)
    except OSError:
        return []
    finally:
        for name in names:
            os.unlink(name)
    return [f"{MANY} files"]
