"""One process of a plugin in Ray Serve: receives its secrets, loads the plugin and answers calls.

The working directory contains `slipway_ray`, `slipway_host`, `shims`, and the plugin's archive as `plugin.zip`.
Neither these nor the application's configuration contain secrets. A replica without secrets returns 428 before any
plugin code runs, and Slipway sends the call again with the secrets. They stay in memory only.
"""

import asyncio
import concurrent.futures
import contextvars
import functools
import hashlib
import hmac
import inspect
import json
import os
import sys
import tempfile
import time

from starlette.responses import Response

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHIMS = os.path.join(ROOT, "shims")
if SHIMS not in sys.path:
    sys.path.insert(1, SHIMS)

from slipway_host import messages, plugin, provided  # noqa: E402  (the path of the shims is set above)
from slipway_host.current_call import CurrentCall, current  # noqa: E402
from slipway_host.failure import StartFailure, message_of, type_of  # noqa: E402
from slipway_host.streams import is_generator  # noqa: E402
from slipway_host.traces import Traces  # noqa: E402
from slipway_ray.archive import unpack  # noqa: E402
from slipway_ray.output import take_output, write_line  # noqa: E402

# Names shared with the Worker (src/deploy/ray/calls.ts).
KEY_HEADER = "slipway-key"
LEFT_HEADER = "slipway-timeout-ms"
REQUEST_HEADER = "slipway-request"
TRACE_HEADER = "traceparent"
WITH_SECRETS = "application/vnd.slipway.with-secrets+json"
FAILED_MARK = "slipway-start-failed "

THREADS_MAX = 64


class Replica:
    async def __init__(self, args):
        self._args = args
        self._load_lock = asyncio.Lock()
        self._invoke = None
        self._failure = None
        self._threads = concurrent.futures.ThreadPoolExecutor(min(args["concurrency"], THREADS_MAX))
        self._output = take_output()
        self._folder = tempfile.TemporaryDirectory(prefix="slipway-plugin-")
        if args["has_secrets"]:
            return
        await self._load({})
        if self._failure is not None:
            raise RuntimeError(FAILED_MARK + json.dumps(_described(self._failure)))

    async def __call__(self, request):
        key = request.headers.get(KEY_HEADER, "")
        if not hmac.compare_digest(hashlib.sha256(key.encode()).hexdigest(), self._args["key_sha256"]):
            return Response(status_code=403)
        body = await request.body()
        secrets, body = self._parts_of(request.headers.get("content-type"), body)
        if secrets is not None:
            await self._load(secrets)
            if self._failure is not None:
                return _json(422, _described(self._failure))
            if body is None:
                return _json(200, {"loaded": True})
        if self._invoke is None:
            return Response(status_code=428)
        return await self._answer(request.headers, body)

    def _parts_of(self, kind, body):
        """Returns a request's secrets and its call, or None for a missing part."""
        if kind != WITH_SECRETS:
            return None, body
        given = json.loads(body)
        return given["secrets"], None if given["call"] is None else given["call"].encode()

    async def _load(self, secrets):
        """Loads the plugin once. A failure is final, because it leaves modules partly loaded."""
        async with self._load_lock:
            if self._invoke is not None or self._failure is not None:
                return
            code = self._folder.name
            self._traces = Traces(code, SHIMS)
            try:
                await asyncio.to_thread(unpack, os.path.join(ROOT, "plugin.zip"), code)
                provided.deliver_secrets(secrets)
                provided.deliver_calls(current)
                sys.path.append(code)
                self._invoke = await self._load_plugin(code, self._args["plugin"], self._args["dependencies"], self._traces)
            except StartFailure as error:
                for line in self._traces.lines(error.__cause__ or error):
                    write_line("stderr", line)
                self._failure = error

    async def _load_plugin(self, *where):
        invoke = await plugin.load(*where)
        _require_answer(invoke)
        return invoke

    async def _answer(self, headers, body):
        try:
            inputs, parameters = messages.read_call(body)
        except messages.InvalidCall as error:
            return Response(str(error), status_code=400)
        seconds = int(headers.get(LEFT_HEADER, "30000")) / 1000
        call = CurrentCall(headers.get(REQUEST_HEADER, ""), time.time() + seconds, False, headers.get(TRACE_HEADER, ""))
        current.set(call)
        started = time.perf_counter()
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                result = await self._run(inputs, parameters)
            answer = messages.encode_success(result, _since(started), self._args["answer_bytes"])
        except Exception as error:
            if limit.expired():
                call.is_cancelled = True
                return Response(status_code=504)
            for line in self._traces.lines(error):
                write_line("stderr", line, call.request_id)
            message, place = self._traces.clean(message_of(error)), self._traces.place(error)
            answer = messages.encode_error(type_of(error), message, _since(started), place)
        finally:
            for output in self._output:
                output.end(call.request_id)
        return Response(bytes(answer), media_type="application/json")

    async def _run(self, inputs, parameters):
        if self._invoke.is_async:
            result = self._invoke(inputs, parameters)
            result = await result if inspect.isawaitable(result) else result
        else:
            result = await in_thread(self._threads, functools.partial(self._invoke, inputs, parameters))
        if type(result) is not dict and is_generator(result):
            raise messages.InvalidResult("the handler yields its values, and streams are not answered on Ray")
        return result


def _require_answer(invoke):
    """Rejects a generator handler at deploy time rather than at the first call."""
    if inspect.isgeneratorfunction(invoke.method) or inspect.isasyncgenfunction(invoke.method):
        name = getattr(invoke.method, "__qualname__", invoke.name)
        raise StartFailure("load-failed", f"{name} yields its values, and streams are not answered on Ray. Return a list of them.")


def in_thread(threads, run):
    context = contextvars.copy_context()
    return asyncio.get_running_loop().run_in_executor(threads, context.run, run)


def _described(failure):
    return {"code": failure.code, "message": failure.message}


def _json(status, value):
    return Response(json.dumps(value), status_code=status, media_type="application/json")


def _since(started):
    return (time.perf_counter() - started) * 1000
