"""Byte-compiles every file of a plugin before any of its code runs (plugin format §6). Writes no files."""

import os
import platform
import warnings

from slipway_host.failure import StartFailure, message_of, type_of


def compile_all(code_root):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in sorted(_python_files(code_root)):
            _compile(os.path.join(code_root, path), path)


def _python_files(code_root):
    for folder, _, names in os.walk(code_root):
        for name in names:
            if name.endswith(".py"):
                yield os.path.relpath(os.path.join(folder, name), code_root).replace(os.sep, "/")


def _compile(file, path):
    with open(file, "rb") as source:
        text = source.read()
    try:
        compile(text, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise _failure(path, error.lineno or 1, error.msg) from None
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise _failure(path, 1, message_of(error) or type_of(error)) from None


def _failure(path, line, reason):
    version = platform.python_version()
    return StartFailure("compile-failed", f"{path}:{line}: {reason}. Plugins run on Python {version} here; use only its syntax")
