"""Profiles CSV documents with pandas: one document in each row of the batch."""

import io
import math

import pandas as pd

DIMENSIONS = 8


def profile(text, separator=","):
    """Returns the size of the table, its empty cells and the mean of each column of numbers."""
    try:
        table = pd.read_csv(io.StringIO(text), sep=separator)
    except (pd.errors.EmptyDataError, pd.errors.ParserError):
        table = pd.DataFrame()
    numbers = table.select_dtypes("number")
    return {
        "table_embedding": vector(table, numbers),
        "rows": len(table),
        "columns": [str(name) for name in table.columns],
        "numeric": {str(name): round(float(mean), 6) for name, mean in numbers.mean().dropna().items()},
        "missing": int(table.isna().sum().sum()),
    }


def vector(table, numbers):
    """Sizes as logarithms, and shares from 0 to 1, so that tables of a similar form are close to each other."""
    cells = max(table.size, 1)
    values = [
        math.log1p(len(table)),
        math.log1p(len(table.columns)),
        len(numbers.columns) / max(len(table.columns), 1),
        float(table.isna().sum().sum()) / cells,
        float(table.duplicated().mean()) if len(table) else 0.0,
        float(table.nunique().mean()) / len(table) if len(table) else 0.0,
        float((numbers < 0).sum().sum()) / cells,
        float((numbers == 0).sum().sum()) / cells,
    ]
    return [round(value, 6) for value in values]


class TableProcessor:
    """One row out for each row in. What is not text counts as an empty table."""

    def __init__(self, config=None, progress_actor=None, **kwargs):
        self.separator = (config or {}).get("separator", ",")

    def __call__(self, batch):
        documents = [text if isinstance(text, str) else "" for text in batch["data"].tolist()]
        profiles = pd.DataFrame([profile(text, self.separator) for text in documents], index=batch.index)
        return batch.assign(**{name: profiles[name] for name in profiles.columns})
