"""Answers calls: POST {"inputs": {"text": "hello"}}."""

import re


def answer(inputs: dict) -> dict:
    """Takes JSON and returns JSON. Replace it with your own code."""
    words = re.findall(r"\w+", inputs["text"].lower())
    return {"words": words, "size": len(words)}


class RealtimeHandler:
    # A plain `def` runs in a thread, so calls don't wait for each other. Use `async def` only for code that awaits.
    def run_inference(self, inputs: dict, parameters: dict) -> dict:
        return answer(inputs)
