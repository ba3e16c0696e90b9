"""Tests the context variables of a replica's calls, which come from loading the plugin and from Ray's request."""

import asyncio
import concurrent.futures
import contextvars
import decimal
import json
import unittest

from test_ray_streams import ARGS

from slipway_host.call_contexts import CallContexts
from slipway_host.current_call import CurrentCall, current
from slipway_host.in_context import in_task, in_thread
from slipway_ray.admission import Admission
from slipway_ray.streams import ReplicaStreams

by_load = contextvars.ContextVar("by_load", default="unset")
by_server = contextvars.ContextVar("by_server", default="unset")


def loaded():
    before = contextvars.copy_context()
    by_load.set("loaded")
    decimal.getcontext().prec = 6
    return CallContexts(before)


def seen():
    """Returns a call's variables, and then changes them."""
    found = [current.get().request_id, by_load.get(), by_server.get(), decimal.getcontext().prec]
    by_load.set("call")
    decimal.getcontext().prec = 50
    return found


class Contexts(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        by_server.set("loading")
        self.contexts = await asyncio.create_task(self.load())
        self.threads = concurrent.futures.ThreadPoolExecutor(1)
        self.addCleanup(self.threads.shutdown)

    async def load(self):
        return loaded()

    async def call(self, request, run):
        """Runs a call as the task of a request, which has its own variables."""
        by_server.set(request)
        call = CurrentCall(request)
        return await run(self.contexts.create_within(call), call)

    async def results(self, run):
        return [await asyncio.create_task(self.call(request, run)) for request in ("req_1", "req_2")]

    async def test_a_call_has_what_loading_set_and_its_own_request(self):
        async def on_loop():
            return seen()

        runs = {
            "in a thread": lambda context, _: in_thread(self.threads, context, seen),
            "on the loop": lambda context, _: in_task(context, on_loop()),
        }
        for name, run in runs.items():
            with self.subTest(name):
                self.assertEqual(await self.results(run), [[request, "loaded", request, 6] for request in ("req_1", "req_2")])

    async def test_a_generator_runs_in_its_calls_context(self):
        async def run(context, call):
            def values():
                yield seen()
                yield by_load.get()

            streams = ReplicaStreams("127.0.0.1", ARGS, Admission(1))
            generator = await in_thread(self.threads, context, values)
            return json.loads(await streams.consume(generator, call, None, context))

        self.assertEqual(await self.results(run), [[[request, "loaded", request, 6], "call"] for request in ("req_1", "req_2")])

    async def test_a_handler_that_exits_fails_its_call_alone(self):
        async def leaves():
            raise SystemExit(3)

        with self.assertRaises(SystemExit):
            await in_task(contextvars.copy_context(), leaves())
        self.assertEqual(await asyncio.sleep(0, "continues"), "continues")
