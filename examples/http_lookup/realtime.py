"""Serves look-ups: POST {"inputs": {"text": "…"}}."""

from shared.plugins.inference.serve import BaseInferenceService

from .lookup import URL, lookup


class HttpLookupInferenceService(BaseInferenceService):
    def run_inference(self, inputs: dict, parameters: dict) -> dict:
        text = inputs.get("text")
        if not isinstance(text, str):
            raise ValueError("inputs.text must be a string")
        return {"answer": lookup(text, (parameters or {}).get("url", URL))}
