"""Tests system calls that the host makes itself, even if Python was built with an old libc and lacks them."""

import ast
import os
import select
import unittest

from support import HOST

from slipway_host import linux

# Python has these only if it was built with glibc 2.27 or newer. Standalone builds, such as uv's, are not.
MISSING = {"copy_file_range", "eventfd", "getrandom", "memfd_create", "pidfd_open", "posix_spawnp", "setns", "splice", "unshare"}


class Linux(unittest.TestCase):
    def test_a_process_handle_is_readable_when_the_process_has_exited(self):
        child = os.fork()
        if child == 0:
            os._exit(0)
        handle = linux.pidfd_open(child)
        self.addCleanup(os.close, handle)
        self.assertEqual(select.select([handle], [], [], 10)[0], [handle])
        os.waitpid(child, 0)

    def test_a_process_that_does_not_exist_has_no_handle(self):
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        self.assertRaises(ProcessLookupError, linux.pidfd_open, child)

    def test_the_host_uses_nothing_of_os_that_standalone_builds_lack(self):
        used = set()
        for path in HOST.rglob("*.py"):
            if "tests" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
                    used.add(node.attr)
        self.assertEqual(used & MISSING, set())
