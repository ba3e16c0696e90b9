"""Describes csv_rows. Slipway reads this file without running it, so all values are literals."""

metadata = {
    "feature_extractor_name": "csv_rows",
    "version": "1.0.0",
    "description": "Profile of the columns of a CSV document, for batches",
    "category": "document",
}

supported_input_types = ["text"]
dependencies = ["pandas>=2.2"]

features = [
    {
        "feature_type": "embedding",
        "feature_name": "table_embedding",
        "embedding_dim": 8,
        "distance_metric": "euclid",
    },
]

parameter_schema = {
    "type": "object",
    "properties": {"separator": {"type": "string", "default": ","}},
}

output_schema = {
    "type": "object",
    "properties": {
        "table_embedding": {"type": "array", "items": {"type": "number"}, "minItems": 8, "maxItems": 8},
        "rows": {"type": "integer"},
        "columns": {"type": "array", "items": {"type": "string"}},
        "numeric": {"type": "object", "description": "The mean of each column of numbers"},
        "missing": {"type": "integer", "description": "Empty cells"},
    },
}

compute_profile = {"resource_type": "cpu", "batch_size": 64}
