"""Describes patient_plugin, which `npm run test:containers` calls while it disturbs the plugin's container."""

metadata = {
    "feature_extractor_name": "patient_plugin",
    "version": "1.0.0",
    "description": "Answers after the number of seconds that the caller names",
}

supported_input_types = ["text"]
dependencies = []
features = []
input_schema = {"type": "object", "properties": {"seconds": {"type": "number"}}}
