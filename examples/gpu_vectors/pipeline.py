"""There are no batch steps: Slipway runs none on Ray."""


def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    return {"steps": list(base_steps or [])}
