"""Tests the default for aiohttp sessions with a fake aiohttp. test/builder/http-clients.test.ts uses the real one.
"""

import os
import subprocess
import sys
import tempfile
import unittest

from support import messages as _  # noqa: F401  (sets the path)

CLIENT = """
class ClientSession:
    def __init__(self, base_url=None, *, trust_env=False):
        self.trust_env = trust_env
"""
PROGRAM = """
import sys
from slipway_host.http_clients import use_proxy_by_default
use_proxy_by_default()
loaded = "aiohttp" in sys.modules
from aiohttp.client import ClientSession
print(loaded, ClientSession().trust_env, ClientSession(trust_env=False).trust_env)
"""


def run(**environment):
    with tempfile.TemporaryDirectory() as folder:
        package = os.path.join(folder, "aiohttp")
        os.mkdir(package)
        open(os.path.join(package, "__init__.py"), "w").close()
        with open(os.path.join(package, "client.py"), "w") as file:
            file.write(CLIENT)
        path = os.pathsep.join([folder, os.path.dirname(os.path.dirname(os.path.abspath(__file__)))])
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={"PYTHONPATH": path, **environment},
            capture_output=True,
            text=True,
            check=True,
        )
    return ran.stdout.split()


class Aiohttp(unittest.TestCase):
    def test_sessions_use_the_proxy_unless_they_say_otherwise_and_nothing_is_loaded_before(self):
        self.assertEqual(run(HTTP_PROXY="http://127.0.0.1:3128"), ["False", "True", "False"])

    def test_sessions_keep_their_default_without_a_proxy(self):
        self.assertEqual(run(), ["False", "False", "False"])
