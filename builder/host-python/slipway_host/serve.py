"""Runs a worker: receives the plugin to load, reports loading progress, then answers calls until the builder
disconnects.
"""

import asyncio
import gc
import json
import os
import socket
import sys

from slipway_host import batch, schemas
from slipway_host.batch_calls import LoopBatches, ThreadBatches
from slipway_host.channel import Channel
from slipway_host.compilation import compile_all
from slipway_host.current_call import current
from slipway_host.failure import StartFailure, use_limit_notes
from slipway_host.http_clients import use_proxy_by_default
from slipway_host.loop_calls import LoopCalls
from slipway_host.messages import CALL, CANCEL, CREDIT, PROBE, PROBED, RUN, START
from slipway_host.outcomes import Outcomes
from slipway_host.plugin import load
from slipway_host.replacement import Replacement
from slipway_host.reporter import Reporter
from slipway_host.provided import deliver_calls, deliver_models, deliver_secrets, refuse_gpu_steps
from slipway_host.streams import Streams
from slipway_host.thread_calls import ThreadCalls
from slipway_host.torch_share import limit_torch
from slipway_host.traces import Traces


def serve(channel_fd, settings):
    channel = socket.socket(fileno=channel_fd)
    channel.set_inheritable(False)
    sys.path.append(settings["shims"])
    use_limit_notes(settings.get("limit_notes", {}))
    with asyncio.Runner() as runner:
        _run(runner.get_loop(), _Worker(settings), channel)


def _run(loop, worker, channel):
    """Keeps the event loop running if one of the plugin's tasks ends with sys.exit(), so that other calls continue."""
    running = loop.create_task(worker.run(channel))
    while not running.done():
        try:
            loop.run_until_complete(running)
        except (SystemExit, KeyboardInterrupt) as error:
            worker.log_exit(error)


class _Worker:
    def __init__(self, settings):
        self._code_root = settings["code"]
        self._packages = settings["packages"]
        self._models = settings.get("models", {})
        self._entry = settings.get("entry", "realtime")
        self._traces = Traces(self._code_root, settings["shims"], self._packages)
        self._reporter = Reporter(self._traces)
        self._replacement = Replacement(self._reporter.ask_replacement)
        self._answer_bytes = settings["answer_bytes"]
        self._stream_limits = settings["stream"]
        self._threads = settings["threads"]
        self._batching = settings.get("batching")
        self._runs_gpu_steps = settings.get("runs_gpu_steps", False)
        self._gpu_bytes = settings.get("gpu_bytes")
        self._calls = None

    async def run(self, sock):
        loop = asyncio.get_running_loop()
        self._start = loop.create_future()
        self._channel = Channel(sock, self._on_frame, self._on_end)
        self._reporter.connect(self._channel)
        spec = await self._start
        try:
            await self._load(spec)
        except StartFailure as failure:
            cause = failure.__cause__
            if cause is not None:
                self._reporter.log_cause(cause)
            self._reporter.event(type="failed", error={"code": failure.code, "message": failure.message})
        await asyncio.get_running_loop().create_future()  # ends with the process

    def log_exit(self, error):
        self._reporter.log_cause(error)

    async def _load(self, spec):
        self._reporter.event(type="step", step="compile")
        await asyncio.sleep(0)  # send the event before the work blocks the loop
        compile_all(self._code_root)
        self._reporter.event(type="step", step="load")
        await asyncio.sleep(0)
        deliver_secrets(spec.get("secrets", {}))
        deliver_models(self._models)
        deliver_calls(current, self._replacement.ask_for_plugin)
        use_proxy_by_default()
        if self._gpu_bytes is not None:
            limit_torch(self._gpu_bytes)
        sys.path.append(self._code_root)
        if self._packages is not None:
            sys.path.append(self._packages)  # last: a package can't replace the plugin's modules, the shims or Python's own
        plugin = (self._code_root, spec["plugin"]["name"], spec["dependencies"], self._traces)
        invoke = await self._load_entry(plugin)
        gc.collect()
        gc.freeze()
        self._serve(invoke)
        self._reporter.event(type="ready")

    async def _load_entry(self, plugin):
        if self._entry == schemas.SCHEMAS:
            return schemas.load(*plugin)
        if self._entry != batch.PIPELINE:
            return await load(*plugin, self._batching is not None)
        if not self._runs_gpu_steps:
            refuse_gpu_steps()
        return batch.load(*plugin)

    def _serve(self, invoke):
        outcomes = Outcomes(self._reporter, self._answer_bytes, self._replacement)
        streams = Streams(self._channel.send, self._stream_limits, self._answer_bytes)
        has_batches = self._batching is not None and self._entry != batch.PIPELINE
        if invoke.is_async and has_batches:
            self._calls = LoopBatches(invoke, outcomes, self._reporter, self._batching["retry"])
        elif invoke.is_async:
            self._calls = LoopCalls(invoke, outcomes, self._reporter, streams)
        else:
            self._channel.leave_loop()
            if has_batches:
                self._calls = ThreadBatches(invoke, outcomes, self._reporter, self._channel, self._batching["retry"])
            else:
                self._calls = ThreadCalls(invoke, outcomes, self._reporter, streams, self._channel, self._threads)
            self._calls.start()

    def _on_frame(self, kind, call_id, body):
        if kind == CALL:
            self._calls.call(call_id, body)
        elif kind == CANCEL:
            self._calls.cancel(call_id)
        elif kind == CREDIT:
            self._calls.credit(call_id, body)
        elif kind == RUN:
            self._calls.run()
        elif kind == PROBE:
            self._channel.send(PROBED, 0, body)
        elif kind == START:
            self._start.set_result(json.loads(body))

    def _on_end(self):
        # The builder disconnected, possibly while the plugin was starting. Don't wait for threads that the plugin left running.
        self._reporter.end_output()
        os._exit(0)
