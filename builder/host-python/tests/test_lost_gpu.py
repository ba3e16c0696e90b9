"""Tests which exceptions count as errors that CUDA can't recover from."""

import unittest

from support import HOST  # noqa: F401  (sets the paths)

from slipway_host.lost_gpu import lost_gpu

LOST = [
    "CUDA error: device-side assert triggered\nCUDA kernel errors might be asynchronously reported at some other API call",
    "CUDA error: an illegal memory access was encountered",
    "CUDA error: uncorrectable ECC error encountered",
    "CUDA error: unspecified launch failure",
    "CUDA error: misaligned address",
    "CUDA error: an illegal instruction was encountered",
    "CUDA error: hardware stack error",
    "CUDA error: invalid program counter",
    "CUDA error: the launch timed out and was terminated",
    "cudaErrorIllegalAddress: an illegal memory access was encountered",
    "INTERNAL: Failed to execute: CUDA_ERROR_ASSERT: device-side assert triggered",
    "[700] Call to cuMemcpyDtoH results in CUDA_ERROR_ILLEGAL_ADDRESS",
]
PASSING = [
    "CUDA error: out of memory",
    "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.10 GiB",
    "CUDA error: invalid device ordinal",
    "cudaErrorMemoryAllocation: out of memory",
    "RESOURCE_EXHAUSTED: CUDA_ERROR_OUT_OF_MEMORY",
    "misaligned address",
    "",
]


class DriverError(Exception):
    """A library's own exception."""


def raised(error, cause=None, context=None):
    error.__cause__, error.__context__ = cause, context
    return error


class LostGpu(unittest.TestCase):
    def test_errors_that_stick_count_in_the_words_of_torch_cupy_jax_and_numba(self):
        for text in LOST:
            for kind in (RuntimeError, DriverError):
                with self.subTest(text, kind=kind):
                    self.assertIsNotNone(lost_gpu(kind(text)))

    def test_a_lack_of_memory_and_other_errors_pass(self):
        for text in PASSING:
            with self.subTest(text):
                self.assertIsNone(lost_gpu(RuntimeError(text)))

    def test_it_returns_one_line_of_what_cuda_said(self):
        self.assertEqual("CUDA error: device-side assert triggered", lost_gpu(RuntimeError(f"step 2: {LOST[0]}")))
        self.assertEqual(200, len(lost_gpu(RuntimeError(f"CUDA error: misaligned address {'x' * 1000}"))))

    def test_an_exception_counts_if_such_an_error_led_to_it(self):
        lost = RuntimeError(LOST[0])
        for error in (raised(KeyError(1), cause=lost), raised(KeyError(1), context=lost), raised(KeyError(1), ValueError(), lost)):
            self.assertIsNotNone(lost_gpu(error))

    def test_an_exception_that_may_quote_a_callers_input_does_not_count(self):
        for kind in (ValueError, TypeError, KeyError, AssertionError):
            self.assertIsNone(lost_gpu(kind(LOST[0])))

    def test_circles_long_chains_and_unreadable_messages_pass(self):
        class Unreadable(Exception):
            def __str__(self):
                raise OSError("no message")

        one, other = ValueError(), ValueError()
        one.__context__, other.__context__ = other, one
        chain = RuntimeError(LOST[0])
        for _ in range(50):
            chain = raised(ValueError(), cause=chain)
        for error in (None, one, chain, Unreadable()):
            self.assertIsNone(lost_gpu(error))


if __name__ == "__main__":
    unittest.main()
