"""Describes {{name}}. Slipway parses this file without running it, so every value must be a literal."""

metadata = {
    "feature_extractor_name": "{{name}}",
    "version": "1.0.0",
    "description": {{description}},
    "category": "{{category}}",
    "author": {{author}},
}

supported_input_types = {{input_types}}
dependencies = []

features = [
    {
        "feature_type": "embedding",
        "feature_name": "{{name}}_embedding",
        "embedding_dim": 16,
        "distance_metric": "cosine",
    },
]

input_schema = {
    "type": "object",
    "properties": {{input_properties}},
    "required": {{required}},
}

parameter_schema = {"type": "object", "properties": {}}

output_schema = {
    "type": "object",
    "properties": {
        "{{name}}_embedding": {"type": "array", "items": {"type": "number"}, "minItems": 16, "maxItems": 16},
        "size": {"type": "integer", "description": "Size of the input: words for text, bytes for other content"},
    },
    "required": ["{{name}}_embedding", "size"],
}

compute_profile = {"resource_type": "cpu", "batch_size": 64}
