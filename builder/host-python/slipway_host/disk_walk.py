"""Walks a folder by descriptors while a plugin writes to it. Handles any depth and any names, and follows no links.
"""

import errno
import os
import stat

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_PLACE = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_LISTABLE = 0o500


class Unlisted(Exception):
    """Raised for a folder that can't be listed. The message is for the plugin's author."""


def walk(path, visit):
    """Calls `visit` with the status of everything in the folder. Stops if `visit` raises. Adds missing owner
    permissions, so that every folder can be listed.
    """
    levels = []
    try:
        _enter(levels, path, visit, parent=None, mode=_LISTABLE)
        while levels:
            folder, pending = levels[-1]
            if pending:
                name, mode = pending.pop()
                _enter(levels, name, visit, folder, mode)
            else:
                levels.pop()
                os.close(folder)
    finally:
        for folder, _ in levels:
            os.close(folder)


def _enter(levels, name, visit, parent, mode):
    try:
        folder = _open(name, parent, is_listable=mode & _LISTABLE == _LISTABLE)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return  # it was removed meanwhile
        raise Unlisted(_reason(error)) from None
    pending = []
    levels.append((folder, pending))
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                status = _status(entry)
                if status is None:
                    continue
                visit(status)
                if stat.S_ISDIR(status.st_mode):
                    pending.append((entry.name, status.st_mode))
    except OSError as error:
        raise Unlisted(_reason(error)) from None


def _open(name, parent, is_listable):
    if is_listable or os.geteuid() == 0:
        return os.open(name, _FOLDER, dir_fd=parent)
    place = os.open(name, _PLACE, dir_fd=parent)
    try:
        path = f"/proc/self/fd/{place}"
        os.chmod(path, stat.S_IMODE(os.fstat(place).st_mode) | 0o700)
        return os.open(path, _FOLDER & ~os.O_NOFOLLOW)
    finally:
        os.close(place)


def _status(entry):
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None  # it was removed meanwhile


def _reason(error):
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return "its folders are nested too deeply"
    return f"a folder in it can't be listed ({error.strerror})"
