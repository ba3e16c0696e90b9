"""Runs one attack of this folder: calls its function `attack` and returns what succeeded, which has to be nothing.

Also does what the good plugin does, where there is only one instance.
"""

import importlib


class RealtimeHandler:
    def predict(self, request):
        if "n" in request:
            return {"sum": sum(request["n"])}
        module = importlib.import_module("." + request["attack"], __package__)
        return {"succeeded": module.attack(request)}
