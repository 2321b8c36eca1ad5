"""Runs a program with limits that the kernel keeps: `limited.py PARENT_PID CPU_SECONDS FILE_BYTES PROGRAM ARG...`.

A wrapper process, since code between fork and exec is unsafe beside threads. It sets the limits and turns into the
program, so process id and group stay the same. 0 means no limit. There is no limit on address space: it made ffmpeg
hang. The program ends with its parent where the kernel offers that (Linux), so a killed engine leaves nothing behind.
Every child waits for this one: it imports little.
"""

import ctypes
import os
import resource
import sys

_PR_SET_PDEATHSIG, _SIGKILL = 1, 9
"""Of Linux; the module `signal` takes as long to be imported as all the others."""
_NICE = 10
"""A render takes every core it gets: somebody who presses a button does not wait for it."""


def main() -> None:
    """Set the limits and become the program; the exit code is 127 when it cannot be run."""
    parent, cpu_s, file_bytes = (int(word) for word in sys.argv[1:4])
    _give_way()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_CPU, cpu_s)
    _limit(resource.RLIMIT_FSIZE, file_bytes)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
        if os.getppid() != parent:  # it died before we asked to be told
            sys.exit(1)
    try:
        os.execv(sys.argv[4], sys.argv[4:])  # noqa: S606 - no shell is the point
    except OSError as error:
        sys.stderr.write(f"cannot run: {error.strerror}\n")
        sys.exit(127)


def _give_way() -> None:
    """Come after everything else; Linux may weigh whole sessions against each other, and ours is of our own."""
    os.nice(_NICE)
    try:
        with open("/proc/self/autogroup", "w", encoding="ascii") as file:  # noqa: PTH123 - sched(7)
            file.write(str(_NICE))
    except OSError:
        pass


def _limit(which: int, value: int) -> None:
    if value > 0:
        _, hard = resource.getrlimit(which)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(which, (value, value))


if __name__ == "__main__":
    main()
