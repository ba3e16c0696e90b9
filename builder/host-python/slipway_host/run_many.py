"""Runs a batch of calls in a handler's `run_many`. If it raises, divides the batch until the guilty call is alone, so that
one bad input never fails its neighbors.
"""

import asyncio
import concurrent.futures
import functools
import inspect

from slipway_host.current_call import CurrentBatch, current
from slipway_host.in_context import caught, in_task, in_thread
from slipway_host.messages import InvalidResult


class Member:
    """One call of a batch. `read` returns its (inputs, parameters) as they were sent. Raises InvalidCall."""

    def __init__(self, call, read):
        self.call = call
        self._read = read
        self._first = read()

    def take(self):
        """Returns (inputs, parameters), which a handler may change: each time, new ones."""
        first, self._first = self._first, None
        return self._read() if first is None else first


class RunMany:
    """`invoke` calls `run_many`. `retries` says whether it may get a call again after it raised."""

    def __init__(self, invoke, retries):
        self._invoke = invoke
        self._retries = retries
        self._thread = concurrent.futures.ThreadPoolExecutor(1, "batch")

    async def run(self, members, create_context, outcomes):
        """Passes each call's outcome to `outcomes.returned(member, result)` or `outcomes.raised(members, error)`. Leaves out
        calls that are cancelled before their turn. `create_context` returns the context variables of a run.
        """
        parts = [members]
        divided = None
        has_guilty = False
        while parts:
            part = [member for member in parts.pop() if not member.call.is_cancelled]
            if not part:
                continue
            error = await self._run_part(part, create_context(), outcomes)
            if error is None:
                continue
            if len(part) == 1 or not self._retries or isinstance(error, InvalidResult):
                has_guilty = True
                outcomes.raised(part, error)
            else:
                divided = divided or (error, len(part))
                middle = len(part) // 2
                parts += [part[middle:], part[:middle]]
        if divided is not None and not has_guilty:
            outcomes.only_together(*divided)

    async def _run_part(self, part, context, outcomes):
        """Returns what `run_many` raised, or None."""
        context.run(current.set, CurrentBatch([member.call for member in part]))
        try:
            taken = [member.take() for member in part]
            run = functools.partial(self._invoke, [inputs for inputs, _ in taken], taken[0][1])
            results = await self._results(run, context)
            if isinstance(results, BaseException):
                return results
            results = _checked(results, len(part))
        except BaseException as error:
            if asyncio.current_task().cancelling():
                raise
            return error
        for member, result in zip(part, results):
            if isinstance(result, BaseException):
                outcomes.raised([member], result)
            else:
                outcomes.returned(member, result)
        return None

    async def _results(self, run, context):
        """Returns what `run_many` returned, or what it raised in its thread: a coroutine can't raise StopIteration."""
        if self._invoke.is_async:
            return await in_task(context, _awaited(run))
        result, error = await in_thread(self._thread, context, functools.partial(caught, run))
        if error is not None:
            return error
        return await in_task(context, _awaited(lambda: result)) if inspect.isawaitable(result) else result


async def _awaited(run):
    result = run()
    return await result if inspect.isawaitable(result) else result


def _checked(results, count):
    if not isinstance(results, (list, tuple)):
        raise InvalidResult(f"run_many must return a list of {count} results, not {type(results).__name__}")
    if len(results) != count:
        raise InvalidResult(f"run_many returned {len(results)} results for {count} inputs")
    return results
