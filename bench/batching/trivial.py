"""A handler that does nothing, for the cost of a lone call."""


class RealtimeHandler:
    def run_inference(self, inputs, parameters):
        return {}

    def run_many(self, inputs, parameters):
        return [{} for _ in inputs]
