"""A handler for bench/realtime/memory.ts: its answer has as many bytes of text as the call asks for."""


class RealtimeHandler:
    def predict(self, request):
        return {"text": "x" * request["bytes"]}
