"""The batch pipeline of http_lookup: it has none, because the service is asked at query time."""


def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    return {"steps": list(base_steps or []), "prepare": lambda dataset: dataset}
