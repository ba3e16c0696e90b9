"""Tests when a worker asks the builder for a new process in its place."""

import contextlib
import io
import json
import unittest

from support import loaded, messages

HANDLERS = {
    "def": """
        from slipway import context

        class RealtimeHandler:
            def predict(self, request):
                if "ask" in request:
                    context.replace_process(request["ask"])
                    return {}
                raise RuntimeError("CUDA error: misaligned address.")
    """,
    "async def": """
        import asyncio
        from slipway import context

        class RealtimeHandler:
            async def predict(self, request):
                if "ask" in request:
                    await asyncio.to_thread(context.replace_process, request["ask"])
                    return {}
                raise RuntimeError("CUDA error: misaligned address.")
    """,
}


def until_answer(worker):
    """Returns the reasons for which the worker asked to be replaced before its answer, and the answer."""
    reasons = []
    while True:
        kind, _, body = worker.receive()
        if kind == messages.ANSWER:
            return reasons, json.loads(body)
        event = json.loads(body)
        if event["type"] == "replace":
            reasons.append(event["reason"])


class ReplacementTest(unittest.TestCase):
    def each(self):
        for name, realtime in HANDLERS.items():
            with self.subTest(name):
                yield loaded(self, realtime)

    def test_a_worker_whose_gpu_is_lost_asks_once_before_it_answers_with_advice(self):
        for worker in self.each():
            worker.call(1, {})
            reasons, answer = until_answer(worker)
            self.assertEqual(["CUDA can't recover from an error: CUDA error: misaligned address"], reasons)
            self.assertRegex(answer["error"]["message"], r"^CUDA error: misaligned address\. The process is being replaced, because ")
            worker.call(2, {})
            self.assertEqual([], until_answer(worker)[0])

    def test_a_handler_asks_for_a_new_process(self):
        for worker in self.each():
            worker.call(1, {"ask": "x" * 1000})
            [reason], answer = until_answer(worker)
            self.assertEqual(("The plugin asked for it: " + "x" * 1000)[:500], reason)
            self.assertEqual("success", answer["status"])

    def test_outside_slipway_asking_prints_a_note(self):
        from slipway import Context

        printed = io.StringIO()
        with contextlib.redirect_stderr(printed):
            Context().replace_process("its cache is broken")
        self.assertIn("would be replaced now: its cache is broken", printed.getvalue())


if __name__ == "__main__":
    unittest.main()
