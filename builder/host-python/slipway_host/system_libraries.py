"""Names the Debian package of a shared library that the machine lacks, for error messages (docs/dependencies.md, "System libraries")."""

import re

# Libraries that the wheels of plugins load from the system, by the name without its version.
_PACKAGES = {
    "libasound": "libasound2",
    "libcairo": "libcairo2",
    "libEGL": "libegl1",
    "libfontconfig": "libfontconfig1",
    "libfreetype": "libfreetype6",
    "libGL": "libgl1",
    "libglib-2.0": "libglib2.0-0",
    "libgomp": "libgomp1",
    "libgthread-2.0": "libglib2.0-0",
    "libICE": "libice6",
    "libmagic": "libmagic1",
    "libopenblas": "libopenblas0",
    "libpango-1.0": "libpango-1.0-0",
    "libportaudio": "libportaudio2",
    "libpq": "libpq5",
    "libSM": "libsm6",
    "libsndfile": "libsndfile1",
    "libX11": "libx11-6",
    "libxcb": "libxcb1",
    "libXext": "libxext6",
    "libXrender": "libxrender1",
    "libzbar": "libzbar0",
}
# Packages of the index that need no library of the system, in place of one that does.
_ALTERNATIVES = {"opencv-python": "opencv-python-headless", "opencv-contrib-python": "opencv-contrib-python-headless"}

_MISSING = re.compile(r"(lib[\w.+-]+?)\.so[\d.]*: cannot open shared object file")
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def missing_library_hint(message, requirements):
    """Returns what to do about an import that failed with this message, or None if no shared library was missing."""
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
