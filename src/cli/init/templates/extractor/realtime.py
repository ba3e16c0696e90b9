"""Serves realtime calls: POST {"inputs": …, "parameters": {}}."""

from shared.plugins.inference.serve import BaseInferenceService

from .processors.core import extract


class {{class}}InferenceService(BaseInferenceService):
    # A plain `def` runs in a thread, so calls don't wait for each other. Use `async def` only for code that awaits.
    def run_inference(self, inputs: dict, parameters: dict) -> dict:
        return extract(inputs)
