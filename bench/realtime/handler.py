"""The handler that every server in this benchmark runs: a typical workload for a plugin that scores short texts."""

WEIGHTS = {letter: index / 25 for index, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}


class RealtimeHandler:
    def predict(self, request):
        text = request["text"].lower()
        return {"length": len(text), "score": sum(WEIGHTS.get(letter, 0) for letter in text)}
