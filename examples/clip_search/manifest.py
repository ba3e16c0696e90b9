"""Describes clip_search. Slipway reads this file without running it, so all values are literals."""

metadata = {
    "feature_extractor_name": "clip_search",
    "version": "1.0.0",
    "description": "Text-to-image search with a CLIP model, on a part of a GPU",
    "category": "image",
}

supported_input_types = ["image", "text"]
dependencies = ["numpy>=2", "pillow>=11", "safetensors>=0.5"]
models = ["clip"]

features = [
    {
        "feature_type": "embedding",
        "feature_name": "image_embedding",
        "embedding_dim": 64,
        "distance_metric": "cosine",
    },
]

input_schema = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "description": "The text to search for"},
        "image": {"type": "string", "description": "A PNG, JPEG, GIF or WebP file, in base64"},
        "candidates": {
            "type": "array",
            "maxItems": 10000,
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "image_embedding": {"type": "array", "items": {"type": "number"}, "minItems": 64, "maxItems": 64},
                },
                "required": ["id", "image_embedding"],
            },
        },
    },
}

output_schema = {
    "type": "object",
    "properties": {
        "image_embedding": {"type": "array", "items": {"type": "number"}, "minItems": 64, "maxItems": 64},
    },
}

# Four processes share a GPU, in Slipway's sandbox on a builder that lends GPUs, or else on a Ray cluster. num_cpus is for Ray.
# Each process, for calls and for runs, loads the model once.
serve_config = {"num_gpus": 0.25, "num_cpus": 0.5, "max_concurrency": 8}
compute_profile = {"batch_size": 16}
