"""Runs compilers, shells, interpreters and package managers. Returns the programs that ran."""

import os
import subprocess

NAMES = "sh bash dash busybox gcc cc ld as go perl node ruby ssh curl wget git apt apt-get dpkg pip pip3 mount su sudo".split()
FOLDERS = "/bin /usr/bin /usr/local/bin /usr/local/go/bin".split()


def attack(request):
    return [path for path in (os.path.join(folder, name) for folder in FOLDERS for name in NAMES) if _runs(path)]


def _runs(path):
    try:
        process = subprocess.Popen([path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        process.kill()
        process.wait()
    except OSError:
        return False
    return True
