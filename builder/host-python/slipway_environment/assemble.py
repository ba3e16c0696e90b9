"""Puts packages together into one folder, by links to their files: `python -I -S -B -X utf8 assemble.py FOLDER < packages.json`.

Standard input is a JSON list of the packages' folders. Of two files at the same path, that of the earlier package stays.
Prints a JSON object with the number of files, and with the paths that were left out, unless the file that stays is equal: the
path, the index of the package that it is missing of, and the index of the one that has it, or null if the path is in the way of another one.
"""

import errno
import filecmp
import json
import os
import shutil
import sys

_PATHS_MAX = 100
# Where a file system has no links, has too many of a file, or is another one.
_NO_LINK = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP}


def main(target, packages):
    owners = {}
    left_out = []
    os.makedirs(target, mode=0o755)
    for index, package in enumerate(packages):
        left_out += _add(package, target, index, owners)
    shown = [[path, index, owners.get(path)] for path, index in left_out[:_PATHS_MAX]]
    print(json.dumps({"files": len(owners), "left_out": shown, "count": len(left_out)}))


def _add(package, target, index, owners):
    """Adds the package's files, its bytecode last: only for sources that are its own as well."""
    left_out = []
    paths = sorted(_files(package), key=lambda path: (path.endswith(".pyc"), path))
    for path in paths:
        if path.endswith(".pyc") and owners.get(_source_of(path)) != index:
            continue
        if _place(os.path.join(package, path), os.path.join(target, path)):
            owners[path] = index
        elif not _is_equal(os.path.join(package, path), os.path.join(target, path)):
            left_out.append((path, index))
    return left_out


def _files(folder):
    for place, _, names in os.walk(folder):
        for name in names:
            yield os.path.relpath(os.path.join(place, name), folder)


def _source_of(path):
    folder, name = os.path.split(path)
    module, _, _ = name.removesuffix(".pyc").rpartition(".")
    return os.path.join(os.path.dirname(folder), f"{module}.py")


def _place(source, target):
    """Returns whether the path was free."""
    try:
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
            with open(source, "rb") as content, open(target, "xb") as copy:
                shutil.copyfileobj(content, copy)
            shutil.copymode(source, target)
    except (FileExistsError, NotADirectoryError):
        return False
    return True


def _is_equal(source, target):
    return os.path.isfile(target) and filecmp.cmp(source, target, shallow=False)


if __name__ == "__main__":
    os.umask(0o022)
    main(sys.argv[1], json.load(sys.stdin))
