"""Embeds text at query time: POST {"inputs": {"text": "…"}}, or {"inputs": {"texts": ["…", "…"]}}."""

from shared.plugins.inference.serve import BaseInferenceService

from .processors.core import Embedder


class EmbeddingsOnnxInferenceService(BaseInferenceService):
    def load_model(self) -> None:
        self.embedder = Embedder()

    def run_inference(self, inputs: dict, parameters: dict) -> dict:
        texts = inputs.get("texts")
        if isinstance(texts, list):
            return {"embeddings": self.embedder.embed([str(text) for text in texts])}
        text = inputs.get("text")
        if not isinstance(text, str):
            raise ValueError("inputs.text must be a string, or inputs.texts a list of strings")
        return {"embedding": self.embedder.embed([text])[0]}
