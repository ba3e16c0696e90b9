"""Saves the machine code that a plugin's functions compile on their first call (numba, `cache=True`), and gives it to
later processes.

numba stores it one folder level deep in NUMBA_CACHE_DIR: for each function an index, `NAME.nbi`, and its code,
`NAME.NUMBER.nbc`.
"""

import contextlib
import os
import re
import stat

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Opening a pipe must not block; pipes are rejected later because they aren't files.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NAME = re.compile(r"([^/]+?)(?:\.nbi|\.[0-9]+\.nbc)")
_PIECE = 1 << 20


def provide_machine_code(kept):
    """Links the saved, read-only files into the folder where numba looks and where this process may add its own."""
    # If a file disappears in the meantime, numba compiles the function again.
    with contextlib.suppress(OSError):
        for name in os.listdir(kept):
            folder = os.path.join(os.environ["NUMBA_CACHE_DIR"], name)
            os.makedirs(folder, exist_ok=True)
            for file in os.listdir(os.path.join(kept, name)):
                os.symlink(os.path.join(kept, name, file), os.path.join(folder, file))


def keep(request):
    """Copies the processes' compiled code into the folder `target`, which must not exist. Returns the amount copied,
    or None if it exceeds `files` or `bytes`. The processes are running and may change their folders in the
    meantime.

    Two processes may number one function's code differently, so all of a function's code comes from the first
    process that has it.
    """
    from slipway_host import disk_processes

    sees_all = disk_processes.sees_all()
    copy = _Copy(request["target"], request["files"], request["bytes"])
    try:
        for folder in request["folders"]:
            copy.add(folder["path"], disk_processes.AsUser(None if sees_all else folder["uid"]))
    except _TooMuch:
        return None
    return {"files": copy.files}


class _TooMuch(Exception):
    pass


class _Copy:
    def __init__(self, target, files_max, bytes_max):
        self.files = 0
        self._target = target
        self._files_max = files_max
        self._bytes_left = bytes_max
        self._done = set()
        _make(target)

    def add(self, path, user):
        """Adds the functions that earlier processes don't have."""
        added = set()
        with _opened(path, _FOLDER, user) as place:
            for name in _names(place):
                with _opened(name, _FOLDER, user, place) as folder:
                    for file in _names(folder):
                        matched = _NAME.fullmatch(file)
                        function = (name, matched and matched[1])
                        if matched and function not in self._done and self._add_file(folder, name, file, user):
                            added.add(function)
        self._done |= added

    def _add_file(self, folder, name, file, user):
        with _opened(file, _FILE, user, folder) as source:
            status = None if source is None else os.fstat(source)
            # A link could lead to a file that the plugin may not read.
            if status is None or not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
                return False
            self.files += 1
            if self.files > self._files_max:
                raise _TooMuch
            target = os.path.join(self._target, name)
            _make(target)
            with open(os.path.join(target, file), "xb") as written:
                os.fchmod(written.fileno(), 0o644)
                while piece := os.read(source, _PIECE):
                    self._bytes_left -= len(piece)
                    if self._bytes_left < 0:
                        raise _TooMuch
                    written.write(piece)
        return True


@contextlib.contextmanager
def _opened(path, flags, user, folder=None):
    """Opens the path as the user. Yields None if it's missing or isn't the expected kind."""
    opened = None
    with contextlib.suppress(OSError), user:
        opened = os.open(path, flags, dir_fd=folder)
    try:
        yield opened
    finally:
        if opened is not None:
            os.close(opened)


def _names(folder):
    return [] if folder is None else sorted(os.listdir(folder))


def _make(folder):
    with contextlib.suppress(FileExistsError):
        os.mkdir(folder)
        os.chmod(folder, 0o755)
