"""Mounts folders whose size the kernel limits: in memory, or on an image file of that size. Needs CAP_SYS_ADMIN."""

import contextlib
import errno
import fcntl
import os
import shutil
import struct
import subprocess
import sys

from slipway_host import linux

_MIB = 1 << 20
_PLACE = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
_FLAGS = linux.MS_NOSUID | linux.MS_NODEV

# In addition to the plugin's bytes, an image holds its inodes, its journal and the kernel's reserve.
_INODE_BYTES = 256
_JOURNAL_MIB = 4
_RESERVE_MIB = 18
# A damaged image can take several seconds to check.
_PROGRAM_SECONDS = 60

# linux/loop.h
_LOOP_CONFIGURE, _LOOP_GET_STATUS64, _LOOP_CTL_GET_FREE = 0x4C0A, 0x4C05, 0x4C82
_LOOP_CONFIG_BYTES, _LOOP_INFO_BYTES, _LOOP_FLAGS_AT = 304, 232, 52
_LO_FLAGS_AUTOCLEAR = 4
_ATTEMPTS = 20

_PATH = "/usr/sbin:/sbin:/usr/bin:/bin"


class Mounts:
    def __init__(self):
        self._opened = {}  # by their paths, because a folder may be moved before it is unmounted

    def mount_memory(self, request):
        path = request["path"]
        options = f"mode=0711,size={request['bytes']},nr_inodes={request['files']}"
        linux.mount("tmpfs", path, "tmpfs", _FLAGS, options)
        self._opened[path] = os.open(path, _PLACE)

    def mount_image(self, request):
        """Mounts the image, and creates it if it's missing."""
        path = request["path"]
        _mount_image(request)
        self._opened[path] = os.open(path, _PLACE)

    def unmount(self, request):
        path = request["path"]
        opened = self._opened.pop(path, None)
        if opened is None:  # another process has mounted it, or none
            _unmount(path)
        else:
            _unmount_opened(opened)

    def clear(self, request):
        """Unmounts everything below a folder, after a builder and this process were killed together."""
        inside = request["path"] + "/"
        for path in reversed(_mount_points()):
            if path.startswith(inside):
                _unmount(path)

    def unmount_all(self):
        while self._opened:
            _unmount_opened(self._opened.popitem()[1])


def try_limits(request):
    """Returns null for each kind of mount that works; otherwise the problem: it can't be made here, or the kernel
    doesn't enforce its limit.
    """
    problems = {}
    for name in ("memory", "image"):
        path = os.path.join(request["path"], name)
        os.makedirs(path, exist_ok=True)
        settings = {"path": path, "image": path + ".image", "uid": None, "bytes": _MIB, "files": 64}
        try:
            problems[name] = _try(name, settings)
        except (OSError, subprocess.SubprocessError) as error:
            problems[name] = str(error)
        os.rmdir(path)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(settings["image"])
    return problems


def _try(name, settings):
    mounts = Mounts()
    mounts.mount_memory(settings) if name == "memory" else mounts.mount_image(settings)
    try:
        # Also exceeds the reserve, which is larger than this image's `bytes`.
        return None if _is_refused(settings["path"] + "/file", 4 * _RESERVE_MIB) else "the kernel does not enforce the size"
    finally:
        mounts.unmount_all()


def _is_refused(path, mib):
    try:
        with open(path, "wb", buffering=0) as file:
            for _ in range(mib):
                file.write(bytes(_MIB))
                os.fsync(file.fileno())
    except OSError as error:
        return error.errno == errno.ENOSPC
    return False


def _mount_image(settings):
    image, path, uid = settings["image"], settings["path"], settings["uid"]
    is_new = not os.path.exists(image)
    if is_new:
        _create_image(image, settings)
    device, fd = _attached(image) or _attach(image)
    try:
        linux.mount(device, path, "ext4", _FLAGS | linux.MS_NOATIME, "discard,noinit_itable,errors=remount-ro")
    finally:
        os.close(fd)
    if is_new:
        os.rmdir(path + "/lost+found")
        if uid is not None:
            os.chown(path, uid, uid)
        os.chmod(path, 0o700)


def _create_image(image, settings):
    """The image gets its name once it is complete."""
    files = max(settings["files"], 64)
    size = settings["bytes"] + files * _INODE_BYTES + (_JOURNAL_MIB + _RESERVE_MIB) * _MIB
    scratch = image + ".new"
    with open(scratch, "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.truncate(size)
    inodes = files + 10  # those of the file system itself
    options = ["-b", "4096", "-I", str(_INODE_BYTES), "-m", "0", "-N", str(inodes), "-J", f"size={_JOURNAL_MIB}"]
    _run("mkfs.ext4", "-q", "-F", *options, "-O", "^resize_inode", "-E", "lazy_itable_init=1,nodiscard", scratch)
    os.rename(scratch, image)


def _attach(image):
    """Creates a loop device that disappears with its last mount. Returns its path and descriptor."""
    _repair(image)
    file = os.open(image, os.O_RDWR | os.O_CLOEXEC)
    control = os.open("/dev/loop-control", os.O_RDWR | os.O_CLOEXEC)
    try:
        for _ in range(_ATTEMPTS):
            device = f"/dev/loop{fcntl.ioctl(control, _LOOP_CTL_GET_FREE)}"
            fd = os.open(device, os.O_RDWR | os.O_CLOEXEC)
            config = bytearray(_LOOP_CONFIG_BYTES)
            struct.pack_into("=II", config, 0, file, 0)
            struct.pack_into("=I", config, 8 + _LOOP_FLAGS_AT, _LO_FLAGS_AUTOCLEAR)
            try:
                fcntl.ioctl(fd, _LOOP_CONFIGURE, bytes(config))
                return device, fd
            except OSError as error:
                os.close(fd)
                if error.errno != errno.EBUSY:  # another process was faster
                    raise
        raise OSError(errno.EBUSY, "no loop device is free")
    finally:
        os.close(control)
        os.close(file)


def _attached(image):
    """Returns the image's existing loop device, or None. A process may still have it mounted, and a second device
    would destroy its data.
    """
    status = os.stat(image)
    for name in os.listdir("/sys/block"):
        if not os.path.exists(f"/sys/block/{name}/loop/backing_file"):
            continue
        fd = os.open(f"/dev/{name}", os.O_RDWR | os.O_CLOEXEC)
        try:
            device, inode = struct.unpack_from("=QQ", fcntl.ioctl(fd, _LOOP_GET_STATUS64, bytes(_LOOP_INFO_BYTES)))
            if (device, inode) == (status.st_dev, status.st_ino):
                return f"/dev/{name}", fd
        except OSError:
            pass  # it ended meanwhile
        os.close(fd)
    return None


def _repair(image):
    """Repairs damage from a machine crash. A clean image takes milliseconds."""
    code = _run("e2fsck", "-p", image, fine=(0, 1, 2))
    if code == 0:
        return

    print(f"The data folder {os.path.basename(image)} was repaired after a crash (e2fsck ended with {code})", flush=True, file=sys.stderr)


def _run(name, *arguments, fine=(0,)):
    program = shutil.which(name, path=_PATH)
    if program is None:
        raise OSError(errno.ENOENT, f"{name} is not installed")
    ended = subprocess.run(
        [program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROGRAM_SECONDS, env={"PATH": _PATH}
    )
    if ended.returncode not in fine:
        raise OSError(errno.EIO, f"{name} failed: {ended.stderr.decode(errors='replace').strip()[-500:]}")
    return ended.returncode


def _unmount_opened(folder):
    try:
        _unmount(f"/proc/self/fd/{folder}")
    finally:
        os.close(folder)


def _unmount(path):
    try:
        linux.unmount(path)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOENT):  # it is not mounted
            raise


def _mount_points():
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
        return [_unescape(line.split(" ")[4]) for line in file]


def _unescape(text):
    """The kernel writes space, tab, newline and backslash as octal escapes."""
    for code in (0o40, 0o11, 0o12, 0o134):
        text = text.replace(f"\\{code:03o}", chr(code))
    return text
