"""Runs the same function on each row of a file: `slipway run {{name}} --input rows.csv`."""

from .realtime import answer


def answer_rows(batch):
    answers = [answer({"text": text or ""}) for text in batch["data"].tolist()]
    for name in ("words", "size"):
        batch[name] = [one[name] for one in answers]
    return batch


def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    return {"steps": [*(base_steps or []), answer_rows], "prepare": lambda dataset: dataset}
