"""Tests how a batch is divided when run_many raises, and what its handler can see of its calls."""

import asyncio
import contextvars
import sys
import unittest
from pathlib import Path

HOST = Path(__file__).parents[1]
sys.path[:0] = [str(HOST), str(HOST / "shims")]

import slipway  # noqa: E402
from slipway_host.current_call import CurrentCall, current  # noqa: E402
from slipway_host.handler import Invocation  # noqa: E402
from slipway_host.run_many import Member, RunMany  # noqa: E402


class Outcomes:
    def __init__(self):
        self.of = {}
        self.notes = []

    def returned(self, member, result):
        self.of[member.number] = result

    def raised(self, members, error):
        for member in members:
            self.of[member.number] = error

    def lost(self, members, error=None):
        for member in members:
            self.of[member.number] = "lost"

    def end_part(self):
        pass

    def only_together(self, error, size):
        self.notes.append((error, size))


class Numbered(Member):
    def __init__(self, number):
        self.number = number
        super().__init__(CurrentCall(f"req_{number}", deadline=number), lambda: ({"n": number}, {}))


def run(handler, count, retries=True, cancelled=()):
    """Returns the outcomes and the sizes of the runs, which are the same on the event loop and in a thread."""
    on_loop, in_thread = [asyncio.run(outcomes_of(handler, count, retries, cancelled, on_loop)) for on_loop in (True, False)]
    assert (repr(on_loop[0].of), on_loop[1]) == (repr(in_thread[0].of), in_thread[1])
    return on_loop


async def outcomes_of(handler, count, retries, cancelled, on_loop):
    sizes = []

    def counted(inputs, parameters):
        sizes.append(len(inputs))
        return handler(inputs)

    outcomes, members = Outcomes(), [Numbered(number) for number in range(count)]
    for number in cancelled:
        members[number].call.is_cancelled = True
    many = RunMany(Invocation(counted, "run_many", False, None), retries)
    if on_loop:
        await many.run(members, contextvars.copy_context, outcomes)
    else:
        many.run_in_thread(members, contextvars.copy_context, outcomes)
    return outcomes, sizes


def refusing(*bad):
    def handler(inputs):
        if any(one["n"] in bad for one in inputs):
            raise ValueError("bad")
        return [{"n": one["n"]} for one in inputs]

    return handler


class DivideTest(unittest.TestCase):
    def test_one_bad_input_of_32_costs_ten_more_runs(self):
        outcomes, sizes = run(refusing(21), 32)
        failed = [number for number, outcome in outcomes.of.items() if isinstance(outcome, ValueError)]
        self.assertEqual(([21], 32, 11), (failed, len(outcomes.of), len(sizes)))

    def test_a_handler_that_always_raises_is_called_for_each_input_and_each_half(self):
        outcomes, sizes = run(refusing(*range(512)), 512)
        self.assertTrue(all(isinstance(outcome, ValueError) for outcome in outcomes.of.values()))
        self.assertEqual((512, 1023, []), (len(outcomes.of), len(sizes), outcomes.notes))

    def test_stop_iteration_fails_a_call_like_other_exceptions(self):
        outcomes, _ = run(lambda inputs: [next(iter([]))], 1)
        self.assertIsInstance(outcomes.of[0], StopIteration)

    def test_a_handler_that_raises_only_for_several_inputs_answers_all_and_gets_a_note(self):
        def handler(inputs):
            if len(inputs) > 2:
                raise MemoryError
            return [{} for _ in inputs]

        outcomes, sizes = run(handler, 8)
        self.assertEqual([{}] * 8, [outcomes.of[number] for number in range(8)])
        [(error, size)] = outcomes.notes
        self.assertEqual((MemoryError, 8, [8, 4, 2, 2, 4, 2, 2]), (type(error), size, sizes))

    def test_without_retries_all_calls_get_the_exception_of_one_run(self):
        outcomes, sizes = run(refusing(1), 4, retries=False)
        self.assertTrue(all(isinstance(outcomes.of[number], ValueError) for number in range(4)))
        self.assertEqual([4], sizes)

    def test_after_an_error_that_cuda_cannot_recover_from_nothing_runs_and_only_a_call_alone_gets_it(self):
        def handler(inputs):
            if len(inputs) > 1 and any(one["n"] == 3 for one in inputs):
                raise ValueError("bad")
            if any(one["n"] == 2 for one in inputs):
                raise RuntimeError("CUDA error: misaligned address")
            return [{} for _ in inputs]

        outcomes, sizes = run(handler, 8)
        self.assertEqual([8, 4, 2, 2, 1], sizes)
        self.assertEqual([{}, {}, "RuntimeError", *["lost"] * 5], [
            type(outcome).__name__ if isinstance(outcome, Exception) else outcome for _, outcome in sorted(outcomes.of.items())
        ])

    def test_a_cancelled_call_is_left_out(self):
        outcomes, sizes = run(refusing(0), 4, cancelled=[0])
        self.assertEqual(({1, 2, 3}, [3]), (set(outcomes.of), sizes))


class ContextTest(unittest.TestCase):
    def setUp(self):
        slipway.receive(current)

    def seen(self, count):
        """Returns what a handler sees of a batch with this number of calls."""
        seen = []

        def handler(inputs):
            context = slipway.context
            own = [(call.request_id, call.deadline) for call in context.calls]
            inside = []
            for call in context.calls:
                with call:
                    inside.append((context.request_id, [one.request_id for one in context.calls]))
            seen.append((context.request_id, context.deadline, own, inside))
            return [{} for _ in inputs]

        run(handler, count)
        return seen[0]

    def test_a_batch_of_several_calls_has_no_request_id_and_the_earliest_deadline(self):
        own = [("req_0", 0), ("req_1", 1)]
        inside = [("req_0", ["req_0"]), ("req_1", ["req_1"])]
        self.assertEqual((None, 0, own, inside), self.seen(2))

    def test_a_batch_of_one_is_described_like_its_call(self):
        self.assertEqual(("req_0", 0, [("req_0", 0)], [("req_0", ["req_0"])]), self.seen(1))

    def test_outside_a_call_there_are_no_calls(self):
        self.assertEqual([], slipway.context.calls)


if __name__ == "__main__":
    unittest.main()
