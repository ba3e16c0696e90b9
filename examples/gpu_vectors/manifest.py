"""Describes gpu_vectors. Slipway reads this file without running it, so all values are literals."""

metadata = {
    "feature_extractor_name": "gpu_vectors",
    "version": "1.0.0",
    "description": "A vector for a text, on a part of a GPU",
    "category": "text",
}

supported_input_types = ["text"]
dependencies = []

features = [
    {
        "feature_type": "embedding",
        "feature_name": "text_embedding",
        "embedding_dim": 16,
        "distance_metric": "cosine",
    },
]

input_schema = {
    "type": "object",
    "properties": {"text": {"type": "string", "description": "The text that gets a vector"}},
    "required": ["text"],
}

output_schema = {
    "type": "object",
    "properties": {
        "text_embedding": {"type": "array", "items": {"type": "number"}, "minItems": 16, "maxItems": 16},
        "gpu": {"type": "string", "description": "The GPU that Ray gave to the process"},
    },
}

# Four processes share a GPU. Ray counts the GPUs that its start declares, so this runs on a machine without one, too.
serve_config = {"num_gpus": 0.25, "num_cpus": 0.5}
