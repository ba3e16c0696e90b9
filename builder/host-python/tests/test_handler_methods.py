"""Tests which methods of a handler Slipway can call, and the message for the others."""

import contextvars
import itertools
import unittest

from support import Worker, loaded

from slipway_host.call_contexts import CallContexts
from slipway_host.failure import StartFailure
from slipway_host.handler import find_method


def source_with(signature):
    return f"import pathlib, typing\n\nclass RealtimeHandler:\n    def {signature}:\n        return {{}}\n"


def class_with(signature):
    """Returns the class in this process, since a process for each of many signatures would take seconds."""
    module = {}
    exec(source_with(signature), module)
    return module["RealtimeHandler"]


class HandlerMethods(unittest.TestCase):
    def result(self, realtime, inputs=None):
        worker = loaded(self, realtime)
        worker.call(1, inputs or {})
        return worker.answer()[1]["result"]

    def test_a_method_that_cannot_take_what_slipway_passes_fails_to_load(self):
        pair = "cannot be called with inputs and parameters. Declare it as"
        request = "cannot be called with a request. Declare it as predict(self, request)."
        whole = (
            "takes inputs as arguments, but Slipway passes the whole request as {0}. "
            "Declare it as predict(self, request), and read request['{0}']."
        )
        cases = {
            "run_inference(self, inputs)": f"{pair} run_inference(self, inputs, parameters).",
            "__call__(self, inputs, parameters, model)": f"{pair} __call__(self, inputs, parameters).",
            "run_inference(self, *, inputs, parameters)": f"{pair} run_inference(self, inputs, parameters).",
            "predict(self)": request,
            "predict(self, text, scale)": request,
            "predict(self, text: str, scale=2.0)": whole.format("text"),
            "predict(self, prompt: str)": whole.format("prompt"),
            "predict(self, texts: 'list[str]')": whole.format("texts"),
            "predict(self, texts: typing.List[str], *, scale: float = 2.0)": whole.format("texts"),
            "predict(self, image: pathlib.Path)": whole.format("image"),
        }
        for signature, message in cases.items():
            with self.subTest(signature):
                name = signature.partition("(")[0]
                with self.assertRaises(StartFailure) as raised:
                    find_method(class_with(signature))
                error = {"code": raised.exception.code, "message": str(raised.exception)}
                self.assertEqual(error, {"code": "handler-missing", "message": f"RealtimeHandler.{name} {message}"})
        last = Worker(self, {"realtime.py": source_with("predict(self)")}).load()[-1]
        self.assertEqual(last["error"], {"code": "handler-missing", "message": f"RealtimeHandler.predict {request}"})

    def test_a_method_may_take_what_slipway_passes_in_any_way(self):
        for signature in (
            "predict(self, data)",
            "predict(self, data, debug=False)",
            "predict(self, body: dict)",
            "predict(self, body: 'typing.Dict[str, typing.Any]', context=None)",
            "predict(self, request: typing.Any, debug=False)",
            "predict(self, *args, **kwargs)",
            "predict(*args)",
            "predict(self, data, **kwargs)",
            "run_inference(self, inputs, parameters=None, *, debug=False)",
            "run_inference(self, *args)",
            "__call__(self, inputs, parameters, /)",
        ):
            with self.subTest(signature):
                handler = class_with(signature)
                call = find_method(handler).bound_to(handler(), CallContexts(contextvars.copy_context()))
                self.assertEqual(call({}, {}), {})
        self.assertEqual(self.result(source_with("predict(self, *args, **kwargs)")), {})

    def test_a_decorated_or_static_method_is_called(self):
        decorated = """
            import functools

            def by_inputs(method):
                @functools.wraps(method)
                def predict(self, request):
                    return method(self, **request["inputs"])
                return predict

            class RealtimeHandler:
                @by_inputs
                def predict(self, text: str, scale=2.0):
                    return {"text": text, "scale": scale}
        """
        self.assertEqual(self.result(decorated, {"text": "a"}), {"text": "a", "scale": 2.0})
        static = "class RealtimeHandler:\n    @staticmethod\n    def run_inference(inputs, parameters):\n        return inputs\n"
        self.assertEqual(self.result(static, {"text": "a"}), {"text": "a"})

    def test_no_input_replaces_the_parameters_of_the_call(self):
        names = ("run_inference(self, inputs, parameters)", "__call__(self, inputs, parameters)", "predict(self, request)")
        sent, fixed = {"parameters": {"collection": "secret"}, "text": "a"}, {"collection": "public"}
        for name, head, keyword in itertools.product(names, ("def", "async def"), ("return", "yield")):
            with self.subTest(name, head=head, keyword=keyword):
                seen = "request['parameters'], request['inputs']" if "predict" in name else "parameters, inputs"
                worker = loaded(self, f"class RealtimeHandler:\n    {head} {name}:\n        {keyword} {{'seen': [{seen}]}}\n")
                worker.call(1, sent, fixed)
                result = worker.answer()[1]["result"]
                self.assertEqual(result if keyword == "return" else result[0], {"seen": [fixed, sent]})

    def test_an_input_named_inputs_is_the_requests(self):
        realtime = "class RealtimeHandler:\n    def predict(self, request):\n        return request\n"
        found = self.result(realtime, {"inputs": ["a"], "text": "b"})
        self.assertEqual(found, {"inputs": ["a"], "parameters": {}, "text": "b"})
