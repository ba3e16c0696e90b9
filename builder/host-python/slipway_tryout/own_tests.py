"""Runs a plugin's own tests with pytest if it is installed, otherwise with unittest."""

import os
import sys
import unittest

from slipway_host.plugin import make_package


def run_tests(settings):
    code = settings["code"]
    os.chdir(code)
    sys.path.insert(0, code)
    make_package(code, settings["name"])
    try:
        import pytest
    except ImportError:
        return _by_unittest()
    return _by_pytest(pytest)


class _Counts:
    """A pytest plugin that counts outcomes, which pytest's exit code doesn't report."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            setattr(self, report.outcome, getattr(self, report.outcome) + 1)

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed += 1


def _by_pytest(pytest):
    counts = _Counts()
    # No cache: the plugin's folder is read-only here.
    pytest.main(["-q", "--color=no", "-p", "no:cacheprovider", "tests"], plugins=[counts])
    return {"runner": "pytest", "passed": counts.passed, "failed": counts.failed, "skipped": counts.skipped}


def _by_unittest():
    suite = unittest.defaultTestLoader.discover("tests", top_level_dir=".")
    result = unittest.TextTestRunner(stream=sys.stderr).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    passed = result.testsRun - failed - skipped
    return {"runner": "unittest", "passed": max(passed, 0), "failed": failed, "skipped": skipped}
