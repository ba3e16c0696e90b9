"""Describes text_profile. Slipway reads this file without running it, so all values are literals."""

metadata = {
    "feature_extractor_name": "text_profile",
    "version": "1.0.0",
    "description": "Readability, key phrases and a small word vector of an English text",
    "category": "text",
}

supported_input_types = ["text"]
dependencies = []

features = [
    {
        "feature_type": "embedding",
        "feature_name": "profile_embedding",
        "embedding_dim": 16,
        "distance_metric": "cosine",
    },
]

input_schema = {
    "type": "object",
    "properties": {"text": {"type": "string", "description": "The text to profile"}},
    "required": ["text"],
}

parameter_schema = {
    "type": "object",
    "properties": {"key_phrases": {"type": "integer", "minimum": 0, "maximum": 20, "default": 5}},
}

output_schema = {
    "type": "object",
    "properties": {
        "profile_embedding": {"type": "array", "items": {"type": "number"}, "minItems": 16, "maxItems": 16},
        "words": {"type": "integer"},
        "sentences": {"type": "integer"},
        "reading_ease": {"type": "number", "description": "Flesch reading ease: 100 is very easy, below 30 is very hard"},
        "level": {"type": "string", "enum": ["empty", "easy", "plain", "hard"]},
        "key_phrases": {"type": "array", "items": {"type": "string"}},
    },
}

compute_profile = {"resource_type": "cpu", "batch_size": 64}
