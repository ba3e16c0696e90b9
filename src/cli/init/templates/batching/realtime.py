"""Answers calls in batches: POST {"inputs": {"text": "hello"}}."""

import re


def answer(inputs: dict) -> dict:
    """Takes JSON and returns JSON. Replace it with your own code."""
    words = re.findall(r"\w+", inputs["text"].lower())
    return {"words": words, "size": len(words)}


class RealtimeHandler:
    def run_many(self, inputs: list[dict], parameters: dict) -> list[dict]:
        """Gets the inputs of up to 32 calls, and returns an answer for each in the same order. A single call is a batch of one.

        A model gains most if it gets all inputs at once, as in `self.model.encode([one["text"] for one in inputs])`.
        """
        return [answer(one) for one in inputs]
