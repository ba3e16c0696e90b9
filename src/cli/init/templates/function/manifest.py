"""Describes {{name}}. Slipway parses this file without running it, so every value must be a literal."""

metadata = {
    "feature_extractor_name": "{{name}}",
    "version": "1.0.0",
    "description": {{description}},
    "author": {{author}},
}

dependencies = []
{{batching}}serve_config = {"batching": {"max_size": 32}}

input_schema = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
}

output_schema = {
    "type": "object",
    "properties": {"words": {"type": "array", "items": {"type": "string"}}, "size": {"type": "integer"}},
    "required": ["words", "size"],
}
