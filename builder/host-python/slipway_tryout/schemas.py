"""Loads the schemas that manifest.py declares, and reports their errors by file and line (plugin format §2).

The registry reads manifest.py without running it, so these errors would otherwise appear only in batches.
"""

import ast
import importlib
import json
import os
import re
import sys

from slipway_host.failure import message_of, type_of
from slipway_host.package import make_package
from slipway_host.schemas import MODES, declared_schemas
from slipway_host.traces import Traces
from slipway_tryout import models

NAMES = {"input_schema": "input", "output_schema": "output", "parameter_schema": "parameters"}


def check_schemas(settings):
    traces = Traces(settings["code"], settings["shims"])
    has_pydantic = models.provide()
    os.chdir(settings["code"])
    sys.path.append(settings["code"])
    package = make_package(settings["code"], settings["name"])
    try:
        manifest = importlib.import_module(f"{package}.manifest")
    except BaseException as error:
        if isinstance(error, ModuleNotFoundError) and not (error.name or "").startswith(f"{package}."):
            return {"loaded": [], "problems": [], "missing": error.name or "unknown"}
        return {"loaded": [], "problems": [_problem_of(error, traces, settings["code"])]}
    found = declared_schemas(manifest)
    problems, loaded = [], []
    for key, schema in found.items():
        document = _load(key, schema, traces, settings["code"], problems)
        if document is not None:
            place = {"file": "manifest.py", "line": _line_of_name(settings["code"], "manifest.py", key)}
            by_pydantic = has_pydantic and not isinstance(schema, dict)
            loaded.append({"name": key, "schema": document, "by_pydantic": by_pydantic, **place})
    return {"loaded": [NAMES[key] for key in found], "schemas": loaded, "problems": problems}


def _load(key, schema, traces, code, problems):
    """Returns the JSON Schema, or records why it can't be built."""
    if not isinstance(schema, dict):
        found = _check(key, schema, traces, code)
        problems += found
        if found:
            return None
        schema = schema.model_json_schema(mode=MODES[key])
    try:
        return json.loads(json.dumps(schema))
    except (TypeError, ValueError, RecursionError) as error:
        line = _line_of_name(code, "manifest.py", key)
        problems.append(_problem("manifest.py", line, f"{key} is not JSON: {error}"))
        return None


def _check(key, schema, traces, code):
    if not isinstance(schema, type):
        message = f"{key} must be a Pydantic model or a dict, not {type_of(schema)}"
        return [_problem("manifest.py", _line_of_name(code, "manifest.py", key), message)]
    if not hasattr(schema, "model_json_schema"):
        file, line = _place_of_class(schema, code)
        return [_problem(file, line, f"{key} is the class {schema.__name__}, which is not a Pydantic model")]
    try:
        schema.model_json_schema(mode=MODES[key])
    except BaseException as error:
        file, line = _place_of_class(schema, code)
        return [_problem(file, line, f"{type_of(error)}: {traces.clean(message_of(error))}")]
    return []


def _problem(file, line, message):
    return {"file": file, "line": line, "message": message}


def _problem_of(error, traces, code):
    message = f"{type_of(error)}: {traces.clean(message_of(error)).splitlines()[0] if str(error) else ''}"
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith(code + os.sep):
        return _problem(os.path.relpath(error.filename, code), error.lineno or 1, message)
    file, _, line = (traces.place(error) or "manifest.py:1").rpartition(":")
    return _problem(file, _line_of_field(code, file, int(line), message), message)


def _line_of_field(code, file, line, message):
    """Pydantic reports only the class. Returns the line of the field named in the message, if the class has that
    field.
    """
    field = re.search(r"attribute was detected: `(\w+)", message)
    for definition in ast.walk(_tree(code, file)):
        first = min([definition.lineno, *(one.lineno for one in definition.decorator_list)]) if _is_class(definition) else 0
        if field and first and first <= line <= definition.end_lineno:
            for statement in definition.body:
                targets = getattr(statement, "targets", [])
                if any(isinstance(target, ast.Name) and target.id == field[1] for target in targets):
                    return statement.lineno
    return line


def _place_of_class(schema, code):
    file = getattr(sys.modules.get(schema.__module__), "__file__", None) or ""
    if not file.startswith(code + os.sep):
        return "manifest.py", 1
    path = os.path.relpath(file, code)
    lines = [one.lineno for one in ast.walk(_tree(code, path)) if _is_class(one) and one.name == schema.__name__]
    return path, lines[0] if lines else 1


def _is_class(node):
    return isinstance(node, ast.ClassDef)


def _line_of_name(code, file, name):
    """Returns the line of `name = …` or of the key in `metadata`."""
    for node in ast.walk(_tree(code, file)):
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            return node.lineno
        for key in node.keys if isinstance(node, ast.Dict) else []:
            if isinstance(key, ast.Constant) and key.value == name:
                return key.lineno
    return 1


def _tree(code, file):
    with open(os.path.join(code, file), encoding="utf-8") as source:
        return ast.parse(source.read())
