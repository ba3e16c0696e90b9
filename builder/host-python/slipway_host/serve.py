"""Runs a worker: receives what to load, reports the progress of loading, then answers calls until the builder disconnects."""

import asyncio
import gc
import json
import os
import socket
import sys
import time

from slipway_host.calls import Calls
from slipway_host.channel import Channel
from slipway_host.compilation import compile_all
from slipway_host.failure import StartFailure
from slipway_host.messages import CALL, CANCEL, EVENT, PROBE, PROBED, START
from slipway_host.plugin import load
from slipway_host.secrets import deliver_secrets
from slipway_host.traces import Traces

TRACES_PER_SECOND = 10
# The builder shows this much of a line, and accepts events of up to 256 KiB and 1,000 lines.
LINE_CHARS = 4096
EVENT_BYTES = 128 * 1024
EVENT_LINES = 500


def serve(channel_fd, settings):
    channel = socket.socket(fileno=channel_fd)
    channel.set_inheritable(False)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace", line_buffering=True)
    sys.path.append(settings["shims"])
    asyncio.run(_Worker(settings).run(channel))
    # Don't wait for threads that the plugin left running.
    os._exit(0)


class _Worker:
    def __init__(self, settings):
        self._code_root = settings["code"]
        self._packages = settings["packages"]
        self._traces = Traces(self._code_root, settings["shims"], self._packages)
        self._answer_bytes = settings["answer_bytes"]
        self._calls = None
        self._second = 0
        self._traces_left = 0

    async def run(self, sock):
        loop = asyncio.get_running_loop()
        self._ended = loop.create_future()
        self._start = loop.create_future()
        _, self._channel = await loop.create_unix_connection(lambda: Channel(self._on_frame, self._on_end), sock=sock)
        spec = await self._start
        try:
            await self._load(spec)
        except StartFailure as failure:
            cause = failure.__cause__
            if cause is not None:
                self._log(self._traces.lines(cause))
            self._event(type="failed", error={"code": failure.code, "message": failure.message})
        await self._ended

    async def _load(self, spec):
        self._event(type="step", step="compile")
        await asyncio.sleep(0)  # send the event before the work blocks the loop
        compile_all(self._code_root)
        self._event(type="step", step="load")
        await asyncio.sleep(0)
        deliver_secrets(spec.get("secrets", {}))
        sys.path.append(self._code_root)
        if self._packages is not None:
            sys.path.append(self._packages)  # last: a package can't replace the plugin's modules, the shims or Python's own
        invoke = await load(self._code_root, spec["plugin"]["name"], spec["dependencies"], self._traces)
        clean = self._traces.clean
        self._calls = Calls(invoke, self._channel.send, self._log_error, clean, self._answer_bytes)
        gc.collect()
        gc.freeze()
        self._event(type="ready")

    def _on_frame(self, kind, call_id, body):
        if kind == CALL:
            self._calls.call(call_id, body)
        elif kind == CANCEL:
            self._calls.cancel(call_id)
        elif kind == PROBE:
            self._channel.send(PROBED, 0, body)
        elif kind == START:
            self._start.set_result(json.loads(body))

    def _on_end(self):
        # The builder disconnected, possibly in the middle of a start.
        os._exit(0)

    def _event(self, **event):
        self._channel.send(EVENT, 0, json.dumps(event).encode("ascii"))

    def _log(self, lines):
        part, size = [], 0
        for line in lines:
            line = line[:LINE_CHARS]
            if part and (size > EVENT_BYTES or len(part) == EVENT_LINES):
                self._event(type="log", lines=part)
                part, size = [], 0
            part.append(line)
            size += len(json.dumps(line))
        self._event(type="log", lines=part)

    def _log_error(self, error):
        """Logs a traceback, but only a few per second: a handler that raises on every call must not flood the log."""
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._traces_left = second, TRACES_PER_SECOND
        if self._traces_left > 0:
            self._traces_left -= 1
            self._log(self._traces.lines(error))
