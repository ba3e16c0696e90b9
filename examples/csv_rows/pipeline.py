"""The batch pipeline of csv_rows. There is no realtime.py, so the plugin only processes batches."""

from .processors.core import TableProcessor


def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    parameters = extractor_request.extractor_config.parameters or {}
    return {"steps": [*(base_steps or []), TableProcessor(parameters)], "prepare": lambda dataset: dataset}
