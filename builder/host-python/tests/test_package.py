"""Tests the plugin's folder as a package: its files, its modules under both of their names, and names that Python's own
modules have.
"""

import unittest

from support import Worker, folder_with, loaded

HANDLER = """
class RealtimeHandler:
    def predict(self, request):
        return {"result": result()}
"""


class Package(unittest.TestCase):
    def result(self, realtime, files=None, packages=None):
        """Returns what realtime.py's function `result` does."""
        worker = loaded(self, realtime + HANDLER, files=files, packages=packages)
        worker.call(1, {})
        answer = worker.answer()[1]
        self.assertEqual(answer["status"], "success", answer)
        return answer["result"]["result"]

    def failure(self, files, packages=None):
        return Worker(self, files, packages=packages).load()[-1]["error"]["message"]

    def test_a_plugin_reads_its_files_as_resources(self):
        for layout in ({}, {"__init__.py": ""}):
            files = {"words.txt": "root", "data/words.txt": "folder", "processors/words.txt": "package"}
            files = {**files, "processors/__init__.py": "", **layout}
            realtime = """
import importlib.resources, os, pkgutil, sys

def result():
    files = importlib.resources.files
    root = sys.modules[__package__]
    return [
        files(__package__).joinpath("words.txt").read_text(),
        files(__package__).joinpath("data", "words.txt").read_text(),
        files(__package__ + ".processors").joinpath("words.txt").read_text(),
        files("processors").joinpath("words.txt").read_text(),
        importlib.resources.read_text(__package__, "words.txt"),
        pkgutil.get_data(__package__, "words.txt").decode(),
        pkgutil.get_data("processors", "words.txt").decode(),
        open(os.path.join(os.path.dirname(__file__), "words.txt")).read(),
        open(os.path.join(os.path.dirname(root.__file__), "words.txt")).read(),
    ]
"""
            expected = ["root", "folder", "package", "package", "root", "root", "package", "root", "root"]
            with self.subTest(layout=layout):
                self.assertEqual(self.result(realtime, files), expected)

    def test_a_plugin_lists_its_modules_and_reads_their_source(self):
        files = {"state.py": "", "processors/__init__.py": "", "processors/core.py": "def work():\n    return 1\n"}
        realtime = """
import inspect, pkgutil, sys
from processors.core import work
import processors.core

def result():
    root = sys.modules[__package__]
    names = [module.name for module in pkgutil.walk_packages(root.__path__, __package__ + ".")]
    return [names, inspect.getsource(work), inspect.getsource(processors.core), inspect.getsource(RealtimeHandler)[:5]]
"""
        names = ["demo.processors", "demo.processors.core", "demo.realtime", "demo.state"]
        source = files["processors/core.py"]
        self.assertEqual(self.result(realtime, files), [names, source, source, "class"])

    def test_both_names_of_a_module_give_the_same_one(self):
        imports = {
            "relative first": "from . import state as a\nimport state as b",
            "plain first": "import state as a\nfrom . import state as b",
            "by the package's name": "import state as a\nimport demo.state as b",
            "submodule": "from .processors import core as a\nimport processors.core as b",
            "plain submodule first": "import processors.core as a\nfrom demo.processors import core as b",
            "folder without init": "import plain.core as a\nfrom .plain import core as b",
            "package": "import processors as a\nfrom . import processors as b",
            "from within a submodule": "import processors.up\na, b = processors.up.found",
            "by a function": "import importlib\na, b = importlib.import_module('state'), importlib.import_module('.state', __package__)",
        }
        files = {
            "state.py": "values = []\n",
            "processors/__init__.py": "",
            "processors/core.py": "",
            "processors/up.py": "import state\nfrom .. import state as relative\nfound = state, relative\n",
            "plain/core.py": "",
        }
        for name, text in imports.items():
            with self.subTest(name):
                found = self.result(f"{text}\n\ndef result():\n    return [a is b, a.__name__]\n", files)
                self.assertEqual([found[0], found[1].partition(".")[0]], [True, "demo"])

    def test_a_module_that_is_still_being_imported_has_one_copy(self):
        files = {
            "first.py": "import second\nloaded = True\n",
            "second.py": "import first\nfrom . import first as relative\nis_same = first is relative\n",
        }
        for text in ("import first", "from . import first"):
            with self.subTest(text):
                realtime = f"""
{text}
import sys, second
import realtime

def result():
    return [first is sys.modules["first"] is sys.modules["demo.first"] is second.first, second.is_same, first.loaded,
            realtime is sys.modules[__name__]]
"""
                self.assertEqual(self.result(realtime, files), [True, True, True, True])

    def test_a_reloaded_module_stays_one_copy(self):
        realtime = """
import importlib, sys
import state
from . import state as relative

def result():
    state.count = 5
    again = importlib.reload(state)
    return [again is state is relative is sys.modules["state"], relative.count]
"""
        self.assertEqual(self.result(realtime, {"state.py": "count = 0\n"}), [True, 0])

    def test_objects_are_pickled_under_both_names(self):
        realtime = """
import pickle, processors.core
from .processors.core import Item

def result():
    sent = [pickle.loads(pickle.dumps(one)) for one in (Item("a"), processors.core.Item("b"))]
    by_folder = pickle.loads(b"cprocessors.core\\nItem\\n.")
    return [[item.name for item in sent], by_folder is Item, all(type(item) is Item for item in sent)]
"""
        core = "class Item:\n    def __init__(self, name):\n        self.name = name\n"
        files = {"processors/__init__.py": "", "processors/core.py": core}
        self.assertEqual(self.result(realtime, files), [["a", "b"], True, True])

    def test_a_module_that_replaces_itself_is_one_object(self):
        realtime = """
import settings as a
from . import settings as b

def result():
    return [a is b, a.word]
"""
        settings = "import sys\n\nclass Settings:\n    word = 'own'\n\nsys.modules[__name__] = Settings()\n"
        self.assertEqual(self.result(realtime, {"settings.py": settings}), [True, "own"])

    def test_own_modules_come_before_packages_and_folders_without_modules_after_them(self):
        installed = ("helpers/__init__.py", "weights/__init__.py", "spread/theirs.py")
        packages = folder_with(self, dict.fromkeys(installed, "WORD = 'installed'\n"))
        realtime = """
import helpers, spread.own, spread.theirs, weights

def result():
    return [helpers.WORD, weights.WORD, spread.own.WORD, spread.theirs.WORD]
"""
        files = {"helpers.py": "WORD = 'own'\n", "weights/model.txt": "", "spread/own.py": "WORD = 'own'\n"}
        self.assertEqual(self.result(realtime, files, packages), ["own", "installed", "own", "installed"])

    def test_an_import_that_fails_is_tried_again(self):
        realtime = """
import sys

def result():
    found = []
    for _ in range(2):
        try:
            import broken
        except ValueError as error:
            found.append(str(error))
    return [found, [name for name in sys.modules if "broken" in name]]
"""
        self.assertEqual(self.result(realtime, {"broken.py": "raise ValueError('no')\n"}), [["no", "no"], []])

    def test_a_failure_says_that_pythons_module_hides_the_plugins(self):
        hint = "hides the plugin's module '{0}': import it with `from . import {0}`, or rename it"
        for name, whose in (("json", "Python's module"), ("shared", "A module of Slipway")):
            for text in (f"from {name} import own", f"import {name}\n{name}.own", f"import {name}.own"):
                with self.subTest(text):
                    message = self.failure({f"{name}.py": "own = 1\n", "realtime.py": text + HANDLER})
                    self.assertIn(f"{whose} {hint.format(name)}", message)
                    self.assertNotIn("/", message.replace("<python>/json/__init__", "").replace("<slipway>/shared/__init__", ""))

    def test_a_failure_says_that_an_installed_module_hides_the_plugins_folder(self):
        packages = folder_with(self, {"weights.py": ""})
        for text in ("from weights import labels", "import weights.labels", "import weights\nweights.labels"):
            with self.subTest(text):
                files = {"realtime.py": text + HANDLER, "weights/labels.py": ""}
                message = self.failure(files, packages)
                hint = "An installed module hides the plugin's module 'weights': import it with `from . import weights`, or rename it"
                self.assertIn(hint, message)

    def test_a_failure_in_a_plugins_own_module_has_no_such_hint(self):
        for text in ("from state import missing", "import state\nstate.missing", "from json import missing"):
            with self.subTest(text):
                message = self.failure({"state.py": "", "realtime.py": text + HANDLER})
                self.assertIn("missing", message)
                self.assertNotIn("hides", message)

    def test_a_call_says_that_pythons_module_hides_the_plugins(self):
        realtime = "import json\ndef result():\n    return json.own" + HANDLER
        worker = loaded(self, realtime, files={"json.py": "own = 1\n"})
        worker.call(1, {})
        message = worker.answer()[1]["error"]["message"]
        hint = "Python's module hides the plugin's module 'json': import it with `from . import json`, or rename it"
        self.assertEqual(message, f"module 'json' has no attribute 'own'. {hint}")

    def test_a_module_with_pythons_name_is_imported_from_the_package(self):
        realtime = """
import json
from . import json as own

def result():
    return [own.WORD, json.dumps([1])]
"""
        self.assertEqual(self.result(realtime, {"json.py": "WORD = 'own'\n"}), ["own", "[1]"])

    def test_the_running_program_has_no_path_of_this_machine(self):
        realtime = """
import sys

def result():
    return [getattr(sys.modules["__main__"], "__file__", None), sys.argv, sys.orig_argv[1:]]
"""
        self.assertEqual(self.result(realtime), [None, [""], []])
