"""Scores the sentiment of a text, as an application of Ray Serve."""

from ray import serve
from starlette.requests import Request

WORDS = {"good": 1, "great": 2, "love": 2, "bad": -1, "awful": -2, "broken": -2}


@serve.deployment(num_replicas=2)
class Sentiment:
    def __init__(self, words: dict):
        self.words = words

    async def __call__(self, request: Request) -> dict:
        body = await request.json()
        found = [word for word in body["text"].lower().split() if word in self.words]
        return {"score": sum(self.words[word] for word in found), "words": found}


app = Sentiment.bind(WORDS)

if __name__ == "__main__":
    serve.run(app, blocking=True)
