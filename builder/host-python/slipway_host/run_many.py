"""Runs a batch of calls in a handler's `run_many`. If it raises, divides the batch until the guilty call is alone, so that
one bad input never fails its neighbors. After an error that CUDA can't recover from, nothing runs in this process anymore.
"""

import asyncio
import concurrent.futures
import functools
import inspect

from slipway_host.current_call import CurrentBatch, current
from slipway_host.in_context import in_task, in_thread
from slipway_host.lost_gpu import lost_gpu
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
    """`invoke` calls `run_many`. `retries` says whether it may get a call again after it raised.

    Both ways to run a batch pass each call's outcome to `outcomes.returned(member, result)`,
    `outcomes.raised(members, error)` or `outcomes.lost(members, error)`, and call `outcomes.end_part()` after each run. They
    leave out calls that are cancelled before their turn. `create_context` returns the context variables of a run.
    """

    def __init__(self, invoke, retries):
        self._invoke = invoke
        self._retries = retries
        self._loop = asyncio.get_running_loop()
        self._thread = concurrent.futures.ThreadPoolExecutor(1, "batch")

    async def run(self, members, create_context, outcomes):
        """Runs a batch from the event loop, a plain `run_many` in a thread."""
        parts = _divided(members, self._retries, outcomes)
        part = _next(parts)
        while part is not None:
            part = _next(parts, await self._answer(part, create_context()))

    def run_in_thread(self, members, create_context, outcomes):
        """Runs a batch of a plain `run_many` in the current thread."""
        parts = _divided(members, self._retries, outcomes)
        part = _next(parts)
        while part is not None:
            part = _next(parts, create_context().run(self._answer_in_thread, part))

    async def _answer(self, part, context):
        """Returns (what `run_many` returned, what it raised); one of them is None."""
        if not self._invoke.is_async:
            return await in_thread(self._thread, context, functools.partial(self._answer_in_thread, part))
        try:
            context.run(_set_current, part)
            return _plain(await in_task(context, _awaited(functools.partial(self._call, part)))), None
        except BaseException as error:
            if asyncio.current_task().cancelling():
                raise
            return None, error

    def _answer_in_thread(self, part):
        try:
            _set_current(part)
            results = self._call(part)
            if inspect.isawaitable(results):
                results = asyncio.run_coroutine_threadsafe(_awaited(lambda: results), self._loop).result()
            return _plain(results), None
        except BaseException as error:
            return None, error

    def _call(self, part):
        taken = [member.take() for member in part]
        return self._invoke([inputs for inputs, _ in taken], taken[0][1])


def _set_current(part):
    current.set(CurrentBatch([member.call for member in part]))


def _plain(results):
    """Copies a list, whose class may be the plugin's own."""
    return list(results) if isinstance(results, (list, tuple)) else results


async def _awaited(run):
    result = run()
    return await result if inspect.isawaitable(result) else result


def _next(parts, answer=None):
    try:
        return parts.send(answer)
    except StopIteration:
        return None


def _divided(members, retries, outcomes):
    """Yields the parts of a batch to run, and takes (results, error) of each."""
    parts = [members]
    divided = None
    has_guilty = False
    while parts:
        part = [member for member in parts.pop() if not member.call.is_cancelled]
        if not part:
            continue
        results, error = yield part
        if retries and lost_gpu(error) is not None:
            _pass_elsewhere(part, parts, outcomes, error)
            return
        problem = None if error is not None else _problem_of(results, len(part))
        if error is None and problem is None:
            _pass_on(part, results, outcomes)
        elif len(part) > 1 and retries and problem is None:
            divided = divided or (error, len(part))
            middle = len(part) // 2
            parts += [part[middle:], part[:middle]]
        else:
            has_guilty = True
            outcomes.raised(part, problem or error)
        outcomes.end_part()
    if divided is not None and not has_guilty:
        outcomes.only_together(*divided)


def _pass_elsewhere(part, rest, outcomes, error):
    """Passes calls to another process, alone. A part of one call is guilty itself."""
    rest = [member for other in rest for member in other if not member.call.is_cancelled]
    if len(part) > 1:
        outcomes.lost(part + rest, error)
    else:
        outcomes.raised(part, error)
        outcomes.lost(rest)
    outcomes.end_part()


def _problem_of(results, count):
    wanted = f"run_many must return a list of length {count}"
    if type(results) is not list:
        return InvalidResult(f"{wanted}, not {type(results).__name__}")
    return InvalidResult(f"{wanted}, not {len(results)}") if len(results) != count else None


def _pass_on(part, results, outcomes):
    for member, result in zip(part, results):
        if isinstance(result, BaseException):
            outcomes.raised([member], result)
        else:
            outcomes.returned(member, result)
