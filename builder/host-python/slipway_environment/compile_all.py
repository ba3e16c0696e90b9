"""Compiles installed packages and writes their bytecode to standard output, as a tar archive that unpack.py reads.

Runs confined, because the compiler reads hostile source: `python -I -S -B -X utf8 compile_all.py FOLDER PART PARTS`
compiles every PARTS-th file, starting with the PART-th. Runs no package code and writes no files.
"""

import importlib._bootstrap_external
import importlib.util
import io
import os
import sys
import tarfile
import warnings

# Only a package's own tests import these.
_SKIPPED = {"test", "tests", "__pycache__"}
# The longest file name that a file system allows. Python itself ignores failures to write a longer one.
_NAME_BYTES_MAX = 255
# PATH_MAX minus room for the folder's own path, here and on other machines.
_PATH_BYTES_MAX = 3000


def main(folder, part, parts):
    warnings.simplefilter("ignore")
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as archive:
        for path in sorted(_sources(folder))[part::parts]:
            target = _bytecode_path(path)
            bytecode = _compile(os.path.join(folder, path), path) if _is_short(target) else None
            if bytecode is not None:
                _add(archive, target, bytecode)


def _sources(folder):
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _SKIPPED]
        for name in names:
            if name.endswith(".py"):
                yield os.path.relpath(os.path.join(place, name), folder)


def _compile(file, path):
    """Returns the content of a .pyc file that Python doesn't check against its source. None if the source can't be
    compiled.
    """
    with open(file, "rb") as source:
        text = source.read()
    try:
        code = compile(text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
    # py_compile uses this function too.
    return importlib._bootstrap_external._code_to_hash_pyc(code, importlib.util.source_hash(text), False)


def _bytecode_path(path):
    folder, name = os.path.split(path)
    return os.path.join(folder, "__pycache__", f"{name[:-3]}.{sys.implementation.cache_tag}.pyc")


def _is_short(path):
    encoded = os.fsencode(path)
    return len(encoded) <= _PATH_BYTES_MAX and len(os.path.basename(encoded)) <= _NAME_BYTES_MAX


def _add(archive, path, content):
    entry = tarfile.TarInfo(path)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
