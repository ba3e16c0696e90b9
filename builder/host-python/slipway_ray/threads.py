"""Runs code in threads, with the caller's context variables."""

import asyncio
import contextvars


def in_thread(threads, run):
    context = contextvars.copy_context()
    return asyncio.get_running_loop().run_in_executor(threads, context.run, run)
