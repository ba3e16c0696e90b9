"""Runs one attack in this folder: calls its function `attack` and returns what succeeded, which should be nothing.
"""

import importlib


class RealtimeHandler:
    def predict(self, request):
        module = importlib.import_module("." + request["attack"], __package__)
        return {"succeeded": module.attack(request)}
