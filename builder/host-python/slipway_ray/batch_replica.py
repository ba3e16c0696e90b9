"""One process of a plugin in Ray Serve whose handler gets batches of calls."""

import asyncio
import time

from slipway_host import plugin
from slipway_host.current_call import CurrentCall
from slipway_host.messages import InvalidCall
from slipway_ray.batches import Batches, Gathered
from slipway_ray.replica import LEFT_HEADER, REQUEST_HEADER, TRACE_HEADER, Replica, leave
from starlette.responses import Response, StreamingResponse

# Shared with the Worker (src/features/clusters/ray/batches.ts, src/contract/builder/serving.ts). LIMIT_HEADER: the plugin's time
# limit, whatever its caller's.
LIMIT_HEADER = "slipway-limit-ms"
ALONE_HEADER = "slipway-alone"
BATCH_HEADER = "slipway-batch"
JSON = "application/json"


class BatchReplica(Replica):
    async def _load_plugin(self, *where):
        invoke = await plugin.load(*where, batches=True)
        self._batches = Batches(invoke, self._args["batching"], self._outcomes, self._errors, self._replacement, leave)
        return invoke

    def _is_idle(self):
        return self._batches.is_idle

    async def _answer(self, headers, body):
        left, limit = (int(headers.get(name, "30000")) / 1000 for name in (LEFT_HEADER, LIMIT_HEADER))
        call = CurrentCall(headers.get(REQUEST_HEADER, ""), time.time() + left, False, headers.get(TRACE_HEADER, ""))
        try:
            gathered = Gathered(call, body, limit, ALONE_HEADER in headers)
        except InvalidCall as error:
            return Response(str(error), status_code=400)
        gathered.answer.add_done_callback(lambda _: self._end_lines("", call.request_id))
        # Serve ends this task once the response is sent or nobody waits for it.
        asyncio.current_task().add_done_callback(lambda _: gathered.answer.cancel())
        self._batches.add(gathered, left)
        if gathered.is_alone and await gathered.has_begun():
            return StreamingResponse(gathered.lines(), media_type=JSON, headers={BATCH_HEADER: gathered.batch})
        status, answer = await gathered.answer
        return Response(answer, status, {BATCH_HEADER: gathered.batch}, JSON)
