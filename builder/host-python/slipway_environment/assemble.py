"""Combines packages into one folder by linking their files: `python -I -S -B -X utf8 assemble.py FOLDER <
packages.json`.

Standard input is a JSON list of the package folders. If two packages have a file at the same path, the earlier
package's file stays.

Prints a JSON object with the number of files and the paths that were left out, unless the two files are equal. Each
entry has the path, the index of the package whose file was left out, and the index of the package that has the
path, or null if another path is in the way.

If packages provide one module in different files, such as `m.py` and `m/__init__.py`, Python chooses one. For each
of these it prints the module, the package index and file that the import finds, and the package index and file that
it doesn't.
"""

import errno
import filecmp
import importlib.machinery
import json
import os
import shutil
import sys

_PATHS_MAX = 100
_SUFFIXES = [*importlib.machinery.EXTENSION_SUFFIXES, *importlib.machinery.SOURCE_SUFFIXES]
# The file system has no links, has too many links to a file, or differs from the target's.
_NO_LINK = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP}

# Kinds of module, in Python's search order.
_PACKAGE, _MODULE, _FOLDER = range(3)


def main(target, packages):
    owners = {}
    left_out = []
    os.makedirs(target, mode=0o755)
    for index, package in enumerate(packages):
        left_out += _add(package, target, index, owners)
    shown = [[path, index, owners.get(path)] for path, index in left_out[:_PATHS_MAX]]
    hidden = [
        [place.replace(os.sep, "."), owners[used], used, owners[other], other] for place, used, other in _hidden(owners)
    ]
    print(json.dumps({"files": len(owners), "left_out": shown, "count": len(left_out), "hidden": hidden[:_PATHS_MAX]}))


def _add(package, target, index, owners):
    """Adds the package's files, then the bytecode of the sources that it provided."""
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


def _hidden(owners):
    """Yields each module that several packages have, with the imported file and another package's file that isn't
    imported.
    """
    found = {}
    for path in owners:
        place, rank = _module_at(path)
        if place:
            found.setdefault(place, []).append((rank, path))
    for place, files in list(found.items()):
        # A folder without `__init__.py` ranks below a module.
        above = os.path.dirname(place)
        if above in found and all(rank[0] == _MODULE for rank, _ in found[above]):
            found[above].append(((_FOLDER, 0), min(files)[1]))
    for place in sorted(found):
        (_, used), *others = sorted(found[place])
        other = next((path for _, path in others if owners[path] != owners[used]), None)
        if other is not None:
            yield place, used, other


def _module_at(path):
    """Returns the path of the file's module, and its rank in Python's search order, lowest first. None if the file
    isn't a module.
    """
    folder, name = os.path.split(path)
    for order, suffix in enumerate(_SUFFIXES):
        if name.endswith(suffix):
            stem = name.removesuffix(suffix)
            return (folder, (_PACKAGE, order)) if stem == "__init__" else (os.path.join(folder, stem), (_MODULE, order))
    return None, None


def _is_equal(source, target):
    return os.path.isfile(target) and filecmp.cmp(source, target, shallow=False)


if __name__ == "__main__":
    os.umask(0o022)
    main(sys.argv[1], json.load(sys.stdin))
