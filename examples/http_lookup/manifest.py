"""Describes http_lookup. Slipway reads this file without running it, so all values are literals."""

metadata = {
    "feature_extractor_name": "http_lookup",
    "version": "1.0.0",
    "description": "Looks a text up in a service over HTTP",
    "category": "text",
}

supported_input_types = ["text"]
dependencies = []

# Nothing here is granted by asking. An administrator grants it: slipway grants give http_lookup
permissions = {"network": ["api.example.com"], "timeout_s": 20}

features = []

input_schema = {
    "type": "object",
    "properties": {"text": {"type": "string", "description": "What to look up"}},
    "required": ["text"],
}

parameter_schema = {
    "type": "object",
    "properties": {"url": {"type": "string", "default": "https://api.example.com/lookup"}},
}

output_schema = {
    "type": "object",
    "properties": {"answer": {"type": "object", "description": "What the service returned"}},
}

compute_profile = {"resource_type": "api", "batch_size": 16}
