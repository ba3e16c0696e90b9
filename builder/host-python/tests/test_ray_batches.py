"""Tests how a Ray replica gathers concurrent calls into batches, and what each call gets from its batch."""

import asyncio
import contextvars
import json
import threading
import time
import unittest

import support  # noqa: F401  (sets the path)

from slipway_host import messages, provided
from slipway_host.call_contexts import CallContexts
from slipway_host.current_call import CurrentCall, current
from slipway_host.handler import find_method
from slipway_host.outcomes import Outcomes
from slipway_host.replacement import Replacement
from slipway_host.traces import Traces
from slipway_ray.batches import LATE, LOST, OCCUPIED, TOO_LATE, Batches, Gathered, parameters_text
from slipway_ray.output import ErrorLog

BATCHING = {"max_size": 32, "max_wait_ms": 0, "max_bytes": 1 << 20, "retry": True}
HANGS_AFTER = 0.3
by_server = contextvars.ContextVar("by_server", default="unset")


class Handler:
    """Says which inputs were in each batch. `held` keeps a batch running until the test lets it continue."""

    def __init__(self):
        self.go_on = threading.Event()
        self.batches = []

    def run_many(self, inputs, parameters):
        self.batches.append([one["n"] for one in inputs])
        if any(one.get("held") for one in inputs):
            self.go_on.wait(30)
        for one in inputs:
            if one.get("raise"):
                raise ValueError(f"{one['n']} is bad")
            if one.get("lost"):
                raise RuntimeError("CUDA error: misaligned address")
        return [{"n": one["n"], "together": self.batches[-1]} for one in inputs]


class Awaiting(Handler):
    def __init__(self):
        super().__init__()
        self.began, self.cancelled = asyncio.Event(), asyncio.Event()

    async def run_many(self, inputs, parameters):
        self.began.set()
        try:
            if any(one.get("held") for one in inputs):
                await asyncio.sleep(30)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return super().run_many([{**one, "held": False} for one in inputs], parameters)


class Replica:
    def __init__(self, test, handler=None, **batching):
        self.handler = handler or Handler()
        test.addCleanup(self.handler.go_on.set)
        errors = ErrorLog(Traces("/nowhere", "/nowhere"))
        contexts = CallContexts(contextvars.copy_context())
        invoke = find_method(type(self.handler), batches=True).bound_to(self.handler, contexts)
        self.has_left = asyncio.Event()
        self.replacement = Replacement(lambda reason: None)
        outcomes = Outcomes(errors, 1 << 20, self.replacement)
        self.queue = Batches(invoke, {**BATCHING, **batching}, outcomes, errors, self.replacement, self.has_left.set)

    def send(self, inputs, parameters="{}", limit=30, left=None, is_alone=False, request=""):
        """Sends a call as a request with its own variables, and returns it."""
        body = f'{{"inputs": {json.dumps(inputs)}, "parameters": {parameters}}}'.encode()
        left = limit if left is None else left
        call = contextvars.copy_context().run(self._gathered, body, CurrentCall(request, time.time() + left), limit, is_alone)
        self.queue.add(call, left)
        return call

    def _gathered(self, body, call, limit, is_alone):
        by_server.set(call.request_id)
        return Gathered(call, body, limit, is_alone)

    async def begin(self, inputs, **options):
        """Sends a call, and waits until it runs."""
        call = self.send(inputs, **options)
        assert await call.has_begun()
        return call

    async def hold(self, **options):
        """Keeps the replica busy while further calls gather."""
        return await self.begin({"n": "held", "held": True}, **options)


async def outcome(call):
    """Returns the result, the error's message, or the status of a call without an answer."""
    status, body = await call.answer
    if status != 200:
        return status
    answer = json.loads(body)
    return answer["result"] if answer["status"] == "success" else answer["error"]["message"]


async def outcomes(calls):
    return [await outcome(call) for call in calls]


class Gathering(unittest.IsolatedAsyncioTestCase):
    async def together(self, calls, **options):
        """Lets the calls gather, and returns their batches."""
        replica = Replica(self, **options)
        held = await replica.hold()
        sent = [replica.send(*call) for call in calls]
        replica.handler.go_on.set()
        await outcomes([held, *sent])
        return replica.handler.batches[1:]

    async def test_a_lone_call_starts_at_once(self):
        loop = asyncio.get_running_loop()
        began = loop.time()
        call = Replica(self).send({"n": 1})
        # A loop runs timers in the order of their times, on a busy machine too. A call that waited longer than this would begin after it.
        was_running = loop.create_future()
        loop.call_later(0.005, lambda: was_running.set_result(call.batch != ""))
        self.assertTrue(await was_running)
        self.assertEqual(await outcome(call), {"n": 1, "together": [1]})
        size, waited_ms = call.batch.split()
        self.assertEqual(size, "1")
        self.assertLessEqual(int(waited_ms), round((loop.time() - began) * 1000))

    async def test_calls_that_arrive_while_a_batch_runs_are_the_next_batch(self):
        replica = Replica(self)
        held = await replica.hold()
        calls = [replica.send({"n": n}) for n in (1, 2, 3)]
        replica.handler.go_on.set()
        self.assertEqual(await outcomes(calls), [{"n": n, "together": [1, 2, 3]} for n in (1, 2, 3)])
        self.assertEqual(await outcome(held), {"n": "held", "together": ["held"]})
        self.assertRegex(calls[0].batch, r"^3 \d+$")

    async def test_a_batch_has_at_most_max_size_calls(self):
        self.assertEqual(await self.together([({"n": n},) for n in range(5)], max_size=2), [[0, 1], [2, 3], [4]])

    async def test_a_batch_has_at_most_max_bytes_and_a_larger_call_runs_alone(self):
        calls = [({"n": n, "text": "x" * size},) for n, size in enumerate([100, 400, 50, 50])]
        self.assertEqual(await self.together(calls, max_bytes=300), [[0], [1], [2, 3]])

    async def test_calls_whose_parameters_differ_are_in_different_batches(self):
        calls = [({"n": n}, parameters) for n, parameters in enumerate(['{"a": 1}', '{"a":1}', '{"a": 1}'])]
        self.assertEqual(await self.together(calls), [[0, 2], [1]])

    async def test_an_idle_replica_waits_until_its_batch_is_full(self):
        replica = Replica(self, max_wait_ms=60_000, max_size=2)
        calls = [replica.send({"n": n}) for n in (1, 2)]
        self.assertEqual(await outcomes(calls), [{"n": n, "together": [1, 2]} for n in (1, 2)])

    async def test_an_idle_replica_waits_no_longer_than_max_wait_ms(self):
        replica = Replica(self, max_wait_ms=20)
        calls = [replica.send({"n": n}) for n in (1, 2)]
        self.assertEqual(await outcomes(calls), [{"n": n, "together": [1, 2]} for n in (1, 2)])

    async def test_a_call_whose_caller_left_is_not_in_the_next_batch(self):
        replica = Replica(self)
        held = await replica.hold()
        gone, stays = replica.send({"n": 1}), replica.send({"n": 2})
        gone.answer.cancel()
        replica.handler.go_on.set()
        self.assertEqual(await outcomes([held, stays]), [{"n": "held", "together": ["held"]}, {"n": 2, "together": [2]}])

    async def test_a_call_that_waits_until_its_caller_leaves_has_not_run(self):
        replica = Replica(self)
        held, waiting = await replica.hold(), replica.send({"n": 1}, left=0.02)
        self.assertEqual(await outcome(waiting), OCCUPIED)
        replica.handler.go_on.set()
        await outcome(held)
        self.assertEqual(replica.handler.batches, [["held"]])

    async def test_a_call_that_is_sent_alone_runs_alone_before_others(self):
        replica = Replica(self)
        held = await replica.hold()
        calls = [replica.send({"n": 1}), replica.send({"n": 2}, is_alone=True), replica.send({"n": 3})]
        lines = calls[1].lines()
        replica.handler.go_on.set()
        self.assertTrue(await calls[1].has_begun())
        self.assertEqual(await anext(lines), b"\n")
        self.assertEqual(json.loads(await anext(lines))["result"], {"n": 2, "together": [2]})
        await outcomes([held, *calls])
        self.assertEqual(replica.handler.batches[1:], [[2], [1, 3]])


class Answers(unittest.IsolatedAsyncioTestCase):
    async def test_an_input_that_makes_run_many_raise_fails_only_its_call(self):
        replica = Replica(self)
        held = await replica.hold()
        calls = [replica.send({"n": n, "raise": n == 2}) for n in (1, 2, 3)]
        replica.handler.go_on.set()
        first, bad, last = await outcomes([*calls])
        self.assertEqual([first["n"], bad, last["n"]], [1, "2 is bad", 3])
        await outcome(held)

    async def test_without_retry_all_calls_of_the_batch_get_the_error(self):
        replica = Replica(self, retry=False)
        held = await replica.hold()
        calls = [replica.send({"n": n, "raise": n == 2}) for n in (1, 2)]
        replica.handler.go_on.set()
        self.assertEqual(await outcomes(calls), ["2 is bad"] * 2)
        self.assertEqual(replica.handler.batches[1:], [[1, 2]])
        await outcome(held)

    async def test_a_result_that_is_an_exception_or_not_json_fails_only_its_call(self):
        class Mixed(Handler):
            def run_many(self, inputs, parameters):
                super().run_many(inputs, parameters)
                return [{"n": 1}, KeyError("gone"), {"n": {1, 2}}][: len(inputs)]

        replica = Replica(self, Mixed())
        held = await replica.hold()
        calls = [replica.send({"n": n}) for n in (1, 2, 3)]
        replica.handler.go_on.set()
        good, error, unencodable = await outcomes(calls)
        self.assertEqual([good, error], [{"n": 1}, "'gone'"])
        self.assertIn("can't be encoded as JSON at 'n'", unencodable)
        await outcome(held)

    async def test_the_context_has_each_call_and_the_first_requests_variables(self):
        from slipway import context

        class Seeing(Handler):
            def run_many(self, inputs, parameters):
                super().run_many(inputs, parameters)
                requests = [call.request_id for call in context.calls]
                return [{"requests": requests, "server": by_server.get(), "own": context.request_id}] * len(inputs)

        provided.deliver_calls(current, None)
        replica = Replica(self, Seeing())
        held = await replica.hold(request="req_0")
        calls = [replica.send({"n": n}, request=f"req_{n}") for n in (1, 2)]
        replica.handler.go_on.set()
        self.assertEqual(await outcome(held), {"requests": ["req_0"], "server": "req_0", "own": "req_0"})
        self.assertEqual(await outcome(calls[1]), {"requests": ["req_1", "req_2"], "server": "req_1", "own": None})


class LostGpu(unittest.IsolatedAsyncioTestCase):
    async def test_a_batch_is_lost_and_the_calls_behind_it_have_not_run(self):
        replica = Replica(self)
        batch = [replica.send({"n": 1, "lost": True}), replica.send({"n": 2})]
        behind = replica.send({"n": 3}, parameters='{"a": 1}')
        self.assertEqual(await outcomes([*batch, behind]), [LOST, LOST, OCCUPIED])
        self.assertEqual(await outcome(replica.send({"n": 4})), OCCUPIED)
        self.assertEqual(replica.handler.batches, [[1, 2]])
        self.assertTrue(replica.queue.is_idle)

    async def test_a_call_alone_gets_the_error_with_advice(self):
        replica = Replica(self)
        message = await outcome(replica.send({"n": 1, "lost": True}))
        self.assertIn("CUDA error: misaligned address. The process is being replaced", message)
        self.assertTrue(replica.replacement.is_asked)


class Hangs(unittest.IsolatedAsyncioTestCase):
    async def hung(self, replica):
        """Returns the calls of a batch that takes longer than the shortest limit among them, and a call behind it."""
        batch = [replica.send({"n": 1, "held": True}), replica.send({"n": 2}, limit=HANGS_AFTER)]
        return batch, replica.send({"n": 3}, parameters='{"a": 1}')

    async def test_a_batch_whose_thread_hangs_is_lost_and_the_replica_leaves_with_its_waiting_calls_not_run(self):
        replica = Replica(self)
        batch, waiting = await self.hung(replica)
        self.assertEqual(await outcomes([*batch, waiting]), [LOST, LOST, OCCUPIED])
        await replica.has_left.wait()
        self.assertEqual(await outcome(replica.send({"n": 4})), OCCUPIED)

    async def test_a_batch_whose_coroutine_hangs_is_cancelled_and_the_replica_continues(self):
        replica = Replica(self, Awaiting())
        batch, waiting = await self.hung(replica)
        self.assertEqual(await outcomes([*batch, waiting]), [LOST, LOST, {"n": 3, "together": [3]}])
        await replica.handler.cancelled.wait()
        self.assertFalse(replica.has_left.is_set())

    async def test_without_retry_each_call_of_a_batch_that_hangs_takes_too_long(self):
        replica = Replica(self, Awaiting(), retry=False)
        batch, waiting = await self.hung(replica)
        self.assertEqual(await outcomes([*batch, waiting]), [TOO_LATE, TOO_LATE, {"n": 3, "together": [3]}])

    async def test_a_call_that_hangs_alone_takes_too_long(self):
        replica = Replica(self)
        call = replica.send({"n": 1, "held": True}, limit=HANGS_AFTER, is_alone=True)
        self.assertTrue(await call.has_begun())
        self.assertEqual([line async for line in call.lines()], [b"\n", LATE])
        await replica.has_left.wait()

    async def test_a_caller_who_waits_less_than_the_plugins_limit_ends_only_its_call(self):
        replica = Replica(self)
        hasty = await replica.hold(left=HANGS_AFTER)
        waiting = replica.send({"n": 2})
        self.assertEqual(await outcome(hasty), TOO_LATE)
        replica.handler.go_on.set()
        self.assertEqual(await outcome(waiting), {"n": 2, "together": [2]})
        self.assertFalse(replica.has_left.is_set())

    async def test_a_call_that_has_waited_for_most_of_its_time_ends_alone_and_the_others_of_its_batch_are_answered(self):
        replica = Replica(self)
        old, young = replica.send({"n": 1, "held": True}, limit=30, left=HANGS_AFTER), replica.send({"n": 2})
        old.since -= 30 - HANGS_AFTER
        self.assertEqual(await outcome(old), TOO_LATE)
        replica.handler.go_on.set()
        self.assertEqual(await outcome(young), {"n": 2, "together": [1, 2]})

    async def test_a_coroutine_is_cancelled_when_nobody_waits_for_its_batch(self):
        replica = Replica(self, Awaiting())
        call = await replica.hold()
        waiting = replica.send({"n": 2})
        await replica.handler.began.wait()
        call.answer.cancel()
        self.assertEqual(await outcome(waiting), {"n": 2, "together": [2]})
        await replica.handler.cancelled.wait()


class Parameters(unittest.TestCase):
    def test_their_text_is_cut_as_it_was_sent_wherever_it_is(self):
        for text, expected in [
            ('{"inputs":{},"parameters":{"a": 1e2, "é":[ ]}}', '{"a": 1e2, "é":[ ]}'),
            (' {\n"parameters" : {"parameters": {}} ,"inputs":{"parameters":{"b":2}}} ', '{"parameters": {}}'),
            (r'{"inputs":{"x":"\"parameters\":{}, }"},"more":["parameters",{"parameters":1}],"parameters":{}}', "{}"),
            (r'{"inputs":{},"p\u0061rameters":{"a":1}}', '{"a":1}'),
        ]:
            with self.subTest(text):
                self.assertEqual(parameters_text(text.encode()), expected)
                self.assertEqual(messages.read_call(text.encode())[1], json.loads(expected))
