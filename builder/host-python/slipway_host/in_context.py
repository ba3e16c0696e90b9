"""Runs a plugin's code in a call's context variables."""

import asyncio


async def in_thread(threads, context, run):
    """Returns or raises what `run` does."""
    result, error = await asyncio.get_running_loop().run_in_executor(threads, context.run, caught, run)
    if error is not None:
        raise error
    return result


def caught(run):
    """Returns (result, exception); one of them is None. A future can't hold StopIteration."""
    try:
        return run(), None
    except BaseException as error:
        return None, error


async def in_task(context, coroutine):
    """Returns or raises what the coroutine does. Cancelling the caller cancels it."""
    result, error = await asyncio.get_running_loop().create_task(_outcome(coroutine), context=context)
    if error is not None:
        raise error
    return result


async def _outcome(coroutine):
    """A task must not raise SystemExit, because that ends the event loop of all calls."""
    try:
        return await coroutine, None
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        return None, error
