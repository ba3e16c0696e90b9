"""Measures a plugin's disk use. Use that can't be measured counts as over the limit.

A folder is walked by descriptors (disk_walk.py). Deleted files that are still open or mapped are found in /proc
(disk_processes.py). A plugin that hasn't run since the last check has written nothing, so it's skipped.
"""

import os
import stat

from slipway_host import disk_processes, disk_walk

_REMEMBERED = 4096
# A folder with less free space than this is full: no typical file fits.
_FULL_BYTES = 65_536


class Looks:
    """Keeps each plugin's last result."""

    def __init__(self):
        self._last = {}
        self._sees_all = disk_processes.sees_all()

    def look(self, request):
        """Returns each folder's `state` (`within`, `full`, `exceeded`, `unmeasured` or, for all of them, `doubtful`),
        its bytes, and the reason for the log.

        Without a `pid`, no process runs and only the folders' contents count.
        """
        folders = request["folders"]
        pid = request["pid"]
        if pid is None:
            return [_limited(folder) if folder["by"] == "kernel" else _measure(Use(folder), ()) for folder in folders]
        if len(self._last) > _REMEMBERED:
            self._last = {key: value for key, value in self._last.items() if os.path.exists(f"/proc/{key}")}
        with disk_processes.AsUser(None if self._sees_all else request["uid"]):
            processes = disk_processes.processes_of(pid, request["groups"])
        sampled = iter(self._sampled(request, processes, [folder for folder in folders if folder["by"] == "sampled"]))
        return [next(sampled) if folder["by"] == "sampled" else self._limited(folder, request["uid"]) for folder in folders]

    def _limited(self, folder, uid):
        try:
            return _limited(folder)
        except PermissionError:
            pass
        try:
            with disk_processes.AsUser(None if self._sees_all else uid):
                return _limited(folder)
        except PermissionError:
            return _state("unmeasured", folder["bytes"], reason="its size can't be read")

    def _sampled(self, request, processes, folders):
        if not folders:
            return []
        pid = request["pid"]
        runtime, found, was_doubtful = self._last.get(pid, (None, None, False))
        now = disk_processes.runtime_of(processes)
        if now is not None and now == runtime:
            return found
        uses = [Use(folder) for folder in folders]
        with disk_processes.AsUser(None if self._sees_all else request["uid"]):
            held, doubts = disk_processes.deleted_files(processes, uses)
        states = [_measure(use, held) for use in uses]
        if doubts and was_doubtful:
            states[0] |= {"state": "doubtful", "reason": doubts[0]}
        # A doubtful result must be checked again, even if the plugin doesn't run before then.
        self._last[pid] = (None if doubts else now, states, bool(doubts))
        return states


class Exceeded(Exception):
    pass


class Use:
    """The contents of one folder."""

    def __init__(self, folder):
        self.path = folder["path"]
        self.device = os.stat(self.path).st_dev
        # The folder's path prefixes in /proc, as this process and the plugin see them.
        self.prefixes = tuple(os.fsencode(path) + b"/" for path in (folder["path"], folder["seen"]))
        self.bytes = 0
        self.files = 0
        self._folder = folder
        self._counted = set()

    def add(self, status):
        """Counts a file under one of its names. A file's blocks count only once."""
        self.files += 1
        has_more_names = status.st_nlink > 1 and not stat.S_ISDIR(status.st_mode)
        if not has_more_names or self._is_new(status):
            self.bytes += status.st_blocks * 512
        if self.bytes > self._folder["bytes"] or self.files > self._folder["files"]:
            raise Exceeded

    def add_deleted(self, status):
        if self._is_new(status):
            self.add(status)

    def _is_new(self, status):
        key = (status.st_dev, status.st_ino)
        if key in self._counted:
            return False
        self._counted.add(key)
        return True


def _measure(use, held):
    try:
        for owner, status in held:
            if owner is use:
                use.add_deleted(status)
        disk_walk.walk(use.path, use.add)
    except Exceeded:
        return _state("exceeded", use.bytes, use.files)
    except disk_walk.Unlisted as unlisted:
        return _state("unmeasured", use.bytes, use.files, str(unlisted))
    return _state("within", use.bytes, use.files)


def _limited(folder):
    """Inspects a folder whose size the kernel limits."""
    try:
        found = os.statvfs(folder["path"])
    except (FileNotFoundError, ProcessLookupError):
        return _state("within", 0)  # the process has ended
    total = found.f_blocks * found.f_frsize
    if folder["in_memory"] and not folder["bytes"] <= total < folder["bytes"] + found.f_frsize:
        return _state("within", 0)  # the process has no root of its own yet
    is_full = found.f_bavail * found.f_frsize < _FULL_BYTES or found.f_favail == 0
    used = (found.f_blocks - found.f_bfree) * found.f_frsize
    return _state("full" if is_full else "within", used, found.f_files - found.f_ffree)


def _state(state, used, files=0, reason=None):
    return {"state": state, "bytes": used, "files": files, "reason": reason}
