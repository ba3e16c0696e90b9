"""Turns text into vectors with the model in models/: trigrams are counted here, and projected by the model."""

import zlib
from pathlib import Path

import numpy as np
import onnxruntime

BUCKETS = 512
DIMENSIONS = 32
MODEL = Path(__file__).parent.parent / "models" / "trigrams.onnx"


class Embedder:
    def __init__(self):
        options = onnxruntime.SessionOptions()
        # Calls run side by side already, and a plugin may not choose its processors.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(MODEL.read_bytes(), options, providers=["CPUExecutionProvider"])

    def embed(self, texts):
        if not texts:
            return []
        counts = np.stack([trigram_counts(text) for text in texts])
        (vectors,) = self.session.run(["embedding"], {"trigrams": counts})
        return vectors.astype(float).round(6).tolist()


def trigram_counts(text):
    """Counts the runs of three characters of each word, hashed into buckets."""
    counts = np.zeros(BUCKETS, dtype=np.float32)
    for word in text.lower().split():
        marked = f"<{word}>"
        for at in range(len(marked) - 2):
            counts[zlib.crc32(marked[at : at + 3].encode()) % BUCKETS] += 1
    return counts


class EmbeddingProcessor:
    """The batch step: one row out for each row in. What is not text counts as an empty text."""

    def __init__(self, config=None, progress_actor=None, **kwargs):
        self.embedder = None

    def __call__(self, batch):
        # Loaded where the step runs, since a session cannot be sent to another process.
        self.embedder = self.embedder or Embedder()
        texts = [text if isinstance(text, str) else "" for text in batch["data"].tolist()]
        batch["text_embedding"] = self.embedder.embed(texts)
        return batch
