"""Shared by the host's tests: creates a plugin folder from a dict of files, and runs a real worker process."""

import json
import os
import pathlib
import select
import shutil
import signal
import socket
import sys
import tempfile
import textwrap

HOST = pathlib.Path(__file__).resolve().parent.parent
ROOT = HOST.parent.parent
SCHEMAS = ROOT / "builder" / "schemas"
FIXTURES = ROOT / "test" / "fixtures" / "builder"
SHIMS = HOST / "shims"

for folder in (HOST, SHIMS):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from slipway_host import messages  # noqa: E402  (its path is set above)

WAIT_SECONDS = 20
# A descriptor that one of the builder's ancestors left open and the worker inherits.
LEFT_OPEN = 77


# The settings of a process without a sandbox.
UNCONFINED = {"jail": None, "landlock": None, "system_calls": None, "cgroup": [], "uid": None}
LIMITS = {"memory_bytes": 2 << 30, "file_bytes": 1 << 20, "open_files": 256, "processes": None, "cpu_seconds": None}


def folder_with(test, files):
    """Writes the files, dedented, to a folder that is removed after the test."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="plugin-")).resolve()
    test.addCleanup(shutil.rmtree, folder)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return folder


# Number of concurrent calls.
THREADS = 8
STREAM_LIMITS = {"value_bytes": 64 << 10, "bytes": 1 << 20, "window_bytes": 64 << 10, "value_cost": 0, "seconds": 720}
LEFT_MS = 30_000


def call_body(body, request="", is_streamed=False, trace=""):
    head = messages.CALL_HEAD.pack(is_streamed, LEFT_MS, len(request), len(trace))
    return head + request.encode() + trace.encode() + body


class Worker:
    """Runs host.py as the builder does, but without a sandbox."""

    def __init__(self, test, files, name="demo", dependencies=(), answer_bytes=1 << 20, limits=None, packages=None, entry="realtime"):
        self.folder = folder_with(test, files)
        self.name, self.dependencies = name, list(dependencies)
        settings = {
            **UNCONFINED,
            "limits": LIMITS | (limits or {}),
            "answer_bytes": answer_bytes,
            "stream": STREAM_LIMITS,
            "threads": THREADS,
            "code": str(self.folder),
            "shims": str(SHIMS),
            "packages": None if packages is None else str(packages),
            "temp": str(self.folder),
            "entry": entry,
        }
        ours, theirs = socket.socketpair()
        ours.settimeout(WAIT_SECONDS)
        self.channel = ours
        stdin, self.stdin = os.pipe()
        self.printed = tempfile.TemporaryFile()
        out = self.printed.fileno()
        arguments = [sys.executable, "-I", "-S", "-X", "utf8", str(HOST / "host.py"), json.dumps(settings)]
        dup = os.POSIX_SPAWN_DUP2
        wiring = [(dup, stdin, 0), (dup, out, 1), (dup, out, 2), (dup, theirs.fileno(), 3), (dup, out, LEFT_OPEN)]
        self.pid = os.posix_spawn(sys.executable, arguments, {"LANG": "C.UTF-8"}, file_actions=wiring)
        theirs.close()
        os.close(stdin)
        self.exit_code = None
        test.addCleanup(self.close)

    def send(self, kind, call_id=0, body=b""):
        self.channel.sendall(messages.frame(kind, call_id, body))

    def receive(self):
        """Returns the next frame as (kind, call ID, body)."""
        length, call_id, kind = messages.HEADER.unpack(self._receive_exactly(messages.HEADER.size))
        return kind, call_id, self._receive_exactly(length)

    def load(self, secrets=None):
        """Starts the plugin and returns all events up to ready or failed."""
        plugin = {"name": self.name, "version": "1.0.0"}
        spec = {"plugin": plugin, "dependencies": self.dependencies, "secrets": secrets or {}}
        self.send(messages.START, 0, json.dumps(spec).encode())
        events = []
        while not events or events[-1]["type"] not in ("ready", "failed"):
            kind, _, body = self.receive()
            assert kind == messages.EVENT
            events.append(json.loads(body))
        return events

    def call(self, call_id, inputs, parameters=None, request="", is_streamed=False, trace=""):
        body = json.dumps({"inputs": inputs, "parameters": parameters or {}})
        self.send(messages.CALL, call_id, call_body(body.encode(), request, is_streamed, trace))

    def answer(self):
        """Returns the next answer as (call ID, parsed JSON), skipping log events."""
        while True:
            kind, call_id, body = self.receive()
            if kind != messages.EVENT:
                assert kind == messages.ANSWER, kind
                return call_id, json.loads(body)

    def wait(self):
        """Returns the exit code. If the worker doesn't exit, kills it and raises TimeoutError."""
        if self.exit_code is None:
            handle = os.pidfd_open(self.pid)
            exited, _, _ = select.select([handle], [], [], WAIT_SECONDS)
            os.close(handle)
            if not exited:
                os.kill(self.pid, signal.SIGKILL)
            self.exit_code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            if not exited:
                raise TimeoutError("the worker did not exit")
        return self.exit_code

    def output(self):
        self.printed.seek(0)
        return self.printed.read().decode()

    def close_stdin(self):
        if self.stdin is not None:
            os.close(self.stdin)
            self.stdin = None

    def close(self):
        self.close_stdin()
        self.channel.close()
        self.wait()
        self.printed.close()

    def _receive_exactly(self, length):
        data = bytearray()
        while len(data) < length:
            chunk = self.channel.recv(length - len(data))
            if not chunk:
                raise EOFError("the worker closed the channel")
            data += chunk
        return bytes(data)


def loaded(test, realtime, entry="realtime", files=None, **options):
    """Returns a worker that has loaded a plugin with this realtime.py, or with the entry's own file."""
    worker = Worker(test, {f"{entry}.py": realtime, **(files or {})}, entry=entry, **options)
    test.assertEqual(worker.load()[-1], {"type": "ready"})
    return worker


def send_rows(test, worker, lines, head=None, request="run_1"):
    """Returns the answer's head and its lines."""
    head = {"run": "run_1", "first": 5, "batch_size": 2, "parameters": {}, **(head or {})}
    body = b"\n".join([b"\x01" + json.dumps(head).encode(), *(lines or [])])
    worker.send(messages.CALL, 1, call_body(body, request))
    while True:
        kind, _, answer = worker.receive()
        if kind != messages.EVENT:
            test.assertEqual(messages.ANSWER, kind)
            head, *rows = answer.split(b"\n")
            return json.loads(head), rows
