"""Finds the declared dependency that would provide a missing module, for error messages."""

import re

# Distributions whose import name differs from their own. Several distributions may provide one name.
_DISTRIBUTIONS = {
    "PIL": ("pillow",),
    "cv2": (
        "opencv-python",
        "opencv-python-headless",
        "opencv-contrib-python",
        "opencv-contrib-python-headless",
    ),
    "sklearn": ("scikit-learn",),
    "skimage": ("scikit-image",),
    "yaml": ("pyyaml",),
    "bs4": ("beautifulsoup4",),
    "dateutil": ("python-dateutil",),
    "dotenv": ("python-dotenv",),
    "docx": ("python-docx",),
    "pptx": ("python-pptx",),
    "fitz": ("pymupdf",),
    "magic": ("python-magic",),
    "jwt": ("pyjwt",),
    "Crypto": ("pycryptodome",),
    "attr": ("attrs",),
    "faiss": ("faiss-cpu", "faiss-gpu"),
    "whisper": ("openai-whisper",),
    "pkg_resources": ("setuptools",),
    "google.protobuf": ("protobuf",),
    "clip": ("openai-clip", "clip-anytorch"),
}

_REQUIREMENT_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def find_requirement(module, requirements):
    """Returns the requirement that provides `module`, as declared, or None."""
    candidates = set()
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        name = ".".join(parts[:length])
        candidates.add(normalized(name))
        candidates.update(_DISTRIBUTIONS.get(name, ()))
    for requirement in requirements:
        match = _REQUIREMENT_NAME.match(requirement)
        if match and normalized(match.group(1)) in candidates:
            return requirement.strip()
    return None


def normalized(name):
    """Normalizes a distribution's name as package indexes do (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
