"""Runs programs that it reads as JSON, and prints the commands that each one started: [{path: text}] to [["os.system
id"]].

Each program runs in its own forked process, with time and file limits. Nothing that it does reaches the machine:
commands are only recorded, and connections and writes are refused.
"""
import json
import os
import resource
import runpy
import subprocess  # noqa: F401 - loaded before, so that it is no module of a program
import sys
import tempfile

COMMANDS = {"os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn", "subprocess.Popen"}
WRITES = {"os.chmod", "os.chown", "os.kill", "os.killpg", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate"}
SECONDS_MAX = 10


def text_of(value):
    if isinstance(value, (list, tuple)):
        return " ".join(text_of(part) for part in value)
    return os.fsdecode(value) if isinstance(value, (bytes, str)) else ""


def confine(report):
    """Refuses forbidden operations from now on, and writes each started command to the descriptor."""

    def hook(event, arguments):
        if event in COMMANDS:
            # The first argument also names the program that subprocess.Popen runs.
            command = text_of(arguments[1 if event == "subprocess.Popen" else 0]) if arguments else ""
            os.write(report, f"{event} {command}".strip().encode() + b"\0")
            raise InterruptedError(event)
        is_write = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if is_write or event in WRITES or event.startswith(("socket.", "ctypes.")):
            raise PermissionError(event)

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(hook)


def run_child(root, report):
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.chdir(root)
    sys.path.insert(0, root)
    confine(report)
    try:
        runpy.run_path(os.path.join(root, "main.py"))
    except BaseException:
        pass
    os._exit(0)


def run(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            target = os.path.join(root, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w", encoding="utf-8") as file:
                file.write(text)
        output, report = os.pipe()
        child = os.fork()
        if child == 0:
            run_child(root, report)
        os.close(report)
        with os.fdopen(output, "rb") as reader:
            started = reader.read()
        os.waitpid(child, 0)
    return [command.decode() for command in started.split(b"\0")[:-1]]


sys.dont_write_bytecode = True
programs = json.load(sys.stdin)
json.dump([run(files) for files in programs], sys.stdout)
