"""Runs rows through a plugin's batch steps, as the handler of a worker (plugin format §3).

A batch that fails is run again row by row, so that each error belongs to a row, and the other rows have their result.
"""

import copy
import importlib
import inspect
import sys
from types import SimpleNamespace

from slipway_host.failure import StartFailure, message_of, type_of
from slipway_host.plugin import import_module
from slipway_host.plain_values import NotPlain, plain
from slipway_host.table import columns_of, table_of

PIPELINE = "pipeline"
BATCH_SIZE = 64
# Failed rows whose traceback is printed.
TRACES_MAX = 3


def load(code_root, name, requirements, traces):
    """Returns the handler. Raises StartFailure."""
    module = import_module(PIPELINE, code_root, name, requirements, traces)
    build = getattr(module, "build_steps", None) or getattr(module, "extract", None)
    if not callable(build):
        raise StartFailure("handler-missing", "pipeline.py must define build_steps or extract")
    return Batch(build, name, traces)


class StepsFailure(Exception):
    """The steps can't be run, or what they return is not a batch. The text gives the reason."""


class Batch:
    """A plain method, so that it runs in a thread, where steps may start an event loop of their own."""

    is_async = False
    name = "build_steps"

    def __init__(self, build, name, traces):
        self.method = build
        self._name = name
        self._traces = traces

    def __call__(self, inputs, parameters):
        """Without rows, only builds the steps."""
        nothing = {"error": None, "steps": None, "frame": None, "rows": [], "errors": []}
        try:
            steps = self._build(parameters)
        except BaseException as error:
            self._print_trace(error)
            return {**nothing, "error": self._reason(error)}
        rows = inputs.get("rows")
        ran = {} if rows is None else self._run(steps, rows, inputs.get("batch_size", BATCH_SIZE))
        return {**nothing, "steps": len(steps), **ran}

    def _build(self, parameters):
        config = SimpleNamespace(feature_extractor_name=self._name, parameters=parameters)
        built = self.method(SimpleNamespace(extractor_config=config), **_container(self.method))
        return _steps_of(built)

    def _run(self, steps, rows, size):
        columns, results, errors = columns_of(rows), [], []
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            try:
                results += _run_batch(steps, part, columns)
                continue
            except BaseException as error:
                if len(part) == 1:
                    self._add_error(errors, start, error)
                    results.append(None)
                    continue
            for index, row in enumerate(part, start):
                try:
                    results += _run_batch(steps, [row], columns)
                except BaseException as error:
                    self._add_error(errors, index, error)
                    results.append(None)
        return {"frame": table_of([], [])[1], "rows": results, "errors": errors}

    def _add_error(self, errors, index, error):
        if len(errors) < TRACES_MAX:
            self._print_trace(error)
        errors.append({"index": index, "message": self._reason(error)})

    def _print_trace(self, error):
        cause = error.__cause__ if isinstance(error, StepsFailure) else error
        if cause is not None:
            print("\n".join(self._traces.lines(cause)), file=sys.stderr)

    def _reason(self, error):
        if isinstance(error, StepsFailure):
            cause = error.__cause__
            return str(error) if cause is None else f"{error}: {self._reason(cause)}"
        place = self._traces.place(error)
        where = f" at {place}" if place else ""
        return f"{type_of(error)}{where}: {self._traces.clean(message_of(error))}"


def _container(build):
    """The container, for a function that takes one."""
    parameters = inspect.signature(build).parameters.values()
    if not any(parameter.name == "container" or parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return {}
    secrets = importlib.import_module("shared.plugins.secrets").Secrets()
    return {"container": SimpleNamespace(secrets=secrets)}


def _steps_of(built):
    """`{"steps": [...]}`, or an object with `.steps`."""
    steps = built.get("steps") if isinstance(built, dict) else getattr(built, "steps", None)
    if not isinstance(steps, (list, tuple)):
        raise StepsFailure(f"build_steps must return a dict with a list under 'steps', not {type_of(built)}")
    steps = [step() if isinstance(step, type) else step for step in steps]
    for number, step in enumerate(steps, 1):
        if not callable(step):
            raise StepsFailure(f"step {number} must be callable, not {type_of(step)}")
    return steps


def _run_batch(steps, rows, columns):
    """Returns a dict for each row. Steps may change what they get, so they get a copy."""
    frame, _ = table_of(copy.deepcopy(rows), columns)
    for number, step in enumerate(steps, 1):
        try:
            frame = step(frame)
        except BaseException as error:
            raise StepsFailure(f"step {number}") from error
        if not hasattr(frame, "columns"):
            raise StepsFailure(f"step {number} must return the batch, not {type_of(frame)}")
        if len(frame) != len(rows):
            raise StepsFailure(f"step {number} returned {len(frame)} rows for {len(rows)}; it must return one row for each")
    columns = {str(column): list(frame[column]) for column in frame.columns}
    return [{column: _value(column, values[at]) for column, values in columns.items()} for at in range(len(rows))]


def _value(column, value):
    try:
        return plain(value)
    except NotPlain as reason:
        raise StepsFailure(f"the column {column!r} {reason}") from None
