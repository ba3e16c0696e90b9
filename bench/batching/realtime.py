"""The handler behind Slipway, with and without batching."""

from work import model


class RealtimeHandler:
    def run_inference(self, inputs, parameters):
        return model.run([inputs])[0]

    def run_many(self, inputs, parameters):
        return model.run(inputs)
