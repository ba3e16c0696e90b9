"""Writes a folder to standard output as a tar archive: `python -I -S -B -X utf8 pack.py FOLDER`.

The same files always give the same bytes. Fails on symbolic links and special files.
"""

import os
import stat
import sys
import tarfile


def main(folder):
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(_files(folder)):
            _add(archive, folder, path)


def _files(folder):
    for place, _, names in os.walk(folder):
        for name in names:
            yield os.path.relpath(os.path.join(place, name), folder)


def _add(archive, folder, path):
    with open(os.open(os.path.join(folder, path), os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise SystemExit(f"{path} is not a regular file")
        entry = tarfile.TarInfo(path)
        entry.size = status.st_size
        entry.mode = 0o755 if status.st_mode & stat.S_IXUSR else 0o644
        archive.addfile(entry, file)


if __name__ == "__main__":
    main(sys.argv[1])
