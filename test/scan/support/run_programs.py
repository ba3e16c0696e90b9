"""Runs programs, read as JSON, and prints for each whether it started a command: [{path: text}] to [true | false | null].

null stands for a program that ended with an exception. Commands are recorded and not run.
"""
import json
import os
import runpy
import sys
import tempfile

started = []


def record(event, _):
    if event in ("os.system", "subprocess.Popen"):
        started.append(event)
        raise InterruptedError(event)


def run(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            target = os.path.join(root, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w", encoding="utf-8") as file:
                file.write(text)
        known = set(sys.modules)
        started.clear()
        sys.path.insert(0, root)
        failed = False
        try:
            runpy.run_path(os.path.join(root, "main.py"))
        except BaseException:
            failed = True
        sys.path.remove(root)
        sys.path_importer_cache.clear()
        for name in set(sys.modules) - known:
            if (getattr(sys.modules[name], "__file__", None) or root).startswith(root):
                del sys.modules[name]
    return True if started else None if failed else False


sys.dont_write_bytecode = True
programs = json.load(sys.stdin)
import subprocess  # noqa: E402 - loaded before, so that it is no module of a program

sys.addaudithook(record)
json.dump([run(files) for files in programs], sys.stdout)
