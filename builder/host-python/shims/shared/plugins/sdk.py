"""Runs many slow calls concurrently and returns their results in the order of the items."""

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor


def parallel_io(fn, items, max_workers=16):
    """Returns `[fn(item) for item in items]`, computed in threads. Raises the first exception."""
    fn, items = _in_order(fn, items)
    if not items:
        return []
    with ThreadPoolExecutor(max_workers=min(max_workers, len(items))) as pool:
        return list(pool.map(fn, items))


def concurrent_api_calls(fn, items, max_concurrency=8):
    """Like parallel_io. For a coroutine function, returns a coroutine that runs at most `max_concurrency` calls at a time."""
    fn, items = _in_order(fn, items)
    if inspect.iscoroutinefunction(fn):
        return _gather(fn, items, max_concurrency)
    return parallel_io(fn, items, max_concurrency)


async def _gather(fn, items, max_concurrency):
    gate = asyncio.Semaphore(max_concurrency)

    async def one(item):
        async with gate:
            return await fn(item)

    return list(await asyncio.gather(*(one(item) for item in items)))


def _in_order(fn, items):
    """Accepts the two arguments in either order: plugins use both."""
    if not callable(fn) and callable(items):
        fn, items = items, fn
    return fn, list(items)
