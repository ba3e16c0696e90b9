"""Calls a plugin's build_steps as a batch does, and runs sample rows through the steps (plugin format §3)."""

import importlib
import inspect
import os
from types import SimpleNamespace

from slipway_host.failure import message_of, type_of
from slipway_host.plugin import make_package
from slipway_host.provided import deliver_models, deliver_secrets
from slipway_host.traces import Traces
from slipway_tryout.table import table_of

SHOWN_CHARS = 120


class StepsFailure(Exception):
    """A batch can't run the steps that the plugin built. The text gives the reason."""


def try_steps(settings):
    traces = Traces(settings["code"], settings["shims"])
    try:
        return _try(settings)
    except StepsFailure as failure:
        return {"error": str(failure), "trace": []}
    except BaseException as error:
        place = traces.place(error)
        where = f" at {place}" if place else ""
        reason = f"{type_of(error)}{where}: {traces.clean(message_of(error))}"
        return {"error": reason, "trace": traces.lines(error)}


def _try(settings):
    name, rows = settings["name"], settings["rows"]
    os.chdir(settings["code"])
    deliver_secrets(settings.get("secrets", {}))
    deliver_models(settings.get("models", {}))
    module = importlib.import_module(f"{make_package(settings['code'], name)}.pipeline")
    build = getattr(module, "build_steps", None) or getattr(module, "extract", None)
    if not callable(build):
        raise StepsFailure("pipeline.py must define build_steps or extract")
    steps = _steps_of(build(_request(name, settings["parameters"]), **_container(build)))
    if rows is None:
        return {"steps": len(steps)}
    return {"steps": len(steps), **_run(steps, rows)}


def _request(name, parameters):
    config = SimpleNamespace(feature_extractor_name=name, parameters=parameters)
    return SimpleNamespace(extractor_config=config)


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
        raise StepsFailure(f"build_steps must return a dict with a list under 'steps', not {type_of_value(built)}")
    steps = [step() if isinstance(step, type) else step for step in steps]
    for number, step in enumerate(steps, 1):
        if not callable(step):
            raise StepsFailure(f"step {number} must be callable, not {type_of_value(step)}")
    return steps


def _run(steps, rows):
    frame, kind = table_of(rows)
    before = list(frame.columns)
    for number, step in enumerate(steps, 1):
        frame = step(frame)
        if not hasattr(frame, "columns"):
            raise StepsFailure(f"step {number} must return the batch, not {type_of_value(frame)}")
        if len(frame) != len(rows):
            raise StepsFailure(f"step {number} returned {len(frame)} rows for {len(rows)}; it must return one row for each")
    added = [str(column) for column in frame.columns if column not in before]
    first = {column: repr(list(frame[column])[0])[:SHOWN_CHARS] for column in added} if rows else {}
    return {"rows": len(rows), "frame": kind, "columns": added, "first": first}


def type_of_value(value):
    return type(value).__name__
