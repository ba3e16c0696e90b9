"""Describes sentiment. Slipway reads this file without running it, so all values are literals."""

metadata = {
    "feature_extractor_name": "sentiment",
    "version": "1.0.0",
    "description": "Sentiment of a text, counted by words",
    "category": "text",
}

supported_input_types = ["text"]
dependencies = []

input_schema = {
    "type": "object",
    "properties": {"text": {"type": "string", "description": "The text to score"}},
    "required": ["text"],
}

output_schema = {
    "type": "object",
    "properties": {
        "score": {"type": "integer"},
        "words": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["score", "words"],
}

serve_config = {"num_replicas": 2}
