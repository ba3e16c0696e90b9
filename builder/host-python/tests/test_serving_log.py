"""Tests a worker's call log: each line's request, and a blocked event loop."""

import json
import unittest

from support import loaded, messages

from slipway_host.request_marks import RECORD, UNIT

PRINTS = """
    import sys

    class RealtimeHandler:
        {method} run_inference(self, inputs, parameters):
            print("in", end=" ")
            print("pieces")
            sys.stderr.write("open")
            return {{}}
"""

BLOCKS = """
    import time

    class SlowInferenceService:
        async def run_inference(self, inputs, parameters):
            time.sleep(1.6)
            return {}
"""


class ServingLog(unittest.TestCase):
    def test_lines_that_a_call_prints_have_the_id_of_its_request(self):
        for method in ("def", "async def"):
            with self.subTest(method):
                worker = loaded(self, PRINTS.format(method=method))
                worker.call(1, {}, request="req_1")
                worker.answer()
                mark = f"{RECORD}req_1{UNIT}"
                self.assertEqual(worker.output(), f"{mark}in pieces\n{mark}open\n")

    def test_lines_of_a_call_without_an_id_have_no_mark(self):
        worker = loaded(self, PRINTS.format(method="def"))
        worker.call(1, {})
        worker.answer()
        self.assertEqual(worker.output(), "in pieces\nopen")

    def test_a_traceback_has_the_id_of_the_request(self):
        worker = loaded(self, """
            class RealtimeHandler:
                def predict(self, request):
                    raise ValueError("no")
        """)
        worker.call(1, {}, request="req_2")
        kind, _, body = worker.receive()
        self.assertEqual((kind, json.loads(body)["request"]), (messages.EVENT, "req_2"))

    def test_a_blocked_loop_is_reported_while_it_blocks_and_once_a_minute(self):
        worker = loaded(self, BLOCKS)
        worker.call(1, {})
        kind, _, body = worker.receive()
        self.assertEqual(
            (kind, json.loads(body)["lines"]),
            (
                messages.EVENT,
                [
                    "SlowInferenceService.run_inference blocked the event loop for over 1 s at realtime.py:6, and all other "
                    "calls waited. Use `def` instead of `async def`: such a handler runs in threads. Or await what takes so long."
                ],
            ),
        )
        self.assertEqual(worker.receive()[:2], (messages.ANSWER, 1))
        worker.call(2, {})
        self.assertEqual(worker.receive()[:2], (messages.ANSWER, 2))

    def test_a_plain_method_that_takes_long_is_not_reported(self):
        worker = loaded(self, BLOCKS.replace("async def", "def"))
        worker.call(1, {})
        self.assertEqual(worker.receive()[:2], (messages.ANSWER, 1))
