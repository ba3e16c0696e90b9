"""Keeps files and unpacked archives on a node by digest, shared by all plugin processes there.

An entry is a folder, made under a lock and then renamed to its digest. A process holds another, shared lock on each
entry it uses, so no other process removes it. Locks end with their process.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import stat
import tempfile
import time

UNUSED_SECONDS_MAX = 7 * 24 * 3600
# How much of its disk the cache may fill.
DISK_SHARE = 0.5
_CONTENT = "content"
_UNFINISHED = ".unfinished"
_MAKING = ".making"
_USED = ".used"


class NoRoom(Exception):
    """The node's disk has no room for an entry."""


class NodeCache:
    def __init__(self, folder=None, bytes_max=None):
        self.folder = folder or os.environ.get("SLIPWAY_CACHE_DIR") or _default_folder()
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        _require_own(self.folder)
        total = shutil.disk_usage(self.folder).total
        self._bytes_max = int(total * DISK_SHARE) if bytes_max is None else bytes_max
        self._held = {}

    def get(self, digest, size, make):
        """Returns the path of an entry's content. `make(path)` creates a missing one there, of about `size` bytes."""
        if digest not in self._held:
            self._held[digest] = self._hold(digest, size, make)
        return os.path.join(self.folder, digest, _CONTENT)

    def _hold(self, digest, size, make):
        while True:
            lock = self._lock(digest + _USED, fcntl.LOCK_SH)
            if self._touch(digest):
                return lock
            os.close(lock)
            lock = self._lock(digest + _MAKING, fcntl.LOCK_EX)
            try:
                if not self._touch(digest):
                    self._make(digest, size, make)
            finally:
                os.close(lock)

    def _make(self, digest, size, make):
        self._prune(size)
        unfinished = os.path.join(self.folder, digest + _UNFINISHED)
        _remove(unfinished)
        os.mkdir(unfinished, 0o700)
        try:
            make(os.path.join(unfinished, _CONTENT))
            os.rename(unfinished, os.path.join(self.folder, digest))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise NoRoom(f"the node's disk has no room for {size} bytes in {self.folder}") from error
            raise
        finally:
            _remove(unfinished)

    def _touch(self, digest):
        """Marks an entry as used now. Returns false if it doesn't exist."""
        try:
            os.utime(os.path.join(self.folder, digest))
            return True
        except FileNotFoundError:
            return False

    def _lock(self, name, kind, *, waits=True):
        path = os.path.join(self.folder, name)
        while True:
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(lock, kind if waits else kind | fcntl.LOCK_NB)
                if _is_same_file(lock, path):
                    return lock
            except BlockingIOError:
                os.close(lock)
                return None
            os.close(lock)  # removed with its entry in the meantime

    def _prune(self, size):
        """Removes unused entries: old ones, leftovers of killed processes, and as many others as `size` bytes need."""
        entries = sorted(self._entries())
        total = sum(_size(os.path.join(self.folder, digest)) for _, digest in entries)
        for used_at, digest in entries:
            is_old = time.time() - used_at > UNUSED_SECONDS_MAX
            if is_old or total + size > self._bytes_max:
                total -= self._drop(digest)
        for name in os.listdir(self.folder):
            if name.endswith(_UNFINISHED):
                self._drop_unfinished(name.removesuffix(_UNFINISHED))

    def _entries(self):
        for name in os.listdir(self.folder):
            if not name.endswith((_MAKING, _UNFINISHED, _USED)):
                with contextlib.suppress(FileNotFoundError):
                    yield os.stat(os.path.join(self.folder, name)).st_mtime, name

    def _drop(self, digest):
        """Returns how many bytes were freed: none while a process uses the entry."""
        path = os.path.join(self.folder, digest)
        lock = self._lock(digest + _USED, fcntl.LOCK_EX, waits=False)
        if lock is None:
            return 0
        try:
            freed = _size(path)
            _remove(path)
            os.unlink(path + _USED)
            return freed
        finally:
            os.close(lock)

    def _drop_unfinished(self, digest):
        path = os.path.join(self.folder, digest)
        lock = self._lock(digest + _MAKING, fcntl.LOCK_EX, waits=False)
        if lock is not None:
            _remove(path + _UNFINISHED)
            os.unlink(path + _MAKING)
            os.close(lock)


def _default_folder():
    return os.path.join(tempfile.gettempdir(), f"slipway-{os.getuid()}")


def _require_own(folder):
    """A shared folder for temporary files lets another user create this name first."""
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise PermissionError(f"{folder} must be a folder that only user {os.getuid()} can write to")


def _is_same_file(handle, path):
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False


def _size(path):
    size = 0
    for folder, _, names in os.walk(path):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                size += os.lstat(os.path.join(folder, name)).st_size
    return size


def _remove(path):
    """Folders of unpacked archives are read-only."""
    for folder, _, _ in os.walk(path):
        os.chmod(folder, 0o700)
    shutil.rmtree(path, ignore_errors=True)
