"""Tags an image at query time: POST {"inputs": {"image": "<base64>"}, "parameters": {"colors": 3}}."""

from shared.plugins.inference.serve import BaseInferenceService

from .processors.core import COLORS, describe


class ImageTagsInferenceService(BaseInferenceService):
    def run_inference(self, inputs: dict, parameters: dict) -> dict:
        image = inputs.get("image")
        if not isinstance(image, str):
            raise ValueError("inputs.image must be a file in base64")
        return describe(image, (parameters or {}).get("colors", COLORS))
