"""The model behind BentoML's adaptive batching, with one worker."""

import os

import bentoml
from work import model


@bentoml.service(workers=1, traffic={"timeout": 60}, logging={"access": {"enabled": False}})
class Batched:
    @bentoml.api(batchable=True, batch_dim=0, max_batch_size=int(os.environ["MAX_SIZE"]), max_latency_ms=60_000)
    def run_many(self, inputs: list[dict]) -> list[dict]:
        return model.run(inputs)
