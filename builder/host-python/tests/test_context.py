"""Tests the current call in `slipway.context`, in both kinds of handlers and outside calls."""

import time
import unittest

from support import LEFT_MS, loaded, messages

HANDLERS = {
    "def": """
        import time
        from slipway import context

        class RealtimeHandler:
            def predict(self, request):
                if "loops" in request:
                    while not context.cancelled:
                        time.sleep(0.001)
                    print("noticed", flush=True)
                return {"request_id": context.request_id, "traceparent": context.traceparent, "deadline": context.deadline, "time_left": context.time_left}
    """,
    "async def": """
        import asyncio
        from slipway import context

        class RealtimeHandler:
            async def predict(self, request):
                if "loops" in request:
                    try:
                        await asyncio.sleep(1000)
                    finally:
                        print("noticed" if context.cancelled else "cancelled otherwise", flush=True)
                return {"request_id": context.request_id, "traceparent": context.traceparent, "deadline": context.deadline, "time_left": context.time_left}
    """,
}


class Context(unittest.TestCase):
    def each(self):
        for name, realtime in HANDLERS.items():
            with self.subTest(name):
                yield loaded(self, realtime)

    def test_a_handler_finds_the_request_and_its_deadline(self):
        for worker in self.each():
            before = time.time()
            worker.call(1, {}, request="req_01")
            result = worker.answer()[1]["result"]
            self.assertEqual(result["request_id"], "req_01")
            self.assertTrue(before <= result["deadline"] - LEFT_MS / 1000 <= time.time())
            self.assertTrue(0 < result["time_left"] <= LEFT_MS / 1000)

    def test_a_handler_finds_its_trace(self):
        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        for worker in self.each():
            worker.call(1, {}, request="req_01", trace=trace)
            result = worker.answer()[1]["result"]
            self.assertEqual((result["request_id"], result["traceparent"]), ("req_01", trace))
            worker.call(2, {}, request="req_02")
            self.assertIsNone(worker.answer()[1]["result"]["traceparent"])

    def test_a_call_without_a_request_id_has_none(self):
        for worker in self.each():
            worker.call(1, {})
            self.assertIsNone(worker.answer()[1]["result"]["request_id"])

    def test_a_handler_notices_that_its_call_was_cancelled(self):
        for worker in self.each():
            worker.call(1, {"loops": True})
            worker.send(messages.CANCEL, 1)
            self.assertEqual(worker.receive(), (messages.ENDED, 1, b""))

    def test_code_outside_of_a_call_finds_nothing(self):
        worker = loaded(self, """
            import threading
            from slipway import context

            AT_IMPORT = [context.request_id, context.deadline, context.time_left, context.cancelled]

            class RealtimeHandler:
                def predict(self, request):
                    found = []
                    thread = threading.Thread(target=lambda: found.append(context.request_id))
                    thread.start()
                    thread.join()
                    return {"at_import": AT_IMPORT, "in_a_thread": found}
        """)
        worker.call(1, {}, request="req_01")
        self.assertEqual(worker.answer()[1]["result"], {"at_import": [None, None, None, False], "in_a_thread": [None]})
