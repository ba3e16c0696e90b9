"""Which declared dependency an import that failed belongs to. Nothing is installed here, only named."""

import re

# Distributions whose import name is another one. A name may come from several distributions.
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


def declaring(module, requirements):
    """The requirement that `import module` needs, as it was declared, or None."""
    wanted = set()
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        name = ".".join(parts[:length])
        wanted.add(normalised(name))
        wanted.update(_DISTRIBUTIONS.get(name, ()))
    for requirement in requirements:
        match = _REQUIREMENT_NAME.match(requirement)
        if match and normalised(match.group(1)) in wanted:
            return requirement.strip()
    return None


def normalised(name):
    """A distribution's name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
