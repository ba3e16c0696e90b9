"""The batch pipeline of sentiment: none, because it only answers calls."""


def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    return {"steps": list(base_steps or [])}
