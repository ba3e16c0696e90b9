"""Extracts features from text, with the standard library only. Replace `extract` with your model."""

import hashlib
import math

DIMENSIONS = 16


def extract(inputs):
    text = inputs.get("text")
    if not isinstance(text, str):
        raise ValueError("inputs.text must be a string")
    words = text.lower().split()
    return {"{{name}}_embedding": embed(words), "size": len(words)}


def embed(words):
    """Hashes words into a vector of length 1, as a placeholder for a model's embedding. Texts that share words are similar."""
    vector = [0.0] * DIMENSIONS
    for word in words:
        digest = hashlib.blake2b(word.encode("utf-8"), digest_size=2).digest()
        vector[digest[0] % DIMENSIONS] += 1.0 if digest[1] % 2 else -1.0
    length = math.sqrt(sum(x * x for x in vector))
    return [round(x / length, 4) for x in vector] if length else vector


class Processor:
    """One step of the batch pipeline: reads the column `data`, adds the columns of output_schema."""

    def __init__(self, config=None, progress_actor=None, **kwargs):
        self.config = config or {}

    def __call__(self, batch):
        features = [extract({"text": text or ""}) for text in batch["data"].tolist()]
        batch["{{name}}_embedding"] = [row["{{name}}_embedding"] for row in features]
        batch["size"] = [row["size"] for row in features]
        return batch
