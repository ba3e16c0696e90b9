"""One process of a plugin in Ray Serve: gets its provisions, loads the plugin and answers calls.

The working directory contains `slipway_ray`, `slipway_host`, `shims`, and a small archive as `plugin.zip`. Neither
these nor the application's configuration contain secrets or URLs of the store. A replica that needs some returns 428
before any plugin code runs, and Slipway sends the call again with the provisions. Secrets stay in memory only.
"""

import asyncio
import concurrent.futures
import functools
import hashlib
import hmac
import inspect
import json
import os
import secrets
import sys
import tempfile
import time

from ray.util import get_node_ip_address
from starlette.responses import Response, StreamingResponse

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHIMS = os.path.join(ROOT, "shims")
if SHIMS not in sys.path:
    sys.path.insert(1, SHIMS)

from slipway_host import messages, plugin, provided  # noqa: E402  (the path of the shims is set above)
from slipway_host.current_call import CurrentCall, current  # noqa: E402
from slipway_host.failure import StartFailure  # noqa: E402
from slipway_host.in_context import in_task, in_thread  # noqa: E402
from slipway_host.outcomes import Outcomes  # noqa: E402
from slipway_host.replacement import Replacement  # noqa: E402
from slipway_host.streams import is_generator  # noqa: E402
from slipway_host.traces import Traces  # noqa: E402
from slipway_ray.admission import Admission  # noqa: E402
from slipway_ray.archive import unpack  # noqa: E402
from slipway_ray.output import ErrorLog, take_output, write_line  # noqa: E402
from slipway_ray.provisions import Provisions  # noqa: E402
from slipway_ray.streams import LINES, ReplicaStreams  # noqa: E402

# Names shared with the Worker (src/features/clusters/ray/calls.ts).
KEY_HEADER = "slipway-key"
LEFT_HEADER = "slipway-timeout-ms"
REQUEST_HEADER = "slipway-request"
REPORT_HEADER = "slipway-stream"
TRACE_HEADER = "traceparent"
PROVIDED = "application/vnd.slipway.provided"
FAILED_MARK = "slipway-start-failed "

THREADS_MAX = 64
# Gives the answer time to be sent before the process exits.
LEAVE_SECONDS = 0.5
# How long calls may take to end in a process that is to be replaced.
LAST_CALLS_SECONDS = 60


class Replica:
    async def __init__(self, args):
        self._args = args
        self._loading = None
        self._traces = None
        self._invoke = None
        self._failure = None
        # Names this process to Slipway, which loads the plugin in each one (src/features/clusters/ray/load.ts).
        self._id = secrets.token_hex(8)
        self._replacement = Replacement(lambda reason: write_line("host", f"The process is being replaced: {reason}"))
        self._admission = Admission(args["concurrency"])
        self._streams = ReplicaStreams(get_node_ip_address(), args, self._admission)
        self._threads = concurrent.futures.ThreadPoolExecutor(min(args["concurrency"], THREADS_MAX))
        self._output = take_output()
        self._folder = tempfile.TemporaryDirectory(prefix="slipway-plugin-")
        if args["needs_provisions"]:
            return
        await self._load_once(None)
        if self._failure is not None:
            raise RuntimeError(FAILED_MARK + json.dumps(_described(self._failure)))

    async def __call__(self, request):
        key = request.headers.get(KEY_HEADER, "")
        if not hmac.compare_digest(hashlib.sha256(key.encode()).hexdigest(), self._args["key_sha256"]):
            return Response(status_code=403)
        if REPORT_HEADER in request.headers:
            return Response(status_code=await self._streams.report(request.headers[REPORT_HEADER]))
        body = await request.body()
        if request.headers.get("content-type") == PROVIDED:
            given, _, body = body.partition(b"\n")
            await self._load(json.loads(given))
            if self._failure is not None:
                return _json(422, _described(self._failure))
            if not body:
                return _json(200, {"loaded": self._id})
        if self._invoke is None:
            return Response(status_code=428)
        return await self._answer(request.headers, body)

    async def check_health(self):
        """Raises an exception when the process is to be replaced and its calls have ended, or had time to. Ray then replaces it."""
        asked = self._replacement
        if asked.is_asked and (self._is_idle() or time.monotonic() - asked.since > LAST_CALLS_SECONDS):
            raise RuntimeError(f"The process is being replaced: {asked.reason}")

    def _is_idle(self):
        return self._admission.is_idle

    async def _load(self, given):
        """Loads the plugin once. Loading continues if the caller leaves."""
        if self._loading is None or self._needs_again():
            self._loading = asyncio.ensure_future(self._load_once(given))
        await asyncio.shield(self._loading)

    def _needs_again(self):
        """A failure of the plugin is final, because it leaves modules partly loaded. The next URLs may work."""
        return self._failure is not None and self._traces is None

    async def _load_once(self, given):
        self._failure = None
        try:
            code, sites = await asyncio.to_thread(self._prepare, given)
            self._traces = Traces(code, SHIMS)
            self._errors = ErrorLog(self._traces)
            self._outcomes = Outcomes(self._errors, self._args["answer_bytes"], self._replacement)
            provided.deliver_calls(current, self._replacement.ask_for_plugin)
            sys.path += [code, *sites]  # in this order: a package can't replace the plugin's modules
            self._invoke = await self._load_plugin(code, self._args["plugin"], self._args["dependencies"], self._traces)
        except StartFailure as error:
            if self._traces is not None:
                self._errors.log_error(error.__cause__ or error, "")
            self._failure = error
        finally:
            self._end_lines("")

    def _prepare(self, given):
        """Returns the folder of the plugin's files and those of its packages' modules."""
        self._provisions = Provisions(given) if given else None  # kept, because it removes the models' folder at its end
        fetched, sites = self._provisions.take() if self._provisions else (None, [])
        if fetched is None:
            unpack(os.path.join(ROOT, "plugin.zip"), self._folder.name)
        return fetched or self._folder.name, sites

    async def _load_plugin(self, *where):
        return await plugin.load(*where)

    async def _answer(self, headers, body):
        try:
            inputs, parameters = messages.read_call(body)
        except messages.InvalidCall as error:
            return Response(str(error), status_code=400)
        seconds = int(headers.get(LEFT_HEADER, "30000")) / 1000
        if self._replacement.is_asked or not await self._admission.enter():
            return Response(status_code=429)
        if self._replacement.is_asked:
            self._admission.leave()
            return Response(status_code=429)
        is_streamed = headers.get("accept") == LINES
        call = CurrentCall(headers.get(REQUEST_HEADER, ""), time.time() + seconds, is_streamed, headers.get(TRACE_HEADER, ""))
        context = self._invoke.contexts.create_within(call)
        invoke = functools.partial(self._invoke, inputs, parameters)
        stream = self._streams.open() if is_streamed else None
        run = functools.partial(self._run, call, context, invoke, stream)
        answering = asyncio.create_task(self._outcome(call, seconds, run, stream))
        answering.add_done_callback(lambda _: self._end(call, stream))
        # Serve ends this task once the response is sent or nobody waits for it.
        asyncio.current_task().add_done_callback(lambda _: answering.cancel())
        if stream is not None and await stream.has_begun(answering):
            return StreamingResponse(stream.lines(answering), media_type=await self._streams.media_type(stream))
        answer = await answering
        return Response(status_code=504) if answer is None else Response(bytes(answer), media_type="application/json")

    def _end(self, call, stream):
        self._end_lines(call.request_id)
        if stream is not None:
            self._streams.close(stream)
        self._admission.leave()

    def _end_lines(self, *requests):
        for output in self._output:
            for request in requests:
                output.end(request)

    async def _outcome(self, call, seconds, run, stream):
        """Returns the encoded answer, or None if the call takes too long."""
        started = time.perf_counter()
        limit = asyncio.timeout(seconds)
        if stream is not None:
            stream.limit = limit
        try:
            async with limit:
                result = await run()
            return self._outcomes.success(result, started)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            if limit.expired():
                return None
            return self._outcomes.failure(error, call.request_id, started)

    async def _run(self, call, context, invoke, stream):
        try:
            if self._invoke.is_async:
                return await in_task(context, self._finish(invoke, call, stream))
            result = await in_thread(self._threads, context, invoke)
            if inspect.isgenerator(result):
                return await self._streams.consume(result, call, stream, context)
            if inspect.isawaitable(result) or inspect.isasyncgen(result):
                return await in_task(context, self._finish(lambda: result, call, stream))
            return result
        except asyncio.CancelledError:
            call.is_cancelled = True
            raise

    async def _finish(self, invoke, call, stream):
        result = invoke()
        if inspect.isawaitable(result):
            result = await result
        return await self._streams.consume(result, call, stream) if is_generator(result) else result


def _described(failure):
    return {"code": failure.code, "message": failure.message}


def _json(status, value):
    return Response(json.dumps(value), status_code=status, media_type="application/json")


def leave():
    """Exits, so that Ray starts another process."""
    asyncio.get_running_loop().call_later(LEAVE_SECONDS, os._exit, 1)
