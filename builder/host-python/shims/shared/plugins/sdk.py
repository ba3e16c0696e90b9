"""Many slow calls side by side, answers in the order of the items."""

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor


def parallel_io(fn, items, max_workers=16):
    """`[fn(item) for item in items]` in threads. The first exception is raised."""
    fn, items = _in_order(fn, items)
    if not items:
        return []
    with ThreadPoolExecutor(max_workers=min(max_workers, len(items))) as pool:
        return list(pool.map(fn, items))


def concurrent_api_calls(fn, items, max_concurrency=8):
    """As parallel_io. With a coroutine function: a coroutine to await, at most `max_concurrency` calls at a time."""
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
    """Both orders of the two arguments are in use."""
    if not callable(fn) and callable(items):
        fn, items = items, fn
    return fn, list(items)
