"""Compiles system-call rules to a seccomp filter, and installs it for this process and everything it starts.

Since version 5.11, Linux caches which calls a filter always allows. Those cost nothing; only calls with conditions
run the filter.
"""

import collections
import ctypes
import errno
import json
import os
import struct

from slipway_host import linux

# AUDIT_ARCH_… from linux/audit.h, by os.uname() name.
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

ALLOW = 0x7FFF0000
KILL = 0x80000000
_ERRNO = 0x00050000
NOT_PERMITTED = _ERRNO | errno.EPERM
UNKNOWN = _ERRNO | errno.ENOSYS
_NOT_SUPPORTED = _ERRNO | errno.EOPNOTSUPP

# Numbers from here on are x32 ABI calls, which no program here uses.
_X32 = 0x40000000

# Classic BPF instructions, and the offsets of their operands in `struct seccomp_data`.
_LOAD, _AND, _JUMP, _JUMP_EQUAL, _JUMP_FROM, _RETURN = 0x20, 0x54, 0x05, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16

_SET_MODE_FILTER = 1
# Without this flag, kernels before 5.16 enable mitigations that slow the process down.
_SPEC_ALLOW = 4

_NUMBERS = os.path.join(os.path.dirname(__file__), "syscall_numbers.json")


# True if an argument's lower 32 bits, masked, equal one of the values; with `refuses`, if they equal none. Not a
# data class: `dataclasses` loads all of `inspect`, which would take a third of Python's start time.
Condition = collections.namedtuple("Condition", "argument mask values refuses", defaults=(False,))

# Used instead of conditions: the call fails as on a kernel that doesn't have it.
NOT_IMPLEMENTED = None
# Used instead of conditions: the call fails as on a file system that doesn't support it.
NOT_SUPPORTED = "not supported"


def read_numbers(architecture):
    with open(_NUMBERS, "rb") as file:
        return json.load(file)[architecture]


def compile_filter(architecture, numbers, rules):
    """Returns the filter as instructions (code, jump if true, jump if false, value).

    `rules` maps each allowed call to its conditions, NOT_IMPLEMENTED, or NOT_SUPPORTED.
    """
    actions = {number: NOT_PERMITTED for number in numbers.values()}
    actions |= {numbers[name]: _action(rule) for name, rule in rules.items() if name in numbers}
    newest = max(actions)
    ranges = []
    for number in range(newest + 1):
        action = actions.get(number, NOT_PERMITTED)
        if not ranges or ranges[-1][1] != action:
            ranges.append((number, action))
    ranges += [(newest + 1, UNKNOWN), (_X32, KILL)]
    return [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_EQUAL, 1, 0, ARCHITECTURES[architecture]),
        (_RETURN, 0, 0, KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        *_search(ranges),
    ]


def _action(rule):
    if rule is NOT_IMPLEMENTED:
        return UNKNOWN
    if rule == NOT_SUPPORTED:
        return _NOT_SUPPORTED
    return tuple(rule) or ALLOW


def _search(ranges):
    """Returns instructions that find the loaded number's range by binary search."""
    if len(ranges) == 1:
        action = ranges[0][1]
        return [(_RETURN, 0, 0, action)] if isinstance(action, int) else _check(action)
    middle = len(ranges) // 2
    below, above = _search(ranges[:middle]), _search(ranges[middle:])
    # A conditional jump reaches 255 instructions at most, so the jump over the lower half is unconditional.
    return [(_JUMP_FROM, 0, 1, ranges[middle][0]), (_JUMP, 0, 0, len(below)), *below, *above]


def _check(conditions):
    """Returns instructions that allow the call if all conditions hold."""
    instructions = []
    for condition in conditions:
        count = len(condition.values)
        instructions += [
            (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * condition.argument),
            (_AND, 0, 0, condition.mask),
            # A match jumps past the remaining values and one more instruction: the return, or the jump over the
            # return.
            *((_JUMP_EQUAL, count - at, 0, value) for at, value in enumerate(condition.values)),
            *([(_JUMP, 0, 0, 1)] if condition.refuses else []),
            (_RETURN, 0, 0, NOT_PERMITTED),
        ]
    return [*instructions, (_RETURN, 0, 0, ALLOW)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


class Filter:
    """A filter for this machine. Create it before the file system is replaced: creating it reads a file."""

    def __init__(self, rules):
        architecture = os.uname().machine
        numbers = read_numbers(architecture)
        instructions = compile_filter(architecture, numbers, rules)
        self._call = numbers["seccomp"]
        self._length = len(instructions)
        self._code = b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)

    def install(self):
        """Installs the filter; this can't be undone. Requires no_new_privs."""
        program = _Program(self._length, self._code)
        linux.system_call(self._call, _SET_MODE_FILTER, _SPEC_ALLOW, ctypes.byref(program))
