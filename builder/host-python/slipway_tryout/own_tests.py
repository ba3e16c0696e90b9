"""Runs a plugin's own tests with pytest if it is installed, otherwise with unittest."""

import os
import sys
import unittest

from slipway_host.failure import message_of, type_of
from slipway_host.package import make_package


def run_tests(settings):
    """Returns the counts. "problem" says why they are incomplete, or is None."""
    code = settings["code"]
    os.chdir(code)
    try:
        import pytest
    except ImportError:
        pytest = None
    sys.path.insert(0, code)
    make_package(code, settings["name"])
    return _by_unittest() if pytest is None else _by_pytest(pytest)


class _Counts:
    """A pytest plugin that counts outcomes, which pytest's exit code doesn't report."""

    def __init__(self):
        self.passed = self.failed = self.skipped = self.collected = self.finished = 0

    def pytest_collectreport(self, report):
        if report.outcome != "passed":
            setattr(self, report.outcome, getattr(self, report.outcome) + 1)

    def pytest_collection_finish(self, session):
        self.collected = len(session.items)

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            setattr(self, report.outcome, getattr(self, report.outcome) + 1)

    def pytest_runtest_logfinish(self):
        self.finished += 1


PASSED, NOTHING_COLLECTED = 0, 5


def _by_pytest(pytest):
    counts = _Counts()
    try:
        # No cache: the plugin's folder is read-only here.
        exit_code = int(pytest.main(["-q", "--color=no", "-p", "no:cacheprovider", "tests"], plugins=[counts]))
        problem = _problem_of(exit_code, counts)
    except BaseException as error:
        problem = _ended_by(error)
    return _outcome("pytest", counts.passed, counts.failed, counts.skipped, problem)


def _problem_of(exit_code, counts):
    """A plugin's conftest.py or configuration can end a run early, with any exit code."""
    left = counts.collected - counts.finished
    if left > 0:
        return f"{left} of {counts.collected} tests did not run"
    expected = PASSED if counts.collected else NOTHING_COLLECTED
    return None if counts.failed or exit_code == expected else f"pytest ended with exit code {exit_code}"


class _Result(unittest.TextTestResult):
    """Counts successes, because only some Python versions include skipped tests in `testsRun`."""

    passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1

    def addExpectedFailure(self, test, error):
        super().addExpectedFailure(test, error)
        self.passed += 1


def _by_unittest():
    try:
        # Like pytest, doesn't treat a folder without an __init__.py as a package.
        top = "." if os.path.exists("tests/__init__.py") else "tests"
        suite = unittest.defaultTestLoader.discover("tests", top_level_dir=top)
        result = unittest.TextTestRunner(stream=sys.stderr, resultclass=_Result).run(suite)
    except BaseException as error:
        return _outcome("unittest", 0, 0, 0, _ended_by(error))
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    problem = "the run was stopped before its end" if result.shouldStop else None
    return _outcome("unittest", result.passed, failed, len(result.skipped), problem)


def _ended_by(error):
    message = message_of(error)
    return f"the run was ended by {type_of(error)}" + (f": {message}" if message else "")


def _outcome(runner, passed, failed, skipped, problem):
    return {"runner": runner, "passed": passed, "failed": failed, "skipped": skipped, "problem": problem}
