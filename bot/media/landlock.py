"""Runs a program that reaches nothing but what it is given: `landlock.py RULES PROGRAM ARG...`, on Linux.

RULES is JSON: the files and folders to `reads`, those to `writes`, and folders of which only the names may be read
(`lists`). Landlock (5.13 and later) keeps the files, a filter of system calls keeps the network: no socket can be made.
Both hold for everything the program starts, need no privilege, and work inside a container's own filter. It becomes
the program, so process id and group stay the same; what cannot be enforced ends it before that, with code 126.
"""

import contextlib
import ctypes
import json
import os
import platform
import stat
import struct
import sys
from collections.abc import Sequence

_CREATE, _ADD, _RESTRICT = 444, 445, 446
"""System calls, by the same numbers on every machine."""
_VERSION, _BENEATH = 1, 1

# linux/landlock.h, LANDLOCK_ACCESS_FS_*
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_FIRST = (1 << 13) - 1
"""Everything that the first version knows."""
_ON_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_SCOPES = 0b11
"""Of LANDLOCK_SCOPE_*: no abstract socket and no signal of others."""

_NO_NEW_PRIVS, _SECCOMP, _FILTER = 38, 22, 2
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""The machine as linux/audit.h has it, and its number of socket(2)."""
_IO_URING = 425
"""io_uring_setup(2), which makes sockets without socket(2)."""
_X32 = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # SECCOMP_RET_ERRNO with EACCES


class _Filter(ctypes.Structure):
    _fields_ = (("count", ctypes.c_ushort), ("steps", ctypes.c_char_p))


_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Shut everything that is not in the rules, and become the program; 127 when it cannot be run."""
    rules = json.loads(sys.argv[1])
    try:
        _called("no new privileges", _libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
        _shut_files(rules["reads"], rules["writes"], rules["lists"])
        _shut_network()
    except OSError as error:
        sys.stderr.write(f"cannot be shut in: {error}\n")
        sys.exit(126)
    try:
        os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - no shell is the point
    except OSError as error:
        sys.stderr.write(f"cannot run: {error.strerror}\n")
        sys.exit(127)


def _shut_files(reads: Sequence[str], writes: Sequence[str], lists: Sequence[str]) -> None:
    version = _called("landlock", _libc.syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION))
    known = _FIRST
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV)):
        known |= right if version >= since else 0
    rules = _ruleset(known, version)
    for paths, rights in (
        (reads, _EXECUTE | _READ_FILE | _READ_DIR),
        (writes, known & ~_EXECUTE),
        (lists, _READ_DIR),
    ):
        for path in paths:
            with contextlib.suppress(FileNotFoundError, PermissionError):  # as far as we could reach it ourselves
                _allow(rules, path, rights & known)
    _called("restrict", _libc.syscall(_RESTRICT, rules, 0))
    os.close(rules)


def _ruleset(known: int, version: int) -> int:
    if version >= 6:
        attributes = struct.pack("QQQ", known, 0, _SCOPES)
        made: int = _libc.syscall(_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
        if made >= 0:
            return made  # some kernels name this version and do not have it all
    attributes = struct.pack("Q", known)
    return _called("ruleset", _libc.syscall(_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0))


def _allow(rules: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _ON_A_FILE
        beneath = struct.pack("=Qi", rights, place)
        _called("rule", _libc.syscall(_ADD, rules, _BENEATH, beneath, 0))
    finally:
        os.close(place)


def _shut_network() -> None:
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        raise OSError(f"no filter for {platform.machine()}")
    audit, socket = machine
    # A filter of the classic kind over `struct seccomp_data`: the number at 0, the machine at 4. Jumps count steps.
    steps = (
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, 5, audit),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, 3, 0, _X32),
        (_EQUAL, 2, 0, socket),
        (_EQUAL, 1, 0, _IO_URING),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    )
    program = _Filter(len(steps), b"".join(struct.pack("HBBI", *step) for step in steps))
    _called("filter", _libc.prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0))


def _called(what: str, result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")
    return result


if __name__ == "__main__":
    main()
