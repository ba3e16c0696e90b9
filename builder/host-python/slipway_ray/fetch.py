"""Downloads files from the store, and verifies their digests."""

import hashlib
import http.client
import os
import time
import urllib.error
import urllib.parse
import urllib.request

ATTEMPTS = 4
TIMEOUT_SECONDS = 30
PIECE_BYTES = 1024 * 1024


class NotFetched(Exception):
    """No URL returned the file. The message names hosts, never a URL, which contains a signature."""


def fetch(file, path):
    """Writes `file`, whose `urls` are tried in order, to `path` as a read-only file. Continues a broken download.

    Raises NotFetched.
    """
    digest = hashlib.sha256()
    faults = {}
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "wb") as made:
        for attempt in range(ATTEMPTS):
            time.sleep(attempt)
            for url in file["urls"]:
                try:
                    _append(url, made, digest, file["size_bytes"])
                    return _require(digest, file)
                except (OSError, http.client.HTTPException) as error:
                    faults[urllib.parse.urlsplit(url).netloc] = _reason(error)
    raise NotFetched("; ".join(f"{host}: {reason}" for host, reason in faults.items()))


def _append(url, made, digest, size):
    while made.tell() < size:
        request = urllib.request.Request(url, headers={"range": f"bytes={made.tell()}-{size - 1}"})
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            if response.status != 206 and made.tell() > 0:
                raise http.client.HTTPException("it can't continue a download")
            began = made.tell()
            while piece := response.read(PIECE_BYTES):
                if made.tell() + len(piece) > size:
                    raise http.client.HTTPException("it sends more than the file has")
                made.write(piece)
                digest.update(piece)
            if made.tell() == began:
                raise http.client.HTTPException("it sends nothing")


def _require(digest, file):
    if digest.hexdigest() != file["sha256"]:
        raise NotFetched(f"what was received for {file['sha256']} has another digest")


def _reason(error):
    if isinstance(error, urllib.error.HTTPError):
        return f"status {error.code}"
    if isinstance(error, urllib.error.URLError):
        error = error.reason
    return str(error) or type(error).__name__
