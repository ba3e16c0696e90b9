"""Describes embeddings_onnx. Slipway reads this file without running it, so all values are literals."""

metadata = {
    "feature_extractor_name": "embeddings_onnx",
    "version": "1.0.0",
    "description": "Text embeddings from an ONNX model in the archive",
    "category": "text",
}

supported_input_types = ["text"]
dependencies = ["numpy>=2", "onnxruntime>=1.20"]

features = [
    {
        "feature_type": "embedding",
        "feature_name": "text_embedding",
        "embedding_dim": 32,
        "distance_metric": "cosine",
    },
]

input_schema = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "texts": {"type": "array", "items": {"type": "string"}, "maxItems": 256},
    },
}

output_schema = {
    "type": "object",
    "properties": {
        "text_embedding": {"type": "array", "items": {"type": "number"}, "minItems": 32, "maxItems": 32},
    },
}

compute_profile = {"resource_type": "cpu", "batch_size": 64}
serve_config = {"batching": {"max_size": 64}}
