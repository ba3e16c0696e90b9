"""Embeds text at query time: POST {"inputs": {"text": "…"}}, or {"inputs": {"texts": ["…", "…"]}}."""

from itertools import chain, islice

from shared.plugins.inference.serve import BaseInferenceService

from .processors.core import Embedder


class EmbeddingsOnnxInferenceService(BaseInferenceService):
    def load_model(self) -> None:
        self.embedder = Embedder()

    def run_many(self, inputs: list[dict], parameters: dict) -> list[dict]:
        """Embeds the texts of all calls in one run of the model."""
        texts = [asked_texts(one) for one in inputs]
        vectors = iter(self.embedder.embed(list(chain.from_iterable(texts))))
        return [answer(one, list(islice(vectors, len(own)))) for one, own in zip(inputs, texts, strict=True)]

    def run_inference(self, inputs: dict, parameters: dict) -> dict:
        """Answers one call. Not called with batching; `slipway test` compares its answers with those of run_many."""
        return answer(inputs, self.embedder.embed(asked_texts(inputs)))


def asked_texts(inputs: dict) -> list[str]:
    """Raises ValueError for an input without text. Slipway then divides the batch, so that only this call fails."""
    texts = inputs.get("texts")
    if isinstance(texts, list):
        return [str(text) for text in texts]
    text = inputs.get("text")
    if not isinstance(text, str):
        raise ValueError("inputs.text must be a string, or inputs.texts a list of strings")
    return [text]


def answer(inputs: dict, vectors: list[list[float]]) -> dict:
    return {"embeddings": vectors} if isinstance(inputs.get("texts"), list) else {"embedding": vectors[0]}
