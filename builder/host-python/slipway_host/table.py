"""Builds the table for a batch's steps: a DataFrame if pandas is installed, otherwise a substitute with the most
common methods.
"""


# Floats represent every integer up to this one exactly.
EXACT_MAX = 2**53


def columns_of(rows):
    return list(dict.fromkeys(key for row in rows for key in row))


def table_of(rows, columns):
    """Returns the table and its kind."""
    data = {column: [row.get(column) for row in rows] for column in columns}
    try:
        import pandas
    except ImportError:
        return Table(data), "table"
    frame = pandas.DataFrame(data)
    for column, kind in frame.dtypes.items():
        if kind.kind == "f" and any(_is_rounded(value) for value in data[column]):
            frame[column] = pandas.Series(data[column], dtype=object)
    return frame, "pandas"


def _is_rounded(value):
    """Returns whether the value is an integer that a float may not represent exactly."""
    return isinstance(value, int) and abs(value) > EXACT_MAX


class Column(list):
    @property
    def values(self):
        return list(self)

    def tolist(self):
        return list(self)

    to_list = tolist

    def apply(self, function):
        return Column(function(value) for value in self)

    map = apply

    def astype(self, kind):
        return self.apply(kind)

    def fillna(self, value):
        return self.apply(lambda one: value if one is None else one)


class Table:
    def __init__(self, data):
        self._data = {name: Column(values) for name, values in data.items()}
        self.attrs = {}

    @property
    def columns(self):
        return list(self._data)

    def __len__(self):
        return len(next(iter(self._data.values()), ()))

    def __contains__(self, name):
        return name in self._data

    def __getitem__(self, key):
        """Selects a column by name, columns by a list of names, or rows by a list of booleans."""
        if not isinstance(key, list):
            return self._data[key]
        if key and all(isinstance(chosen, bool) for chosen in key):
            return Table({name: [v for v, chosen in zip(values, key) if chosen] for name, values in self._data.items()})
        return Table({name: self._data[name] for name in key})

    def __setitem__(self, name, values):
        if isinstance(values, str) or not hasattr(values, "__iter__"):
            values = [values] * len(self)
        values = Column(values)
        if self._data and len(values) != len(self):
            raise ValueError(f"the column {name!r} has {len(values)} values for {len(self)} rows")
        self._data[name] = values

    def get(self, name, default=None):
        return self._data.get(name, default)

    def copy(self):
        return Table(self._data)

    def assign(self, **columns):
        table = self.copy()
        for name, values in columns.items():
            table[name] = values(table) if callable(values) else values
        return table

    def reset_index(self, drop=True):
        return self

    def to_dict(self, orient="list"):
        if orient == "records":
            return [dict(zip(self._data, row)) for row in zip(*self._data.values())]
        return {name: list(values) for name, values in self._data.items()}

    def iterrows(self):
        return enumerate(self.to_dict("records"))
