"""The machine that this process may use: its processors, its memory, and what a child may take of them."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_LEAST_MEMORY = 2 << 30
"""Bytes that a command may always take: the largest packages need about as much to be compiled."""


def processors() -> int:
    """Return the number of processors that this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


@cache
def memory_of_a_command() -> int:
    """Return the bytes that one process of a command may take: a share of the memory, which leaves one for the rest.

    The go command starts as many compilers at a time as there are processors.
    """
    return max(_LEAST_MEMORY, _memory() // (processors() + 1))


def _memory() -> int:
    """Return the bytes of memory of the machine, or of the container; 0 where the system does not tell."""
    known: list[int] = []
    with contextlib.suppress(ValueError, OSError, AttributeError):
        known.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(ValueError, OSError):
            known.append(int(Path(file).read_text(encoding="ascii")))
    return min(known, default=0)


def limit(process: int, wanted: Mapping[str, int]) -> None:
    """Limit a process, by its id, and what it starts from now on; by the names of Linux (``RLIMIT_DATA``).

    A limit that is there already is never raised.  Other systems have no limits for a process that runs.
    """
    if sys.platform != "linux":
        return
    import resource

    for name, most in wanted.items():
        kind = getattr(resource, name)
        with contextlib.suppress(OSError, ValueError):
            _, hard = resource.prlimit(process, kind)
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.prlimit(process, kind, (least, least))
