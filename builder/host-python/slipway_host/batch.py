"""Runs rows through a plugin's batch steps, as a worker's handler (plugin format §3).

A failed batch runs again row by row, so that each error belongs to one row, and then once more without the faulty rows. If
a step adds, drops or moves rows, all rows of the batch fail instead. After an error that CUDA can't recover from, the batch
runs again in a new process, as if this one had died.
"""

import contextvars
import copy
import importlib
import inspect
import sys
from types import SimpleNamespace
from typing import NamedTuple

from slipway_host.call_contexts import CallContexts, run_for_call
from slipway_host.failure import StartFailure, type_of
from slipway_host.isolation import outcomes_of
from slipway_host.lost_gpu import lost_gpu
from slipway_host.messages import read_call
from slipway_host.plain_values import NotPlain, plain
from slipway_host.plugin import import_module
from slipway_host.replacement import Lost
from slipway_host.rows import MARK, RowFault, RowIds, RowsAnswer, RowsCall, decode_row, encode_row, read_rows_call
from slipway_host.steps import SKIPPED, StepsFailure, columns_of, frame_kind, run_steps

PIPELINE = "pipeline"
BATCH_SIZE = 64
# A rows answer ends after the batch that reaches this size. The builder sends the remaining rows again.
ANSWER_BYTES = 2 << 20
ANSWER_BYTES_MAX = 7 << 20
# Maximum number of failed rows whose traceback is printed.
TRACES_MAX = 3


def load(code_root, name, requirements, traces):
    """Returns the handler. Raises StartFailure."""
    before = contextvars.copy_context()
    module = import_module(PIPELINE, code_root, name, requirements, traces)
    build = getattr(module, "build_steps", None) or getattr(module, "extract", None)
    if not callable(build):
        raise StartFailure("handler-missing", "pipeline.py must define build_steps or extract")
    return Batch(build, name, traces, CallContexts(before))


class Batch:
    """A plain method runs in a thread, where steps may start their own event loop."""

    is_async = False
    name = "build_steps"

    def __init__(self, build, name, traces, contexts):
        self.method = build
        self.contexts = contexts
        self._name = name
        self._traces = traces
        # The last run whose steps were built, its steps, and the context in which they were built and run.
        self._built = (None, [], None)
        self._printed = 0

    @staticmethod
    def read(body):
        return (read_rows_call(body), None) if body[:1] == MARK else read_call(body)

    def __call__(self, inputs, parameters):
        """Without rows, only builds the steps."""
        if isinstance(inputs, RowsCall):
            return self._run_rows(inputs)
        nothing = {"error": None, "steps": None, "frame": None, "rows": [], "skipped": [], "errors": []}
        try:
            steps = self._build(parameters)
        except BaseException as error:
            self._print_trace(error)
            return {**nothing, "error": self._reason(error)}
        rows = inputs.get("rows")
        ran = {} if rows is None else self._run(steps, rows, inputs.get("batch_size", BATCH_SIZE))
        return {**nothing, "steps": len(steps), **ran}

    def build_for(self, call):
        """Builds the steps once per run, and loads pandas for their frames. Returns an answer with the reason if that
        fails. Raises Lost.
        """
        answer = RowsAnswer()
        try:
            frame_kind()
            if self._built[0] != call.run:
                context = contextvars.copy_context()
                self._built = (call.run, context.run(self._build, call.parameters), context)
        except BaseException as error:
            _require_gpu(error)
            self._print_trace(error)
            answer.fail(self._reason(error))
        return answer

    def _run_rows(self, call):
        answer = self.build_for(call)
        if not answer.has_failed:
            run_for_call(self._built[2], self._add_batches, answer, call)
        return answer

    def _add_batches(self, answer, call):
        for start in range(0, len(call.lines), call.batch_size):
            if not self._add_batch(answer, call, start) or answer.size > ANSWER_BYTES:
                break

    def _add_batch(self, answer, call, start):
        """Excludes unreadable rows from the batch. Returns false if the answer has no room for the whole batch."""
        rows, results = [], []
        for number, line in enumerate(call.lines[start : start + call.batch_size], call.first + start):
            try:
                rows.append(_Row(number, line, decode_row(line)))
                results.append(None)
            except RowFault as fault:
                results.append(fault)
        of_batch = iter(self._results_of(call.run, rows))
        for result in results:
            result = next(of_batch) if result is None else result
            if isinstance(result, bytes) and len(result) > ANSWER_BYTES_MAX:
                result = RowFault(f"the row's result has {len(result)} bytes; the limit is {ANSWER_BYTES_MAX}")
            if isinstance(result, bytes) and answer.size + len(result) > ANSWER_BYTES_MAX:
                return False
            if isinstance(result, BaseException):
                answer.add_failed(self._reason(result))
            elif isinstance(result, _Row):
                answer.add_skipped(result.line, decode_row(result.line))
            else:
                answer.add(result)
        return True

    def _results_of(self, run, rows):
        """Returns each row's line, the row itself if no step takes it, or the exception."""
        if not rows:
            return []
        steps, columns = self._built[1], columns_of([row.values for row in rows])
        results = outcomes_of(rows, lambda some: _lines_of(steps, run, some, columns), _as_sent, _require_gpu)
        for error in _errors_in(results):
            if self._printed < TRACES_MAX:
                self._print_trace(error)
            self._printed += 1
        return results

    def _build(self, parameters):
        config = SimpleNamespace(feature_extractor_name=self._name, parameters=parameters)
        built = self.method(SimpleNamespace(extractor_config=config), **_container(self.method))
        return _steps_of(built)

    def _run(self, steps, rows, size):
        columns, results = columns_of(rows), []
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            results += outcomes_of(part, lambda some: _run_batch(steps, some, columns), lambda row: row, _raise_lost)
        for error in _errors_in(results)[:TRACES_MAX]:
            self._print_trace(error)
        failed = {index: error for index, error in enumerate(results) if isinstance(error, BaseException)}
        skipped = [index for index, row in enumerate(results) if row is SKIPPED]
        rows = [None if row is SKIPPED or index in failed else row for index, row in enumerate(results)]
        errors = [{"index": index, "message": self._reason(error)} for index, error in failed.items()]
        return {"frame": frame_kind(), "rows": rows, "skipped": skipped, "errors": errors}

    def _print_trace(self, error):
        cause = error.__cause__ if isinstance(error, StepsFailure) else error
        if cause is not None:
            print("\n".join(self._traces.lines(cause)), file=sys.stderr)

    def _reason(self, error):
        if isinstance(error, RowFault):
            return str(error)
        if isinstance(error, StepsFailure):
            cause = error.__cause__
            return str(error) if cause is None else f"{error}: {self._reason(cause)}"
        place = self._traces.place(error)
        where = f" at {place}" if place else ""
        return f"{type_of(error)}{where}: {self._traces.message(error)}"


def _require_gpu(error):
    """Raises Lost if CUDA can't recover from the error."""
    if lost_gpu(error) is not None:
        raise Lost from error


def _raise_lost(error):
    """Raises an error that CUDA can't recover from."""
    if lost_gpu(error) is not None:
        raise error


def _errors_in(results):
    """Returns the errors, each one once."""
    return list({id(result): result for result in results if isinstance(result, BaseException)}.values())


def _container(build):
    """Passes the container to a function that takes one."""
    parameters = inspect.signature(build).parameters.values()
    if not any(parameter.name == "container" or parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return {}
    secrets = importlib.import_module("shared.plugins.secrets").Secrets()
    return {"container": SimpleNamespace(secrets=secrets)}


def _steps_of(built):
    """Accepts `{"steps": [...]}` or an object with `.steps`."""
    steps = built.get("steps") if isinstance(built, dict) else getattr(built, "steps", None)
    if not isinstance(steps, (list, tuple)):
        raise StepsFailure(f"build_steps must return a dict with a list under 'steps', not {type_of(built)}")
    steps = [step() if isinstance(step, type) else step for step in steps]
    for number, step in enumerate(steps, 1):
        if not callable(step):
            raise StepsFailure(f"step {number} must be callable, not {type_of(step)}")
    return steps


def _run_batch(steps, rows, columns):
    """Returns a dict for each row, or SKIPPED if no step takes it. Steps may change their input, so they get a copy.
    """
    return [
        row if row is SKIPPED else {column: _value(column, value) for column, value in row.items()}
        for row in run_steps(steps, copy.deepcopy(rows), columns)
    ]


class _Row(NamedTuple):
    number: int
    line: bytes
    values: dict


def _as_sent(row):
    return row._replace(values=decode_row(row.line))


def _lines_of(steps, run, rows, columns):
    """Returns a line for each row, or the row itself if no step takes it."""
    ids = RowIds(f"{run}/{row.number}" for row in rows)
    results = run_steps(steps, [row.values for row in rows], columns, ids)
    return [row if result is SKIPPED else _line_of(result) for row, result in zip(rows, results, strict=True)]


def _line_of(row):
    try:
        return encode_row(row)
    except NotPlain:
        for column, value in row.items():
            _value(column, value)
        raise


def _value(column, value):
    try:
        return plain(value)
    except NotPlain as reason:
        raise StepsFailure(f"the column {column!r} {reason}") from None
