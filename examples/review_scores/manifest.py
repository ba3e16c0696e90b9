"""Describes review_scores. Slipway reads this file without running it, so all values are literals."""

metadata = {
    "feature_extractor_name": "review_scores",
    "version": "1.0.0",
    "description": "Scores of reviews by the words in them, for batches",
    "category": "text",
}

supported_input_types = ["text"]
features = []

parameter_schema = {
    "type": "object",
    "properties": {
        "positive": {"type": "array", "items": {"type": "string"}},
        "negative": {"type": "array", "items": {"type": "string"}},
    },
}

output_schema = {
    "type": "object",
    "properties": {
        "words": {"type": "integer"},
        "score": {"type": "number"},
        "record": {"type": "string"},
    },
}

compute_profile = {"resource_type": "cpu", "batch_size": 256}
