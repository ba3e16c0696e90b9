"""Changes one of the builder's files by path, without opening it. Landlock alone does not prevent this."""

import os


def attack(request):
    path = request["path"]
    attempts = {
        "chmod": lambda: os.chmod(path, 0o777),
        "chown": lambda: os.chown(path, os.getuid(), os.getgid()),
        "utime": lambda: os.utime(path, (0, 0)),
        "truncate": lambda: os.truncate(path, 0),
        "setxattr": lambda: os.setxattr(path, "user.mark", b"1"),
        "link": lambda: os.link(path, os.path.join(os.environ["TMPDIR"], "linked")),
        "rename": lambda: os.rename(path, path + ".moved"),
        "unlink": lambda: os.unlink(path),
    }
    return [name for name, attempt in attempts.items() if _works(attempt)]


def _works(attempt):
    try:
        attempt()
    except OSError:
        return False
    return True
