"""Does nothing in batches."""


def build_steps(extractor_request, container=None, **kwargs):
    return {"steps": []}
