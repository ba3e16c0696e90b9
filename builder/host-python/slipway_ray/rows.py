"""One process of a run in Ray Serve: takes rows, as a builder instance's process does, and returns the steps' results.

It works on one request at a time. Python can't stop a thread whose rows hang, so the process returns 504, takes no
more rows and exits. Ray then starts another one. It also exits when it is to be replaced.
"""

import asyncio
import functools
import time

from slipway_host import batch
from slipway_host.current_call import CurrentCall
from slipway_host.in_context import in_thread
from slipway_host.messages import InvalidCall
from slipway_host.replacement import Lost
from slipway_ray.replica import LEFT_HEADER, Replica, leave
from starlette.responses import Response

# Shared with the Worker (src/features/clusters/ray/calls.ts). Time limit for building the steps, separate from the rows' time limit.
BUILD_HEADER = "slipway-build-ms"


class RowsReplica(Replica):
    async def __init__(self, args):
        self._at_work = None
        self._is_leaving = False
        await super().__init__(args)

    async def _load_plugin(self, *where):
        return await asyncio.to_thread(batch.load, *where)

    async def _answer(self, headers, body):
        seconds = int(headers.get(LEFT_HEADER, "30000")) / 1000
        build_seconds = int(headers.get(BUILD_HEADER, "30000")) / 1000
        if not await self._is_free(build_seconds):
            return Response(status_code=503)
        try:
            call, _ = self._invoke.read(body)
        except InvalidCall as error:
            return Response(str(error), status_code=400)
        try:
            answer = await self._within(build_seconds, call, self._invoke.build_for, call)
            if answer is not None and not answer.has_failed:
                answer = await self._within(seconds, call, self._invoke, call, None)
        except Lost as lost:
            self._outcomes.lose(lost.__cause__, call.run)
            self._leave()
            return Response(status_code=500)
        if answer is None or self._replacement.is_asked:
            self._leave()
        if answer is None:
            return Response(status_code=504)
        return Response(answer.encoded(), media_type="application/octet-stream")

    async def _within(self, seconds, call, run, *args):
        """Returns None if `run` doesn't finish in time."""
        context = self._invoke.contexts.create_within(CurrentCall(call.run, time.time() + seconds))
        self._at_work = asyncio.ensure_future(in_thread(self._threads, context, functools.partial(run, *args)))
        done, _ = await asyncio.wait([self._at_work], timeout=seconds)
        self._end_lines(call.run)
        return self._at_work.result() if done else None

    async def _is_free(self, seconds):
        """Waits for work that its caller has abandoned. Returns false if the process is about to exit."""
        if self._at_work is not None and not self._is_leaving:
            done, _ = await asyncio.wait([self._at_work], timeout=seconds)
            if not done:
                self._leave()
        return not self._is_leaving

    def _leave(self):
        self._is_leaving = True
        leave()
