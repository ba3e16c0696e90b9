"""Makes a manifest's schemas with the plugin's own Pydantic, as a worker's handler and for `slipway test`.

The registry reads manifest.py without running it; comparing both shows where it read something else.
"""

import contextvars
import importlib.util

from slipway_host.call_contexts import CallContexts
from slipway_host.messages import read_call
from slipway_host.plugin import import_module

SCHEMAS = "schemas"
# Which of Pydantic's two schemas Slipway publishes.
MODES = {"input_schema": "validation", "output_schema": "serialization", "parameter_schema": "validation"}


def load(code_root, name, requirements, traces):
    """Returns the handler. Raises StartFailure."""
    before = contextvars.copy_context()
    has_pydantic = importlib.util.find_spec("pydantic") is not None
    manifest = import_module("manifest", code_root, name, requirements, traces) if has_pydantic else None
    return Schemas(manifest, CallContexts(before))


class Schemas:
    is_async = False
    name = "model_json_schema"
    read = staticmethod(lambda body: (read_call(body), None))

    def __init__(self, manifest, contexts):
        self.method = self.__call__
        self.contexts = contexts
        self._manifest = manifest

    def __call__(self, inputs, parameters):
        """Returns the JSON Schemas of the declared models, by name."""
        models = {} if self._manifest is None else declared_schemas(self._manifest)
        return {key: model.model_json_schema(mode=MODES[key]) for key, model in models.items() if hasattr(model, "model_json_schema")}


def declared_schemas(manifest):
    """Returns the schemas that the module declares, by name, in `metadata` or as variables."""
    metadata = getattr(manifest, "metadata", None)
    declared = metadata if isinstance(metadata, dict) else {}
    schemas = {key: declared.get(key, getattr(manifest, key, None)) for key in MODES}
    return {key: schema for key, schema in schemas.items() if schema is not None}
