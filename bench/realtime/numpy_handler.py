"""The handler that every server runs with --numpy: a typical workload for a plugin that compares short texts by
vectors.
"""

import numpy

VECTORS = numpy.linspace(0, 1, 26 * 64).reshape(26, 64)


class RealtimeHandler:
    def predict(self, request):
        text = request["text"].lower()
        letters = [ord(letter) - 97 for letter in text if "a" <= letter <= "z"]
        vector = VECTORS[letters].sum(axis=0)
        return {"length": len(text), "score": float(numpy.linalg.norm(vector))}
