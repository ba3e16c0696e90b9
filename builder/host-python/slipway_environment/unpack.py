"""Unpacks a tar archive from standard input into a folder: `unpack.py FOLDER FILES BYTES [SUFFIX]`.

Writes only new regular files inside the folder whose names end in SUFFIX, at most FILES files and BYTES bytes.
Fails on anything else. Prints the numbers written as a JSON object.
"""

import json
import os
import shutil
import sys
import tarfile


def main(folder, files_max, bytes_max, suffix=""):
    files = size = bytecode = 0
    made = set()
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as archive:
        for entry in archive:
            files += 1
            size += entry.size
            if files > files_max or size > bytes_max:
                raise SystemExit(f"more than {files_max} files or {bytes_max} bytes")
            if not entry.isreg() or not _is_inside(entry.name) or not entry.name.endswith(suffix):
                raise SystemExit(f"unexpected entry {entry.name!r}")
            bytecode += entry.name.endswith(".pyc")
            try:
                _write(archive, entry, os.path.join(folder, entry.name), made)
            except OSError as error:
                raise SystemExit(f"{entry.name!r} can't be written: {error.strerror}") from None
    # Read the padding after the last entry: if it stays unread, the program that is still writing it could get a
    # broken pipe.
    while sys.stdin.buffer.read(1024 * 1024):
        pass
    print(json.dumps({"files": files, "bytes": size, "bytecode": bytecode}))


def _is_inside(name):
    return not name.startswith("/") and not {"", ".", ".."} & set(name.split("/"))


def _write(archive, entry, path, made):
    parent = os.path.dirname(path)
    if parent not in made:
        os.makedirs(parent, mode=0o755, exist_ok=True)
        made.add(parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o755 if entry.mode & 0o100 else 0o644)
    with open(handle, "wb") as file:
        shutil.copyfileobj(archive.extractfile(entry), file, 1024 * 1024)


if __name__ == "__main__":
    os.umask(0o022)
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
