"""Names the Debian package for a missing shared library, for error messages (docs/dependencies.md, "System
libraries").
"""

import json
import os
import re

# System libraries that plugins' wheels load, by name without version. Also lists packages that need no system
# library, each with the package it replaces. builder/server/environments/missing-wheel.ts reads this
# file too.
with open(os.path.join(os.path.dirname(__file__), "system_libraries.json"), "rb") as _file:
    _TABLES = json.load(_file)
_PACKAGES = _TABLES["packages"]
_ALTERNATIVES = _TABLES["alternatives"]

_MISSING = re.compile(r"(lib[\w.+-]+?)\.so[\d.]*: cannot open shared object file")
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def missing_library_hint(message, requirements):
    """Returns the fix for an import that failed with this message, or None if the cause isn't a missing shared
    library.
    """
    found = _MISSING.search(message)
    if found is None:
        return None
    package = _PACKAGES.get(found[1])
    install = f"`apt-get install {package}`" if package else "its package (https://packages.debian.org says which)"
    hint = f"the machine that runs plugins lacks this system library; its operator installs it with {install}"
    names = (_NAME.match(requirement) for requirement in requirements)
    instead = [(name[1], _ALTERNATIVES[name[1].lower()]) for name in names if name and name[1].lower() in _ALTERNATIVES]
    if instead:
        declared, alternative = instead[0]
        hint += f", or declare {alternative} in place of {declared}, which needs none"
    return hint
