"""Serves realtime calls: POST {"inputs": …, "parameters": {}}."""

from shared.plugins.inference.serve import BaseInferenceService

from .processors.core import extract


class {{class}}InferenceService(BaseInferenceService):
    async def run_inference(self, inputs: dict, parameters: dict) -> dict:
        return extract(inputs)
