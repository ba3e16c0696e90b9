"""Runs a batch through a plugin's steps. A row's values come out under the row's identity, or the batch fails."""

import functools
import importlib
import sys

from slipway_host.plain_values import NotPlain, check_keys, is_missing

SHIM = "engine.plugins.extractors.pipeline"
# Marks a row that no step takes.
SKIPPED = object()


class StepsFailure(Exception):
    """Raised if the steps can't run or return something that isn't a batch. The text gives the reason."""


class Reshaped(StepsFailure):
    """Raised if a step adds, drops or moves rows of its batch. All rows of the batch fail."""


@functools.cache
def frames():
    """Imported late, because a process learns the place of the shims with its plugin."""
    return importlib.import_module("engine.frames")


def frame_kind():
    return "table" if frames().pandas() is None else "pandas"


def columns_of(rows):
    return list(dict.fromkeys(key for row in rows for key in row))


def run_steps(steps, rows, columns, ids=None):
    """Returns each row's values by column, or SKIPPED if no step takes it. If rows have IDs, each step gets them in its
    frame's `attrs`. Raises StepsFailure.
    """
    batch = _Batch(rows, columns, ids)
    for number, step in enumerate(steps, 1):
        try:
            batch.pass_through(step)
        except frames().FrameFault as fault:
            failure = Reshaped if isinstance(fault, frames().Reshaped) else StepsFailure
            raise failure(f"step {number}{_name_of(step)} {fault}") from None
        except BaseException as error:
            raise StepsFailure(f"step {number}") from error
    return batch.results()


def _is_defined(step):
    """Returns whether the step was made from a StepDefinition."""
    shim = sys.modules.get(SHIM)
    return shim is not None and isinstance(step, shim.Step)


def _name_of(step):
    """Returns the name of the step's function or class in parentheses, if it has one."""
    named = step.definition.service_class if _is_defined(step) else step
    name = getattr(named, "__name__", type(named).__name__)
    return "" if name == "<lambda>" else f" ({name})"


class _Batch:
    def __init__(self, rows, columns, ids):
        self._count = len(rows)
        self._ids = ids
        # What the frame has, by column.
        self._values = {name: [row.get(name) for row in rows] for name in columns}
        self._frame = frames().frame_of(self._values, self._count)
        self._taken = [False] * self._count
        # By column, the positions of rows that don't have it. The frame has a gap there.
        self._absent = {}
        if any(len(row) < len(columns) for row in rows):
            self._absent = {name: {at for at, row in enumerate(rows) if name not in row} for name in columns}

    def pass_through(self, step):
        if self._ids is not None:
            getattr(self._frame, "attrs", {})["row_ids"] = self._ids
        chosen = self._rows_taken(step)
        self._taken = [before or now for before, now in zip(self._taken, chosen)]
        if all(chosen):
            self._pass_all(step)
        elif any(chosen):
            self._frame, absent = frames().run_on(self._frame, chosen, step.run)
            self._values = frames().snapshot(self._frame)
            for name, positions in absent.items():
                self._absent[str(name)] = self._absent.get(str(name), set()) | positions

    def _pass_all(self, step):
        known = set(map(str, self._values))
        self._frame, self._values = frames().run_in_order(step, self._frame, self._values)
        self._absent = {name: positions for name, positions in self._absent.items() if name in known}

    def _rows_taken(self, step):
        """Only a step with a row condition skips rows."""
        return step.takes(self._frame) if _is_defined(step) else [True] * self._count

    def results(self):
        columns = {str(name): values for name, values in self._values.items()}
        for name, values in columns.items():
            try:
                check_keys(values)
            except NotPlain as reason:
                raise StepsFailure(f"the column {name!r} {reason}") from None
        names = list(columns)
        rows = zip(*columns.values(), strict=True) if names else [()] * self._count
        return [
            self._without_absent(at, dict(zip(names, values))) if self._taken[at] else SKIPPED
            for at, values in enumerate(rows)
        ]

    def _without_absent(self, at, row):
        gaps = [name for name, positions in self._absent.items() if at in positions]
        return {name: value for name, value in row.items() if not (name in gaps and is_missing(value))} if gaps else row
