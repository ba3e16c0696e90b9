"""Tests the accepted plugin shapes, and the message for each reason why a plugin can't start."""

import platform
import unittest

from support import Worker, folder_with, loaded

PREDICT = "    def predict(self, request):\n        return {}\n"


class Starts(unittest.TestCase):
    def error(self, files, **options):
        last = Worker(self, files, **options).load()[-1]
        self.assertEqual(last["type"], "failed")
        return last["error"]

    def result(self, realtime, inputs=None, parameters=None, **options):
        worker = loaded(self, realtime, **options)
        worker.call(1, inputs or {}, parameters)
        return worker.answer()[1]["result"]

    def test_run_inference_of_a_service(self):
        realtime = """
            from shared.plugins.inference.serve import BaseInferenceService

            class ToneInferenceService(BaseInferenceService):
                def __init__(self):
                    super().__init__()
                    self.loads = 0

                def load_model(self):
                    self.loads += 1

                async def run_inference(self, inputs, parameters):
                    return {"inputs": inputs, "parameters": parameters, "loads": self.loads}
        """
        result = self.result(realtime, {"text": "a"}, {"b": 1})
        self.assertEqual(result, {"inputs": {"text": "a"}, "parameters": {"b": 1}, "loads": 1})

    def test_call_of_a_service(self):
        realtime = """
            from shared.plugins.inference.serve import BaseInferenceService

            class InferenceService(BaseInferenceService):
                async def __call__(self, inputs, parameters):
                    return {"text": inputs["text"]}
        """
        self.assertEqual(self.result(realtime, {"text": "a"}), {"text": "a"})

    def test_predict_of_a_handler_and_an_input_named_parameters(self):
        realtime = """
            class RealtimeHandler:
                def predict(self, request):
                    return {"request": request}
        """
        self.assertEqual(
            self.result(realtime, {"text": "a"}, {"b": 1})["request"],
            {"inputs": {"text": "a"}, "parameters": {"b": 1}, "text": "a"},
        )
        named = self.result(realtime, {"parameters": "input"})["request"]
        self.assertEqual(named, {"inputs": {"parameters": "input"}, "parameters": {}})

    def test_order_of_classes_and_methods(self):
        realtime = """
            from .processors.core import OtherInferenceService

            class BaseToneInferenceService:
                async def run_inference(self, inputs, parameters):
                    return {"by": "base"}

            class RealtimeHandler:
                def predict(self, request):
                    return {"by": "handler"}

            class ToneInferenceService(BaseToneInferenceService):
                def predict(self, request):
                    return {"by": "predict"}
        """
        core = """
            class OtherInferenceService:
                def predict(self, request):
                    return {"by": "imported"}
        """
        self.assertEqual(self.result(realtime, files={"processors/core.py": core}), {"by": "base"})

    def test_an_imported_service_is_used_if_the_module_defines_none(self):
        files = {"processors/core.py": "class ToneInferenceService:\n" + PREDICT}
        self.assertEqual(self.result("from .processors.core import ToneInferenceService\n", files=files), {})

    def test_load_model_may_be_a_coroutine(self):
        realtime = """
            import asyncio

            class RealtimeHandler:
                async def load_model(self):
                    await asyncio.sleep(0)
                    self.state = "loaded"

                def predict(self, request):
                    return {"state": self.state}
        """
        self.assertEqual(self.result(realtime), {"state": "loaded"})

    def test_a_plain_method_may_return_an_awaitable(self):
        realtime = """
            class ToneInferenceService:
                def run_inference(self, inputs, parameters):
                    return self.later()

                async def later(self):
                    return {"later": True}
        """
        self.assertEqual(self.result(realtime), {"later": True})

    def test_all_documented_ways_to_import_own_files(self):
        realtime = """
            import processors.core
            from demo.processors.core import WORD as by_name
            from processors.core import WORD as by_folder

            from .manifest import metadata
            from .processors.core import WORD as relative

            class RealtimeHandler:
                def predict(self, request):
                    return {"values": [by_name, by_folder, relative, processors.core.WORD], **metadata}
        """
        files = {
            "manifest.py": "metadata = {'version': '1.0.0'}\n",
            "processors/__init__.py": "",
            "processors/core.py": "WORD = 'core'\n",
        }
        self.assertEqual(self.result(realtime, files=files), {"values": ["core"] * 4, "version": "1.0.0"})

    def test_a_folder_without_init_is_a_package_too(self):
        files = {"processors/core.py": "class RealtimeHandler:\n" + PREDICT}
        self.assertEqual(self.result("from .processors.core import RealtimeHandler\n", files=files), {})

    def test_the_plugins_init_runs(self):
        realtime = """
            from . import WORD

            class RealtimeHandler:
                def predict(self, request):
                    return {"word": WORD}
        """
        self.assertEqual(self.result(realtime, files={"__init__.py": "WORD = 'init'\n"}), {"word": "init"})

    def test_the_manifest_is_not_imported_by_the_host(self):
        files = {"manifest.py": "from pydantic import BaseModel\n"}
        self.assertEqual(self.result("class RealtimeHandler:\n" + PREDICT, files=files), {})

    def test_a_plugin_may_have_the_name_of_a_python_module(self):
        realtime = """
            import json

            from .processors.core import WORD

            class RealtimeHandler:
                def predict(self, request):
                    return {"word": WORD, "dumps": json.dumps([1])}
        """
        files = {"processors/core.py": "WORD = 'core'\n"}
        for name in ("json", "shared", "engine", "slipway"):
            with self.subTest(name):
                self.assertEqual(self.result(realtime, files=files, name=name), {"word": "core", "dumps": "[1]"})

    def test_a_plugin_may_have_the_name_of_a_package_that_it_depends_on(self):
        packages = folder_with(self, {"arrays/__init__.py": "WORD = 'installed'\n", "uses_arrays.py": "from arrays import WORD\n"})
        realtime = """
            import arrays
            from uses_arrays import WORD

            from .processors.core import WORD as own

            class RealtimeHandler:
                def predict(self, request):
                    return {"words": [arrays.WORD, WORD, own]}
        """
        result = self.result(realtime, files={"processors/core.py": "WORD = 'core'\n"}, name="arrays", packages=packages)
        self.assertEqual(result, {"words": ["installed", "installed", "core"]})

    def test_own_files_do_not_hide_the_standard_library(self):
        realtime = "import queue\nqueue.SimpleQueue()\n\nclass RealtimeHandler:\n" + PREDICT
        self.assertEqual(self.result(realtime, files={"queue.py": "raise RuntimeError('not me')\n"}), {})

    def test_failures(self):
        missing = "but what is installed for it has no such module; check the module's name and the requirement's marker"
        unknown = (
            "it is not in Python's standard library, and no declared dependency provides it; "
            "declare the package in manifest.py or requirements.txt"
        )
        version = platform.python_version()
        cases = [
            ({"pipeline.py": ""}, [], "handler-missing", "the archive has no realtime.py, which realtime deployments need"),
            (
                {"realtime.py": "class Handler:\n" + PREDICT},
                [],
                "handler-missing",
                "realtime.py must define a class whose name ends in InferenceService, or a class RealtimeHandler",
            ),
            (
                {
                    "realtime.py": "from shared.plugins.inference.serve import BaseInferenceService\n"
                    "class XInferenceService(BaseInferenceService):\n    pass\n"
                },
                [],
                "handler-missing",
                "class XInferenceService in realtime.py has no method run_inference, __call__ or predict; define one",
            ),
            (
                {"realtime.py": "", "processors/core.py": "x = 1\nif x\n    pass\n"},
                [],
                "compile-failed",
                f"processors/core.py:2: expected ':'. Plugins run on Python {version} here; use only its syntax",
            ),
            (
                {"realtime.py": "x = '\0'\n"},
                [],
                "compile-failed",
                f"realtime.py:1: source code string cannot contain null bytes. Plugins run on Python {version} here; use only its syntax",
            ),
            (
                {"realtime.py": "import pydantic\n"},
                ["numpy"],
                "import-failed",
                f"module 'pydantic' is missing (realtime.py:1): {unknown}",
            ),
            (
                {"realtime.py": "from .processors.core import x\n", "processors/core.py": "import numpy as np\n"},
                ["pillow", "NumPy >= 1.26 ; python_version > '3'"],
                "dependency-not-installed",
                "module 'numpy' is missing (processors/core.py:1): dependency "
                f"\"NumPy >= 1.26 ; python_version > '3'\" is declared, {missing}",
            ),
            (
                {"realtime.py": "from PIL import Image\n"},
                ["Pillow"],
                "dependency-not-installed",
                f"module 'PIL' is missing (realtime.py:1): dependency 'Pillow' is declared, {missing}",
            ),
            (
                {"realtime.py": "class RealtimeHandler:\n    def load_model(self):\n        import cv2\n" + PREDICT},
                ["opencv-python-headless==4.10"],
                "dependency-not-installed",
                "module 'cv2' is missing (realtime.py:3): dependency "
                f"'opencv-python-headless==4.10' is declared, {missing}",
            ),
            (
                {"realtime.py": "\nfrom .processors.missing import x\n", "processors/core.py": ""},
                [],
                "import-failed",
                "module 'demo.processors.missing' is not in the archive (realtime.py:2)",
            ),
            (
                {"realtime.py": "import processors.missing\n", "processors/core.py": ""},
                [],
                "import-failed",
                "module 'processors.missing' is not in the archive (realtime.py:1)",
            ),
            (
                {"realtime.py": "x = 1\ny = x / 0\n"},
                [],
                "import-failed",
                "importing realtime.py failed at realtime.py:2: ZeroDivisionError: division by zero",
            ),
            (
                {"realtime.py": "raise SystemExit('enough')\n"},
                [],
                "import-failed",
                "importing realtime.py failed at realtime.py:1: SystemExit: enough",
            ),
            (
                {"realtime.py": "class RealtimeHandler:\n    def load_model(self):\n        raise OSError('no weights')\n" + PREDICT},
                [],
                "load-failed",
                "RealtimeHandler at realtime.py:3: OSError: no weights",
            ),
            (
                {"realtime.py": "class RealtimeHandler:\n    def __init__(self, config):\n        pass\n" + PREDICT},
                [],
                "load-failed",
                "RealtimeHandler: TypeError: RealtimeHandler.__init__() missing 1 required positional argument: 'config'",
            ),
            (
                {
                    "realtime.py": "from shared.models.loader import load_namespace_model\n"
                    "class RealtimeHandler:\n    def load_model(self):\n        load_namespace_model('m')\n" + PREDICT
                },
                [],
                "load-failed",
                "RealtimeHandler at realtime.py:4: ModelUnavailable: there is no model 'm' here; "
                "name it in manifest.py: models = ['m'] (this plugin has: none)",
            ),
        ]
        for files, dependencies, code, message in cases:
            with self.subTest(code=code, message=message):
                self.assertEqual(self.error(files, dependencies=dependencies), {"code": code, "message": message})

    def test_running_an_event_loop_while_loading_says_what_to_do(self):
        hint = "Slipway loads a plugin on its event loop: await this in `async def load_model`, or run it in build_steps of pipeline.py"
        cases = {
            "import asyncio\nasyncio.run(asyncio.sleep(0))\n": "import-failed",
            "import asyncio\nclass RealtimeHandler:\n    def load_model(self):\n        asyncio.run(asyncio.sleep(0))\n" + PREDICT: "load-failed",
            "import asyncio\nasyncio.get_event_loop().run_until_complete(asyncio.sleep(0))\n": "import-failed",
        }
        for realtime, code in cases.items():
            with self.subTest(realtime):
                error = self.error({"realtime.py": realtime})
                self.assertEqual(error["code"], code)
                self.assertTrue(error["message"].endswith(f". {hint}"), error["message"])

    def test_the_traceback_of_an_import_that_fails_begins_in_the_plugin(self):
        worker = Worker(self, {"realtime.py": "x = 1\ny = x / 0\n"})
        lines = [line for event in worker.load() if event["type"] == "log" for line in event["lines"]]
        expected = [
            "Traceback (most recent call last):",
            '  File "realtime.py", line 2, in <module>',
            "    y = x / 0",
            "ZeroDivisionError: division by zero",
        ]
        self.assertEqual(lines, expected)

    def test_sources_that_exhaust_the_compiler_fail_to_compile(self):
        for name, source in {"brackets": "(" * 100_000, "unary": "-" * 100_000 + "1", "dots": "a" + ".a" * 100_000}.items():
            with self.subTest(name):
                self.assertEqual(self.error({"realtime.py": source})["code"], "compile-failed")
