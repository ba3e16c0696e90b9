"""Finds deleted files that a plugin's processes still hold, in /proc."""

import os
import re
import stat

_CAP_SYS_PTRACE = 19
_PF_EXITING = 0x4  # include/linux/sched.h
_GONE = (FileNotFoundError, ProcessLookupError, NotADirectoryError)
# Paths that the kernel shows for shared memory that isn't a file. No plugin can create files there.
_SHARED_MEMORY = (b"/memfd:", b"/SYSV", b"/dev/zero")
_DELETED = b" (deleted)"
_IN_FLIGHT = re.compile(rb"^scm_fds:\s*[1-9]", re.MULTILINE)

UNREADABLE = "its open files can't be read"
PASSED = "a file was sent to a socket and not received"
MAPPED = "a deleted file is mapped and not open"


class AsUser:
    """Temporarily switches to a user, and the group with the same number, to see its processes: the kernel compares
    both. For signals and tracing, the process still belongs to root. None changes nothing.
    """

    def __init__(self, uid):
        self._uid = uid

    def __enter__(self):
        if self._uid is not None:
            os.setegid(self._uid)
            os.seteuid(self._uid)

    def __exit__(self, *_):
        if self._uid is not None:
            os.seteuid(0)
            os.setegid(0)


def sees_all():
    """True if this process can see other users' open files, or needs to see only its own user's. Root in a container
    often can't see other users' files.
    """
    if os.geteuid() != 0:
        return True
    with open("/proc/self/status") as file:
        effective = next(line.split()[1] for line in file if line.startswith("CapEff:"))
    return bool(int(effective, 16) >> _CAP_SYS_PTRACE & 1)


def processes_of(pid, groups):
    """Returns the process with the rest of its control group or, without groups, with the processes that it started.
    """
    if groups:
        with open(groups[0] + "/cgroup.procs") as file:
            return {pid, *(int(line) for line in file)}
    found, pending = set(), [pid]
    while pending:
        one = pending.pop()
        found.add(one)
        for thread in _list(f"/proc/{one}/task"):
            pending += (int(child) for child in _read(f"/proc/{one}/task/{thread}/children").split())
    return found


def runtime_of(processes):
    """Returns each thread's run time in nanoseconds, or None if the kernel doesn't report it."""
    found = []
    for pid in sorted(processes):
        for thread in _list(f"/proc/{pid}/task"):
            times = _read(f"/proc/{pid}/task/{thread}/schedstat").split()
            if not times:
                return None
            found.append((thread, times[0]))
    return found


def deleted_files(processes, uses):
    """Returns the deleted files, each with its folder's use and its status, and a reason for each thing that couldn't
    be inspected.
    """
    held, doubts = [], []
    for pid in processes:
        try:
            inodes = _open_files(pid, uses, held, doubts)
            _mapped_files(pid, uses, held, doubts, inodes)
        except _GONE:
            pass  # it has ended
        except PermissionError:
            if _is_confined(pid):
                doubts.append(UNREADABLE)
    return held, doubts


def _is_confined(pid):
    """Returns whether the process has switched to the user that this process runs as. Before that, it belongs to the
    builder and runs no plugin code. On a busy machine the switch takes seconds.
    """
    users = next((line.split()[1:] for line in _read(f"/proc/{pid}/status").split(b"\n") if line.startswith(b"Uid:")), [])
    return not users or any(int(user) == os.geteuid() for user in users)


def _open_files(pid, uses, held, doubts):
    """Returns the inodes found."""
    inodes = set()
    for thread in os.listdir(f"/proc/{pid}/task"):
        folder = f"/proc/{pid}/task/{thread}/fd"
        for fd in _open_in(f"/proc/{pid}/task/{thread}"):
            try:
                status = os.stat(f"{folder}/{fd}")
            except _GONE:
                continue  # it was closed
            inodes.add(status.st_ino)
            if stat.S_ISSOCK(status.st_mode) and _IN_FLIGHT.search(_read(f"{folder}info/{fd}")):
                doubts.append(PASSED)
            if status.st_nlink == 0:
                _hold(uses, held, status, _target(f"{folder}/{fd}"))
    return inodes


def _mapped_files(pid, uses, held, doubts, inodes):
    for thread in os.listdir(f"/proc/{pid}/task"):
        lines = _read_strictly(f"/proc/{pid}/task/{thread}/maps").split(b"\n")
        for line in lines:
            if not line.endswith(_DELETED):
                continue
            place, _, _, _, inode, path = line.split(None, 5)
            if int(inode) in inodes or path.startswith(_SHARED_MEMORY) or _owner(uses, None, path) is None:
                continue
            start, end = (int(address, 16) for address in place.split(b"-"))
            try:
                _hold(uses, held, os.stat(f"/proc/{pid}/map_files/{start:x}-{end:x}"), path)
            except _GONE:
                continue  # it was unmapped
            except PermissionError:
                doubts.append(MAPPED)
        if lines:
            return  # threads share their memory


def _hold(uses, held, status, path):
    owner = _owner(uses, status, path)
    if owner is not None and status.st_nlink == 0:
        held.append((owner, status))


def _owner(uses, status, path):
    by_path = (use for use in uses if path.startswith(use.prefixes))
    by_device = (use for use in uses if status is not None and use.device == status.st_dev)
    return next(by_path, None) or next(by_device, None)


def _target(link):
    try:
        return os.readlink(os.fsencode(link))
    except OSError:
        return b""  # longer than a page, or closed: the device decides


def _list(path):
    try:
        return os.listdir(path)
    except OSError:
        return []


def _open_in(thread):
    try:
        return os.listdir(thread + "/fd")
    except _GONE:
        return []
    except PermissionError:
        if _has_ended(thread):
            return []
        raise


def _has_ended(thread):
    """Returns whether a thread has ended. Until its parent collects its status, /proc still shows it, with its open
    files owned by root.
    """
    fields = _read(thread + "/stat").rpartition(b")")[2].split()
    return not fields or fields[0] in (b"Z", b"X") or int(fields[6]) & _PF_EXITING != 0


def _read(path):
    try:
        return _read_strictly(path)
    except OSError:
        return b""


def _read_strictly(path):
    with open(path, "rb") as file:
        return file.read()
