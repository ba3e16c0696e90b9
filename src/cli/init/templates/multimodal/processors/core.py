"""Extracts features from text, a file's content or both, with the standard library only. Replace `extract` with your model."""

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
    return {"{{name}}_embedding": embed(words, content), "size": len(words) + len(content)}


def content_of(value):
    """Decodes base64 or a data: URL, as calls send it. Rows of a batch may contain a URL instead, which is opened."""
    if not value:
        return b""
    if not isinstance(value, str):
        raise ValueError("inputs.content must be the content in base64")
    if "://" in value:
        with open_asset(value) as asset:
            return asset.read()
    return base64.b64decode(value.rpartition(",")[2], validate=True)


def embed(words, content):
    """Hashes words and counts bytes into a vector of length 1, as a placeholder for a model's embedding."""
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
        features = [extract(inputs_of(value)) for value in batch["data"].tolist()]
        batch["{{name}}_embedding"] = [row["{{name}}_embedding"] for row in features]
        batch["size"] = [row["size"] for row in features]
        return batch


def inputs_of(value):
    """Returns the inputs for a row, which contains text, a file's URL or a data: URL."""
    is_file = isinstance(value, str) and ("://" in value or value.startswith("data:"))
    return {"content": value} if is_file else {"text": value or ""}
