"""Tests how a worker confines itself: each kernel limit on its own, as the plugin sees it, and no way to gain
privileges.
"""

import os
import resource
import unittest
from unittest import mock

from support import loaded

from slipway_host import confine

# A plugin that returns the limits, the kernel's view of the process, and the effect of exceeding each limit.
PROBE = """
    import os
    import resource
    import threading

    class RealtimeHandler:
        def predict(self, request):
            return getattr(self, request["do"])()

        def limits(self):
            return {name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT_")}

        def status(self):
            with open("/proc/self/status") as file:
                return dict(line.rstrip("\\n").split(":\\t", 1) for line in file if ":\\t" in line)

        def write(self):
            with open("large", "wb", buffering=0) as file:
                written = 0
                try:
                    while written < 1 << 24:
                        written += file.write(bytes(1 << 16))
                except OSError as error:
                    return {"written": written, "errno": error.errno}
            return {"written": written}

        def open_many(self):
            files = []
            try:
                while len(files) < 1000:
                    files.append(os.open("/dev/null", os.O_RDONLY))
            except OSError as error:
                return {"errno": error.errno, "below": max(files) < 64}
            finally:
                for file in files:
                    os.close(file)
            return {"opened": len(files)}

        def allocate(self):
            try:
                return {"allocated": len(bytearray(4 << 30))}
            except MemoryError:
                return {"error": "MemoryError"}

        def reserve(self):
            started = threading.Barrier(17)
            release = threading.Event()

            def hold():
                kept = ["x" * 1000 for _ in range(100)]
                started.wait()
                release.wait()
                return kept

            before = self.size()
            threads = [threading.Thread(target=hold) for _ in range(16)]
            for thread in threads:
                thread.start()
            started.wait()
            grown = self.size() - before
            release.set()
            return {"mib_per_thread": grown // 16 // 1024}

        def size(self):
            with open("/proc/self/status") as status:
                return next(int(line.split()[1]) for line in status if line.startswith("VmSize"))

        def raise_limits(self):
            raised = []
            for name in ("RLIMIT_AS", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE", "RLIMIT_NPROC", "RLIMIT_CPU"):
                kind = getattr(resource, name)
                hard = resource.getrlimit(kind)[1]
                try:
                    resource.setrlimit(kind, (hard + 1, hard + 1))
                    raised.append(name)
                except (OSError, ValueError):
                    pass
            return {"raised": raised}
"""

# Without CAP_SETPCAP, the bounding set can't be changed; no_new_privs makes it useless anyway.
CAPABILITY_SETS = ("CapInh", "CapPrm", "CapEff", "CapAmb", *(("CapBnd",) if os.geteuid() == 0 else ()))

# The kernel counts all of the user's processes, so leave room for those that run alongside the tests.
LIMITS = {"memory_bytes": 1 << 31, "file_bytes": 1 << 20, "open_files": 64, "processes": 2999, "cpu_seconds": 77}


class Confinement(unittest.TestCase):
    def setUp(self):
        self.worker = loaded(self, PROBE, limits=LIMITS)

    def ask(self, action):
        self.worker.call(1, {"do": action})
        answer = self.worker.answer()[1]
        self.assertEqual(answer["status"], "success", answer)
        return answer["result"]

    def test_each_limit_is_hard(self):
        found = self.ask("limits")
        expected = {
            "RLIMIT_AS": LIMITS["memory_bytes"],
            "RLIMIT_FSIZE": LIMITS["file_bytes"],
            "RLIMIT_NOFILE": LIMITS["open_files"],
            "RLIMIT_NPROC": LIMITS["processes"],
            "RLIMIT_CPU": LIMITS["cpu_seconds"],
            "RLIMIT_CORE": 0,
        }
        for name, value in expected.items():
            with self.subTest(name):
                self.assertEqual(found[name], [value, value])

    def test_other_limits_stay(self):
        found = self.ask("limits")
        for name in ("RLIMIT_STACK", "RLIMIT_DATA"):
            with self.subTest(name):
                self.assertEqual(found[name], list(resource.getrlimit(getattr(resource, name))))

    def test_a_file_cannot_grow_beyond_its_limit(self):
        self.assertEqual(self.ask("write"), {"written": LIMITS["file_bytes"], "errno": 27})

    def test_no_more_files_can_be_opened(self):
        self.assertEqual(self.ask("open_many"), {"errno": 24, "below": True})

    def test_no_more_memory_can_be_allocated(self):
        self.assertEqual(self.ask("allocate"), {"error": "MemoryError"})

    def test_threads_reserve_no_more_than_their_stack(self):
        self.assertLessEqual(self.ask("reserve")["mib_per_thread"], 9)

    def test_no_limit_can_be_raised(self):
        self.assertEqual(self.ask("raise_limits"), {"raised": []})

    def test_no_program_it_starts_gains_privileges(self):
        self.assertEqual(self.ask("status")["NoNewPrivs"], "1")

    def test_it_has_no_capability(self):
        status = self.ask("status")
        for name in CAPABILITY_SETS:
            with self.subTest(name):
                self.assertEqual(int(status[name], 16), 0)


class OptionalLimits(unittest.TestCase):
    def test_processes_and_processor_time_are_limited_only_if_asked(self):
        worker = loaded(self, PROBE, limits={"processes": None, "cpu_seconds": None})
        worker.call(1, {"do": "limits"})
        found = worker.answer()[1]["result"]
        for name in ("RLIMIT_NPROC", "RLIMIT_CPU"):
            with self.subTest(name):
                self.assertEqual(found[name], list(resource.getrlimit(getattr(resource, name))))


class Priority(unittest.TestCase):
    def test_no_limit_of_the_machine_gives_a_higher_one(self):
        """Services and users may have inherited one (`LimitNICE=`, limits.conf). Where there is none, even root can't set one to try."""
        with mock.patch("resource.setrlimit") as setrlimit, mock.patch("resource.getrlimit", return_value=(20, 20)):
            confine.limit(LIMITS | {"memory_bytes": None})
        for kind in (resource.RLIMIT_NICE, resource.RLIMIT_RTPRIO):
            self.assertIn(mock.call(kind, (0, 0)), setrlimit.mock_calls)
