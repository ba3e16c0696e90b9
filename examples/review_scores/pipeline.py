"""The batch pipeline of review_scores. There is no realtime.py, so the plugin only processes batches."""

from engine.plugins.extractors.pipeline import (
    PipelineDefinition,
    ResourceType,
    RowCondition,
    StepDefinition,
    build_pipeline_steps,
)

POSITIVE = ("good", "great", "love", "excellent")
NEGATIVE = ("bad", "poor", "hate", "broken")


class Scores:
    def __init__(self, config):
        self._positive = set(config.get("positive") or POSITIVE)
        self._negative = set(config.get("negative") or NEGATIVE)

    def __call__(self, batch):
        words = [text.lower().split() for text in batch["data"]]
        batch["words"] = [len(found) for found in words]
        batch["score"] = [self._score(found) for found in words]
        # A run gives each row an ID. It stays the same if the row goes through the steps twice.
        batch["record"] = list(batch.attrs.get("row_ids") or [""] * len(words))
        return batch

    def _score(self, words):
        positive = sum(word in self._positive for word in words)
        negative = sum(word in self._negative for word in words)
        return (positive - negative) / max(1, len(words))


def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    parameters = extractor_request.extractor_config.parameters or {}
    step = StepDefinition(Scores, ResourceType.CPU, config=parameters, condition=RowCondition.IS_TEXT)
    pipeline = PipelineDefinition(name="review_scores", version="1.0.0", steps=[step])
    return {"steps": [*(base_steps or []), *build_pipeline_steps(pipeline)]}
