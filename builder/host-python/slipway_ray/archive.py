"""Unpacks a plugin's archive by the builder's rules (src/archive/rules/paths.ts). The scan has already checked its
names and sizes.
"""

import zipfile


def unpack(archive, folder):
    """Skips files that macOS adds, and strips a single top-level folder."""
    with zipfile.ZipFile(archive) as opened:
        files = {_path(entry.filename): entry for entry in opened.infolist() if not entry.is_dir()}
        files = {path: entry for path, entry in files.items() if not _is_added(path)}
        tops = {path.partition("/")[0] if "/" in path else "" for path in files}
        top = tops.pop() if len(tops) == 1 else ""
        for path, entry in files.items():
            entry.filename = path.removeprefix(f"{top}/") if top else path
            opened.extract(entry, folder)


def _path(name):
    while name.startswith("./"):
        name = name[2:]
    return name


def _is_added(path):
    *folders, name = path.split("/")
    return "__MACOSX" in folders or name == ".DS_Store" or name.startswith("._")
