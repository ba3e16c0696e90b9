"""Tests generator handlers, whose values become an array or are sent as they're yielded."""

import json
import unittest

from support import STREAM_LIMITS, THREADS, loaded, messages

WINDOW = STREAM_LIMITS["window_bytes"]

# The same handler in each generator shape. It prints each event that it sees.
SHAPES = {
    "generator": "def run_inference(self, inputs, parameters)",
    "async generator": "async def run_inference(self, inputs, parameters)",
}
BODY = """
        try:
            for i in range(inputs["count"]):
                if i == inputs.get("fails_at"):
                    raise ValueError("broken")
                yield inputs.get("value", i)
            print("finished", flush=True)
        except GeneratorExit:
            print("closed", flush=True)
            raise
"""
RETURNS = {
    "method that returns a generator": "def run_inference(self, inputs, parameters):\n        return self.values(inputs)",
    "coroutine that returns a generator": "async def run_inference(self, inputs, parameters):\n        return self.values(inputs)",
}


def handlers():
    for name, head in SHAPES.items():
        yield name, f"class DemoInferenceService:\n    {head}:{BODY}"
    for name, method in RETURNS.items():
        yield name, f"class DemoInferenceService:\n    def values(self, inputs):{BODY}\n    {method}\n"


class Streams(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """Starts one process of each shape for all tests."""
        scope = unittest.TestCase()
        cls.addClassCleanup(scope.doCleanups)
        cls.workers = {name: loaded(scope, realtime) for name, realtime in handlers()}

    def each(self):
        for name, worker in self.workers.items():
            with self.subTest(name):
                self.printed_before = len(worker.output())
                yield worker

    def printed(self, worker):
        """Returns what the worker has printed in this test."""
        return worker.output()[self.printed_before :]

    def stream(self, worker, call_id=1, **inputs):
        worker.call(call_id, inputs, is_streamed=True)
        self.assertEqual(worker.receive(), (messages.BEGAN, call_id, b""))

    def credit(self, worker, size, call_id=1):
        worker.send(messages.CREDIT, call_id, messages.CREDIT_BYTES.pack(size))

    def read_to_end(self, worker):
        """Reads the stream and sends credit for each chunk. Returns the values and the answer."""
        values = []
        while True:
            kind, call_id, body = worker.receive()
            if kind == messages.CHUNK:
                values.append(json.loads(body))
                self.credit(worker, len(body), call_id)
            elif kind != messages.EVENT:
                self.assertEqual(kind, messages.ANSWER)
                return values, json.loads(body)

    def test_the_values_are_an_array_if_the_caller_does_not_stream(self):
        for worker in self.each():
            worker.call(1, {"count": 3})
            _, answer = worker.answer()
            self.assertEqual((answer["status"], answer["result"]), ("success", [0, 1, 2]))

    def test_an_array_that_is_too_large_closes_the_generator(self):
        for worker in self.each():
            worker.call(1, {"count": 1 << 40, "value": "x" * 10_000})
            _, answer = worker.answer()
            self.assertIn("the limit is 1048576", answer["error"]["message"])
            self.assertIn("closed", self.printed(worker))

    def test_each_value_is_sent_and_then_an_answer_without_a_result(self):
        for worker in self.each():
            self.stream(worker, count=3)
            values, answer = self.read_to_end(worker)
            self.assertEqual(values, [0, 1, 2])
            self.assertEqual((answer["status"], answer["result"]), ("success", None))

    def test_an_empty_stream_begins_and_ends(self):
        for worker in self.each():
            self.stream(worker, count=0)
            self.assertEqual(self.read_to_end(worker)[0], [])

    def test_an_exception_ends_the_stream_after_its_values(self):
        for worker in self.each():
            self.stream(worker, count=3, fails_at=2)
            values, answer = self.read_to_end(worker)
            self.assertEqual(values, [0, 1])
            self.assertEqual([answer["error"]["type"], answer["error"]["message"]], ["ValueError", "broken"])

    def test_a_generator_waits_until_the_reader_has_taken_its_values(self):
        for worker in self.each():
            self.stream(worker, count=1000, value="x" * 998)
            first = [worker.receive()[0] for _ in range(-(-WINDOW // 1000))]
            self.assertEqual(set(first), {messages.CHUNK})
            worker.send(messages.PROBE, 0, b"probe")
            self.assertEqual(worker.receive(), (messages.PROBED, 0, b"probe"))
            self.credit(worker, len(first) * 1000)
            values, _ = self.read_to_end(worker)
            self.assertEqual(len(first) + len(values), 1000)

    def test_a_cancelled_call_closes_a_generator_that_waits_for_its_reader(self):
        for worker in self.each():
            self.stream(worker, count=1000, value="x" * 998)
            for _ in range(-(-WINDOW // 1000)):
                worker.receive()
            worker.send(messages.CANCEL, 1)
            self.assertEqual(worker.receive(), (messages.ENDED, 1, b""))
            self.assertIn("closed", self.printed(worker))

    def test_values_beyond_the_limits_are_errors(self):
        too_long = "x" * STREAM_LIMITS["value_bytes"]
        for worker in self.each():
            self.stream(worker, count=2, value=too_long)
            values, answer = self.read_to_end(worker)
            self.assertEqual(values, [])
            self.assertEqual(answer["error"]["message"], "value 1 is 65538 bytes; the limit of one value is 65536")
            self.stream(worker, count=1 << 40, value="x" * 10_000)
            _, answer = self.read_to_end(worker)
            self.assertEqual(answer["error"]["message"], "the values are more than 1048576 bytes, the limit of a stream")

    def test_a_value_that_json_cannot_carry_is_an_error_that_names_it(self):
        for expression, reason in (
            ("float('nan')", "value 2 can't be encoded as JSON: Out of range float values are not JSON compliant"),
            ("object()", "value 2 can't be encoded as JSON: object is not a JSON value"),
        ):
            head = "class RealtimeHandler:\n    def predict(self, request):\n"
            worker = loaded(self, f"{head}        yield 1\n        yield {expression}\n")
            self.stream(worker)
            values, answer = self.read_to_end(worker)
            self.assertEqual(values, [1])
            self.assertIn(reason, answer["error"]["message"])
            worker.call(2, {})
            self.assertIn(reason, worker.answer()[1]["error"]["message"])

    def test_streams_of_slow_readers_leave_threads_to_other_calls(self):
        worker = loaded(self, """
            class RealtimeHandler:
                def predict(self, request):
                    return self.values() if "streams" in request else {"answered": True}

                def values(self):
                    while True:
                        yield "x" * 60_000
        """)
        for call_id in range(2 * THREADS):
            worker.call(call_id, {"streams": True}, is_streamed=True)
        worker.call(100, {})
        while True:
            kind, call_id, body = worker.receive()
            if kind == messages.ANSWER:
                break
        self.assertEqual((call_id, json.loads(body)["result"]), (100, {"answered": True}))

    def test_a_handler_that_is_no_generator_answers_a_caller_who_streams_at_once(self):
        worker = loaded(self, "class RealtimeHandler:\n    def predict(self, request):\n        return {'a': 1}\n")
        worker.call(1, {}, is_streamed=True)
        self.assertEqual(worker.answer()[1]["result"], {"a": 1})
