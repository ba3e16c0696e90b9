"""What {{name}} makes of a text, a file's content, or both: standard library only. Put your model into `extract`."""

import base64
import hashlib
import math

from shared.plugins import open_asset

DIMENSIONS = 16


def extract(inputs):
    text, content = inputs.get("text") or "", content_of(inputs.get("content"))
    if not isinstance(text, str):
        raise ValueError("inputs.text must be a string")
    words = text.lower().split()
    return {"embedding": embed(words, content), "size": len(words) + len(content)}


def content_of(value):
    """Calls send the content itself, in base64 or as a data: URL; rows of a batch may say where it lies."""
    if not value:
        return b""
    if not isinstance(value, str):
        raise ValueError("inputs.content must be the content in base64")
    if "://" in value:
        with open_asset(value) as asset:
            return asset.read()
    return base64.b64decode(value.rpartition(",")[2], validate=True)


def embed(words, content):
    """Words by the hashing trick, bytes by how often each kind occurs; a stand-in that needs no model."""
    vector = [0.0] * DIMENSIONS
    for word in words:
        digest = hashlib.blake2b(word.encode("utf-8"), digest_size=2).digest()
        vector[digest[0] % DIMENSIONS] += 1.0 if digest[1] % 2 else -1.0
    for byte in content:
        vector[byte // DIMENSIONS] += 1.0
    length = math.sqrt(sum(x * x for x in vector))
    return [round(x / length, 4) for x in vector] if length else vector


class Processor:
    """One step of the batch pipeline: reads the column `data`, adds the columns of output_schema."""

    def __init__(self, config=None, progress_actor=None, **kwargs):
        self.config = config or {}

    def __call__(self, batch):
        found = [extract(inputs_of(value)) for value in batch["data"].tolist()]
        batch["{{name}}_embedding"] = [one["embedding"] for one in found]
        batch["size"] = [one["size"] for one in found]
        return batch


def inputs_of(value):
    """A row holds a text, or a file: by its place or as a data: URL."""
    is_file = isinstance(value, str) and ("://" in value or value.startswith("data:"))
    return {"content": value} if is_file else {"text": value or ""}
