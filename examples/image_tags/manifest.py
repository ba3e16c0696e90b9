"""Describes image_tags. Slipway reads this file without running it, so all values are literals."""

metadata = {
    "feature_extractor_name": "image_tags",
    "version": "1.0.0",
    "description": "Tags, main colors and a color vector of an image",
    "category": "image",
}

supported_input_types = ["image"]
dependencies = ["numpy>=2", "pillow>=11"]

features = [
    {
        "feature_type": "embedding",
        "feature_name": "image_embedding",
        "embedding_dim": 32,
        "distance_metric": "cosine",
    },
]

input_schema = {
    "type": "object",
    "properties": {"image": {"type": "string", "description": "A PNG, JPEG, GIF or WebP file, in base64"}},
    "required": ["image"],
}

parameter_schema = {
    "type": "object",
    "properties": {"colors": {"type": "integer", "minimum": 1, "maximum": 8, "default": 3}},
}

output_schema = {
    "type": "object",
    "properties": {
        "image_embedding": {"type": "array", "items": {"type": "number"}, "minItems": 32, "maxItems": 32},
        "width": {"type": "integer"},
        "height": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "colors": {"type": "array", "items": {"type": "string"}, "description": "The most frequent ones, as #rrggbb"},
    },
}

compute_profile = {"resource_type": "cpu", "batch_size": 16}
