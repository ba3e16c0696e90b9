"""Answers a text with its vector: POST {"inputs": {"text": "…"}}."""

import hashlib
import math
import os

from shared.plugins.inference.serve import BaseInferenceService

DIMENSIONS = 16


class GpuVectorsInferenceService(BaseInferenceService):
    def __init__(self):
        # Ray has set the variable before this process began: PyTorch sees this GPU alone, as "cuda:0". Load a model here.
        self.gpu = os.environ.get("CUDA_VISIBLE_DEVICES", "")
        print(f"ready on GPU {self.gpu or 'none'}")

    def run_inference(self, inputs: dict, parameters: dict) -> dict:
        text = inputs.get("text")
        if not isinstance(text, str):
            raise ValueError("inputs.text must be a string")
        return {"embedding": embed(text.lower().split()), "gpu": self.gpu}


def embed(words):
    """Adds up a direction for each word, and scales the sum to length 1."""
    vector = [0.0] * DIMENSIONS
    for word in words:
        digest = hashlib.blake2b(word.encode(), digest_size=DIMENSIONS).digest()
        vector = [value + (byte / 127.5 - 1) for value, byte in zip(vector, digest, strict=True)]
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [round(value / length, 4) for value in vector]
