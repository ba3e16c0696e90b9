"""Recognizes exceptions after which a process can't use its GPU anymore: CUDA repeats such an error for every later operation."""

import re

# What CUDA says of an error that sticks, and the names that its libraries give it. An allocator's "out of memory" passes.
_STICKS = (
    r"device-side assert triggered|an illegal memory access was encountered|uncorrectable ECC error|unspecified launch failure|"
    r"misaligned address|an illegal instruction|hardware stack error|invalid program counter|the launch timed out|"
    r"operation not supported on global/shared address space|uncorrectable NVLink error"
)
_NAMES = (
    r"(?:cudaErrorAssert|cudaErrorECCUncorrectable|cudaErrorHardwareStackError|cudaErrorIllegalAddress|cudaErrorIllegalInstruction|"
    r"cudaErrorInvalidAddressSpace|cudaErrorInvalidPc|cudaErrorLaunchFailure|cudaErrorLaunchTimeout|cudaErrorMisalignedAddress|"
    r"cudaErrorNvlinkUncorrectable|CUDA_ERROR_(?:ASSERT|ECC_UNCORRECTABLE|HARDWARE_STACK_ERROR|ILLEGAL_ADDRESS|ILLEGAL_INSTRUCTION|"
    r"INVALID_ADDRESS_SPACE|INVALID_PC|LAUNCH_FAILED|LAUNCH_TIMEOUT|MISALIGNED_ADDRESS|NVLINK_UNCORRECTABLE))\b"
)
_LOST = re.compile(rf"CUDA error: [^\n]{{0,200}}?(?:{_STICKS})|\b{_NAMES}")
# CUDA's libraries raise others. These may quote a caller's input, which must not replace a process.
_OF_INPUT = (ValueError, TypeError, LookupError, AssertionError)
# Exceptions of an error's chain that are looked at, and characters of each message.
_ERRORS_MAX = 20
_TEXT_MAX = 4000
_LINE_MAX = 200


def lost_gpu(error):
    """Returns what CUDA said if the exception, or one that led to it, is an error that it can't recover from. Otherwise None."""
    waiting, seen = [error], set()
    while waiting and len(seen) < _ERRORS_MAX:
        error = waiting.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        said = _said_of(error)
        if said is not None:
            return said
        waiting += [error.__context__, error.__cause__]
    return None


def _said_of(error):
    """Never raises, even if the exception's own `__str__` does."""
    if isinstance(error, _OF_INPUT):
        return None
    try:
        text = str(error)[:_TEXT_MAX]
    except BaseException:
        return None
    found = _LOST.search(text)
    if found is None:
        return None
    return text[found.start() :].splitlines()[0][:_LINE_MAX].rstrip(" .:")
