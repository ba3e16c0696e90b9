# A storage plugin that fills a folder in every possible way. It speaks the compiled-plugin protocol, so it also
# has a data folder.
import array
import ctypes
import json
import mmap
import os
import socket
import sys
import time

MIB = 1 << 20
CHUNK = 64
KEPT = []


class Filler:
    def __init__(self, folder, limit_mib):
        self.folder = os.open(folder, os.O_RDONLY)
        self.path = folder
        self.limit_mib = limit_mib
        self.mib = 0

    def write(self, fd, mib):
        for _ in range(mib):
            os.write(fd, bytes(MIB))
            self.count(1)

    def count(self, mib):
        before, self.mib = self.mib, self.mib + mib
        if before <= self.limit_mib < self.mib:
            print("passed the limit", file=sys.stderr, flush=True)

    def create(self, name, folder=None, mode=0o600):
        return os.open(name, os.O_CREAT | os.O_RDWR, mode, dir_fd=self.folder if folder is None else folder)

    def deleted(self):
        while self.mib < 2048:
            fd = self.create("deleted")
            os.unlink("deleted", dir_fd=self.folder)
            KEPT.append(fd)
            self.write(fd, CHUNK)

    def unnamed(self):
        while self.mib < 2048:
            fd = os.open(self.path, os.O_TMPFILE | os.O_RDWR, 0o600)
            KEPT.append(fd)
            self.write(fd, CHUNK)

    def deep(self):
        folder = self.folder
        for _ in range(24):
            os.mkdir("d" * 250, dir_fd=folder)
            folder = os.open("d" * 250, os.O_RDONLY, dir_fd=folder)
        while self.mib < 1024:
            fd = self.create(f"file{self.mib}", folder)
            self.write(fd, CHUNK)
            os.close(fd)

    def closed(self):
        for mode in (0o300, 0o200, 0o000):
            os.mkdir(f"closed{mode}", 0o700, dir_fd=self.folder)
            inside = os.open(f"closed{mode}", os.O_RDONLY, dir_fd=self.folder)
            os.mkdir("below", 0o300, dir_fd=inside)
            os.mkdir("shut", mode, dir_fd=self.folder) if mode == 0o300 else None
            below = os.open("below", os.O_PATH, dir_fd=inside)
            try:
                os.fchmod(inside, mode)
            except PermissionError:
                pass  # refused where the user is the builder's own
            for number in range(6):
                fd = os.open(f"file{number}", os.O_CREAT | os.O_WRONLY, 0o000, dir_fd=below)
                self.write(fd, CHUNK)
                os.close(fd)

    def many(self):
        for number in range(150_000):
            os.close(self.create(f"empty{number}"))
        self.count(self.limit_mib + 1)

    def mapped(self):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
        while self.mib < 2048:
            fd = self.create("mapped")
            os.unlink("mapped", dir_fd=self.folder)
            self.write(fd, CHUNK)
            libc.mmap(None, CHUNK * MIB, mmap.PROT_READ, mmap.MAP_SHARED, fd, 0)
            os.close(fd)

    def passed(self):
        ends = socket.socketpair()
        KEPT.append(ends)
        while self.mib < 2048:
            fd = self.create("passed")
            os.unlink("passed", dir_fd=self.folder)
            self.write(fd, CHUNK)
            ends[0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
            os.close(fd)

    def child(self):
        child = os.fork()
        if child:
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            raise OSError(code, os.strerror(code))
        for fd in (0, 1):
            os.close(fd)
        try:
            self.deleted()
        except OSError as error:
            os._exit(error.errno)
        time.sleep(25)

    def allocated(self):
        libc = ctypes.CDLL(None, use_errno=True)
        keep_size = 1
        for number in range(4):
            fd = self.create(f"allocated{number}")
            if libc.fallocate(fd, keep_size, ctypes.c_long(0), ctypes.c_long(512 * MIB)):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            self.count(512)

    def harmless(self):
        """Files that occupy little space: sparse files, and many links to one file."""
        for number in range(20):
            os.ftruncate(self.create(f"sparse{number}"), 200 * MIB)
        self.write(self.create("named"), 20)
        for number in range(20):
            os.link("named", f"name{number}", src_dir_fd=self.folder, dst_dir_fd=self.folder)
        attributes = []
        for name in ("sparse1", "named"):
            try:
                os.setxattr(os.path.join(self.path, name), "user.large", bytes(4000))
            except OSError as error:
                attributes.append(error.strerror)
        return {"attributes": attributes}

    def empty(self):
        """Deletes everything except one file, and writes another."""
        names = sorted(os.listdir(self.folder))
        for name in names[1:]:
            os.unlink(name, dir_fd=self.folder)
        return {"deleted": len(names) - 1}


def fill(way, folder, limit_mib):
    filler = Filler(folder, limit_mib)
    try:
        outcome = getattr(filler, way)()
    except OSError as error:
        return {"refused": error.strerror, "mib": filler.mib}
    if outcome is None:
        time.sleep(25)
    return outcome


def serve():
    answer = {"slipway": 1, "kind": os.environ["SLIPWAY_KIND"]}
    print(json.dumps(answer), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "id" not in request:
            continue
        result = None
        if request["method"] != "ping":
            params = request["params"]
            result = fill(params["way"], os.environ[params["folder"]], params["limit_mib"])
        print(json.dumps({"id": request["id"], "result": result}, separators=(",", ":")), flush=True)


serve()
