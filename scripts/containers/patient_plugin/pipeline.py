"""Batch has nothing to do."""


def build_steps(extractor_request, container=None, **kwargs):
    return {"steps": []}
