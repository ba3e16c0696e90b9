"""Loads a plugin: makes its folder a package, imports realtime.py, creates the handler and loads the handler's model.

manifest.py is imported only if realtime.py imports it (plugin format §6).
"""

import contextvars
import importlib
import inspect
import os

from slipway_host.call_contexts import CallContexts
from slipway_host.dependencies import find_requirement
from slipway_host.failure import StartFailure, type_of
from slipway_host.handler import find_class, find_method
from slipway_host.package import hint_of_hidden_module, make_package
from slipway_host.system_libraries import missing_library_hint

REALTIME = "realtime"
# Parts of asyncio's messages about a loop that runs already.
LOOP_RUNS = ("a running event loop", "loop is already running", "another loop is running")
LOOP_HINT = ". Slipway loads a plugin on its event loop: await this in `async def load_model`, or run it in build_steps of pipeline.py"
NEEDED_BY = {REALTIME: "realtime deployments", "pipeline": "batches"}


async def load(code_root, name, requirements, traces, batches=False):
    """Returns the handler's Invocation, of `run_many` if it gets batches. Raises StartFailure."""
    before = contextvars.copy_context()
    module = import_module(REALTIME, code_root, name, requirements, traces)
    handler_class = find_class(module)
    if handler_class is None:
        raise StartFailure(
            "handler-missing",
            "realtime.py must define a class whose name ends in InferenceService, or a class RealtimeHandler",
        )
    find_method(handler_class, batches)  # report a missing method before any of the class's code runs
    try:
        handler = handler_class()
        load_model = getattr(handler, "load_model", None)
        if callable(load_model):
            loading = load_model()
            if inspect.isawaitable(loading):
                await loading
    except BaseException as error:
        raise _load_failure(error, handler_class.__name__, name, code_root, requirements, traces) from error
    return find_method(handler_class, batches).bound_to(handler, CallContexts(before))


def import_module(module, code_root, name, requirements, traces):
    """Imports one of the plugin's files. Raises StartFailure."""
    file = module + ".py"
    if not os.path.isfile(os.path.join(code_root, file)):
        raise StartFailure("handler-missing", f"the archive has no {file}, which {NEEDED_BY[module]} need")
    try:
        package = make_package(code_root, name)
        return importlib.import_module(f"{package}.{module}")
    except ImportError as error:
        raise _import_failure(error, name, code_root, requirements, traces) from error
    except BaseException as error:
        place = traces.place(error) or file
        reason = f"{place}: {type_of(error)}: {_reason(error, traces)}"
        raise StartFailure("import-failed", f"importing {file} failed at {reason}") from error


def _import_failure(error, name, code_root, requirements, traces):
    place = traces.place(error)
    at = f" ({place})" if place else ""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        message = traces.message(error)
        hint = missing_library_hint(message, requirements)
        return StartFailure("import-failed", f"{message}{at}" + (f": {hint}" if hint else ""))
    module = error.name
    hint = hint_of_hidden_module(error, code_root)
    if hint:
        return StartFailure("import-failed", f"module {module!r} is missing{at}. {hint}")
    if _is_own(module, name, code_root):
        return StartFailure("import-failed", f"module {module!r} is not in the archive{at}")
    requirement = find_requirement(module, requirements)
    if requirement is not None:
        return StartFailure(
            "dependency-not-installed",
            f"module {module!r} is missing{at}: dependency {requirement!r} is declared, "
            "but what is installed for it has no such module; check the module's name and the requirement's marker",
        )
    return StartFailure(
        "import-failed",
        f"module {module!r} is missing{at}: it is not in Python's standard library, "
        "and no declared dependency provides it; declare the package in manifest.py or requirements.txt",
    )


def _is_own(module, name, code_root):
    """Returns whether the missing module belongs to the plugin."""
    top, _, rest = module.partition(".")
    own = os.path.join(code_root, top)
    return top in (name, name + "_plugin") or bool(rest) and (os.path.isdir(own) or os.path.isfile(own + ".py"))


def _load_failure(error, class_name, name, code_root, requirements, traces):
    if isinstance(error, ImportError):
        return _import_failure(error, name, code_root, requirements, traces)
    place = traces.place(error)
    at = f" at {place}" if place else ""
    return StartFailure("load-failed", f"{class_name}{at}: {type_of(error)}: {_reason(error, traces)}")


def _reason(error, traces):
    message = traces.message(error)
    runs_loop = isinstance(error, RuntimeError) and any(part in message for part in LOOP_RUNS)
    return message + LOOP_HINT if runs_loop else message
