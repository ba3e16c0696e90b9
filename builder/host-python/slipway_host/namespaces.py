"""Isolates the worker in Linux namespaces: no network unless granted, no other processes, and only the listed parts of
the disk.

Works as root, or as any user if the kernel allows unprivileged user namespaces. The process that calls `enter`
stays outside as the supervisor: when standard input closes, it kills the worker and everything the worker started.
"""

import errno
import os
import select
import signal
import time

from slipway_host import linux, priority, relay

# Time from the builder's pipes closing to the builder exiting.
_BUILDER_EXIT_MS = 10_000
# Time from the worker's channel closing to the pipe closing, when a builder is killed.
_PIPE_END_MS = 200
_GROUPS_SECONDS = 10
_PAUSE_SECONDS = 0.05
_DEVICES = ("null", "zero", "random", "urandom")
# Numeric libraries read these to choose how they compute.
_PROC = ("cpuinfo", "meminfo")


def enter(jail, groups, channel_fd):
    """Returns only in the worker, with the new root in place. `jail` is the Jail from
    builder/server/sandbox/sandbox.ts and the path of the program that runs in it. `groups` are the folders of the
    worker's control group.
    """
    flags = linux.CLONE_NEWNS | linux.CLONE_NEWPID | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS
    if not jail["network"]:
        flags |= linux.CLONE_NEWNET
    try:
        if os.geteuid() != 0 or not _unshares_as_root(flags, jail["uid"]):
            _unshare_as_user(flags, jail["uid"])
    except OSError as error:
        raise _refused(error) from error
    if jail["listen"]:
        relay.hand_over(jail["listen"])
    # The supervisor's root changes with the worker's, so open these folders first.
    places = [os.open(folder + "/../..", os.O_PATH | os.O_CLOEXEC) for folder in groups]
    arguments = linux.argument_memory()
    worker = os.fork()
    if worker:
        os.close(channel_fd)
        _supervise(worker, [(place, os.path.relpath(folder, folder + "/../..")) for place, folder in zip(places, groups)])
    for place in places:
        os.close(place)
    os.umask(0o022)
    os.setsid()  # signals to the worker's process group don't reach the supervisor
    priority.lower_session()
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    linux.forget_arguments(arguments)  # they have paths of this machine
    _build_root(jail)


def _refused(error):
    """Returns an error that the builder recognizes (probe/choose-sandbox.ts), and so doesn't blame a file for."""
    return OSError(error.errno, f"the kernel refuses namespaces: {error.strerror}")


def _unshares_as_root(flags, uid):
    """Returns whether it succeeded. Root in a container often may not do this. It then becomes the instance's user,
    which may if the kernel allows user namespaces.
    """
    try:
        linux.unshare(flags)
        return True
    except PermissionError:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        linux.prctl(linux.PR_SET_DUMPABLE, 1)  # or its files in /proc stay root's
        return False


def _unshare_as_user(flags, uid_inside):
    uid, gid = os.geteuid(), os.getegid()
    linux.unshare(flags | linux.CLONE_NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid_inside} {uid} 1"),
        ("gid_map", f"{uid_inside} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def _supervise(worker, groups):
    """Waits until the worker or the builder exits, whichever comes first. Never returns."""
    was_asked = False

    def end(*_):
        nonlocal was_asked
        was_asked = True
        os.kill(worker, signal.SIGKILL)

    builder = linux.pidfd_open(os.getppid())
    signal.signal(signal.SIGTERM, end)
    handle = linux.pidfd_open(worker)
    poll = select.poll()
    poll.register(0, select.POLLIN)
    poll.register(handle, select.POLLIN)
    while True:
        ready = [fd for fd, _ in poll.poll()]
        if handle not in ready and os.read(0, 4096):
            continue
        if handle not in ready:
            os.kill(worker, signal.SIGKILL)  # PID 1 of its namespace: the kernel kills all others with it
        _, status = os.waitpid(worker, 0)
        code = os.waitstatus_to_exitcode(status)
        # A worker exits with 0 when its channel closes.
        has_ended = not was_asked and _is_readable(0, _PIPE_END_MS if code == 0 else 0)
        if has_ended and _is_readable(builder, _BUILDER_EXIT_MS):
            _remove(groups)
        os._exit(code if code >= 0 else 128 - code)


def _is_readable(fd, timeout_ms):
    """Returns whether the pipe has closed or the process has exited."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(timeout_ms))


def _remove(groups):
    """Removes control groups that the builder couldn't remove (sandbox/cgroups.ts): first the empty ones, then the
    groups around them. Nobody else removes some of them, such as a group that no process had joined yet.

    The builder's background programs may exit slightly later. The next builder removes the groups that remain.
    """
    deadline = time.monotonic() + _GROUPS_SECONDS
    for place, folder in groups:
        base = os.path.dirname(folder).removesuffix(".background")
        left = [f"{base}.background", base]
        while left:
            left = [path for path in left if not _is_removed(path, place)]
            if time.monotonic() > deadline:
                break
            if left:
                time.sleep(_PAUSE_SECONDS)


def _is_removed(path, place):
    """Returns False if a later attempt may succeed."""
    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=place)
    except OSError:
        return True
    try:
        with os.scandir(folder) as entries:
            groups = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        for group in groups:
            _remove_empty(group, folder)
    finally:
        os.close(folder)
    return _remove_empty(path, place)


def _remove_empty(path, place):
    try:
        os.rmdir(path, dir_fd=place)
    except OSError as error:
        return error.errno != errno.EBUSY
    return True


def _build_root(jail):
    root = jail["mount_point"]
    try:
        linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    except OSError as error:
        raise _refused(error) from error  # AppArmor allows namespaces to some programs, but no mounts in them
    linux.mount("tmpfs", root, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755,size=1m,nr_inodes=2k")
    # /tmp comes first, because mounts may lie inside it.
    os.makedirs(root + "/tmp")
    options = f"mode=1777,size={jail['temp_bytes']},nr_inodes={jail['temp_files']}"
    linux.mount("tmpfs", root + "/tmp", "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)
    for source, target in jail["system"]:
        _expose(source, root + target, read_only=True)
    for path in jail["hidden"]:
        linux.mount("tmpfs", root + path, "tmpfs", linux.MS_RDONLY | linux.MS_NOSUID | linux.MS_NODEV, "size=4k,nr_inodes=1")
    for source, target in jail["read_only"]:
        _expose(source, root + target, read_only=True)
    for source, target in jail["writable"]:
        _expose(source, root + target, read_only=False)
    _fill_etc(root, jail["uid"])
    for name in _DEVICES:
        _bind_file(f"/dev/{name}", f"{root}/dev/{name}")
    for source, target in jail["gpu_nodes"]:
        _bind_file(source, root + target)
    if jail["gpu_nodes"]:
        _mount_processes(root + "/proc")
    else:
        _fill_proc(root + "/proc", jail["executable"])
    linux.pivot_root(root)
    linux.mount(None, "/", None, linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | linux.MS_NOSUID | linux.MS_NODEV)


def _fill_proc(folder, executable):
    """Exposes nothing else from /proc: its mount lists contain this machine's paths and can't be hidden separately."""
    for name in _PROC:
        _expose(f"/proc/{name}", f"{folder}/{name}", read_only=True)
    os.makedirs(folder + "/self")
    os.symlink(executable, folder + "/self/exe")  # by which a program finds libraries next to it


def _mount_processes(folder):
    """Mounts a procfs of this PID namespace, which CUDA needs. Its mount lists contain this machine's paths, the price of
    a GPU (docs/reference/confinement.md). The kernel refuses it where parts of /proc are masked, as in a container.
    """
    os.makedirs(folder)
    try:
        linux.mount("proc", folder, "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC, "subset=pid,hidepid=2")
    except PermissionError as error:
        raise PermissionError(error.errno, "the kernel refuses a procfs of its own") from error


def _expose(source, target, read_only):
    """Bind-mounts a path into the new root. Recreates a symbolic link (such as /lib on a merged /usr) instead."""
    if os.path.islink(source):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(os.readlink(source), target)
    elif os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
        linux.mount(source, target, None, linux.MS_BIND | linux.MS_REC)
        linux.restrict_tree(target, read_only)
    else:
        _bind_file(source, target)
        linux.restrict_tree(target, read_only)


def _bind_file(source, target):
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "x"):
        pass
    linux.mount(source, target, None, linux.MS_BIND)


def _fill_etc(root, uid):
    os.makedirs(root + "/etc", exist_ok=True)
    with open(root + "/etc/passwd", "x") as file:
        file.write(f"plugin:x:{uid}:{uid}::/tmp:/bin/false\n")
    with open(root + "/etc/group", "x") as file:
        file.write(f"plugin:x:{uid}:\n")
