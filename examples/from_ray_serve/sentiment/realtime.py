"""Scores the sentiment of a text, as a plugin of Slipway."""

from shared.plugins.inference.serve import BaseInferenceService

WORDS = {"good": 1, "great": 2, "love": 2, "bad": -1, "awful": -2, "broken": -2}


class SentimentInferenceService(BaseInferenceService):
    def __init__(self, words: dict = WORDS):
        self.words = words

    async def run_inference(self, inputs: dict, parameters: dict) -> dict:
        found = [word for word in inputs["text"].lower().split() if word in self.words]
        return {"score": sum(self.words[word] for word in found), "words": found}
