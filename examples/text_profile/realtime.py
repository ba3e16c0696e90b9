"""Serves the profile at query time: POST {"inputs": {"text": "…"}, "parameters": {"key_phrases": 3}}."""

from shared.plugins.inference.serve import BaseInferenceService

from .processors.core import PHRASES, profile


class TextProfileInferenceService(BaseInferenceService):
    def run_inference(self, inputs: dict, parameters: dict) -> dict:
        text = inputs.get("text")
        if not isinstance(text, str):
            raise ValueError("inputs.text must be a string")
        return profile(text, (parameters or {}).get("key_phrases", PHRASES))
