"""The table that steps get if pandas isn't installed: a stand-in for a DataFrame.

It does what pandas does for its methods, and refuses all others. It takes values as they are, where pandas may change
their types: 1 and None stay 1 and None.
"""

import itertools

from engine.frames.column import Column
from engine.frames.strict import SCALARS, NotInStandIn, Strict

NAN = float("nan")


class Names(Strict):
    """A table's column names."""

    _kind = "a batch's columns"

    def __init__(self, names):
        self._names = list(names)

    def __iter__(self):
        return iter(self._names)

    def __len__(self):
        return len(self._names)

    def __contains__(self, name):
        return name in self._names

    def __getitem__(self, at):
        return self._names[at]

    def __repr__(self):
        return f"Names({self._names})"

    def tolist(self):
        return list(self._names)

    to_list = tolist


class Row(Strict):
    """One row, as iterrows gives it."""

    _kind = "a row"

    def __init__(self, values):
        self._row = values

    def __getitem__(self, name):
        return self._row[name]

    def __contains__(self, name):
        return name in self._row

    def __len__(self):
        return len(self._row)

    def __iter__(self):
        return iter(self._row.values())

    def get(self, name, default=None):
        return self._row.get(name, default)

    def to_dict(self):
        return dict(self._row)


class Table(Strict):
    def __init__(self, data, count=None, labels=None):
        """`count` is the number of rows of a table without columns."""
        if labels is None:
            labels = list(range(len(next(iter(data.values()), ())) if count is None else count))
        self._labels = labels
        self._data = {name: list(values) for name, values in data.items()}
        self.attrs = {}

    @property
    def columns(self):
        return Names(self._data)

    @property
    def shape(self):
        return len(self._labels), len(self._data)

    @property
    def empty(self):
        return 0 in self.shape

    def __len__(self):
        return len(self._labels)

    def __iter__(self):
        return iter(self._data)

    def __contains__(self, name):
        return name in self._data

    def __repr__(self):
        return f"Table({self._data})"

    def __getitem__(self, key):
        """Selects a column by name, columns by a list of names, or rows by a column or list of booleans."""
        if isinstance(key, (list, Column)) and _is_mask(key):
            return self._rows_where(list(key))
        if isinstance(key, list):
            return self._like({name: self._data[name] for name in key})
        if isinstance(key, (str, int)):
            return Column(self._data[key], self._labels)
        raise NotInStandIn(f"[{type(key).__name__}] on a batch")

    def __setitem__(self, name, values):
        if not isinstance(name, str):
            raise NotInStandIn(f"[{type(name).__name__}] = … on a batch")
        self._data[name] = self._cells(name, values)

    def __delitem__(self, name):
        del self._data[name]

    def get(self, name, default=None):
        return self[name] if name in self._data else default

    def copy(self):
        return self._like(self._data)

    def assign(self, **columns):
        table = self.copy()
        for name, values in columns.items():
            table[name] = values(table) if callable(values) else values
        return table

    def drop(self, *, columns):
        dropped = [columns] if isinstance(columns, str) else list(columns)
        for name in dropped:
            if name not in self._data:
                raise KeyError(f"{name!r} not found in columns")
        return self._like({name: values for name, values in self._data.items() if name not in dropped})

    def rename(self, *, columns):
        if not isinstance(columns, dict):
            raise NotInStandIn(f"rename(columns={type(columns).__name__})")
        names = [columns.get(name, name) for name in self._data]
        if len(set(names)) < len(names):
            raise ValueError(f"rename makes two columns of one name: {names}")
        return self._like(dict(zip(names, self._data.values())))

    def reset_index(self, *, drop=False):
        if drop is not True:
            raise NotInStandIn("reset_index without drop=True")
        return self._like(self._data, list(range(len(self))))

    def to_dict(self, orient="dict"):
        if orient == "records":
            return self._records()
        if orient == "list":
            return {name: list(values) for name, values in self._data.items()}
        if orient == "dict":
            return {name: dict(zip(self._labels, values)) for name, values in self._data.items()}
        raise NotInStandIn(f"to_dict({orient!r})")

    def iterrows(self):
        return zip(self._labels, map(Row, self._records()))

    def _records(self):
        if not self._data:
            return [{} for _ in self._labels]
        return [dict(zip(self._data, row)) for row in zip(*self._data.values())]

    def _like(self, data, labels=None):
        table = Table(data, labels=self._labels if labels is None else labels)
        table.attrs = dict(self.attrs)
        return table

    def _rows_where(self, mask):
        if len(mask) != len(self):
            raise ValueError(f"Item wrong length {len(mask)} instead of {len(self)}.")
        data = {name: list(itertools.compress(values, mask)) for name, values in self._data.items()}
        return self._like(data, list(itertools.compress(self._labels, mask)))

    def _cells(self, name, values):
        if isinstance(values, SCALARS):
            return [values] * len(self)
        if isinstance(values, Column) and values._labels != self._labels:
            raise NotInStandIn(f"[{name!r}] = a column of other rows")
        if getattr(values, "ndim", None) == 1 and hasattr(values, "tolist"):
            values = values.tolist()
        elif not isinstance(values, (Column, list, tuple, range)):
            raise NotInStandIn(f"[{name!r}] = {type(values).__name__}")
        if len(values) != len(self):
            raise ValueError(f"Length of values ({len(values)}) does not match length of index ({len(self)})")
        return cells_of(values)


def have_same_rows(result, table):
    """Returns whether the result is a table with the labels of the other, so that no row moved."""
    return isinstance(result, Table) and result._labels is table._labels


def cells_of(values):
    """Returns the values as a list. A gap among floats is NaN, as in pandas."""
    kinds = set(map(type, values))
    if float in kinds and kinds == {float, type(None)}:
        return [NAN if value is None else value for value in values]
    return list(values)


def _is_mask(key):
    """Returns whether a list or column selects rows. A list without values selects no columns."""
    return (isinstance(key, Column) or bool(key)) and all(type(value) is bool for value in key)
