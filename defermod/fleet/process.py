"""One command with limits, ended together with all that it started."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from defermod.fleet.values import Limits
from defermod.machine import limit

_POLL = 0.01
"""Seconds between two looks at the limits of a command that has just started; they get rarer."""
_POLL_MOST = 0.2
_GRACE = 3.0
"""Seconds that a command has for ending what it has started in groups of their own, before it is ended by force."""
_OUTPUT_LIMIT = 512 << 20
"""Bytes of output that are read at most."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a command: its status and output."""

    status: int | None
    """Its exit status, negative for a signal; None if it was ended for a limit or because it was not wanted."""
    limit: str
    """``timeout``, ``memory-limit``, ``cancelled`` or empty."""
    stdout: bytes
    stderr: bytes
    seconds: float
    processor_seconds: float = 0.0
    """Of the command and the processes that it has waited for; 0 where the system does not tell."""


_running: set[int] = set()
_lock = threading.Lock()
_cancelled = threading.Event()


def cancel_all() -> None:
    """End every command of this process, now and from now on."""
    _cancelled.set()
    with _lock:
        groups = list(_running)
    for group in groups:
        _ask(group)
    deadline = time.monotonic() + _GRACE
    while time.monotonic() < deadline and any(_is_there(group) for group in groups):
        time.sleep(_POLL)
    for group in groups:
        if group in _running:  # otherwise the number may be another's by now
            kill(group)


def resume() -> None:
    """Let commands start again after ``cancel_all``."""
    _cancelled.clear()


@contextmanager
def registered(group: int) -> Iterator[None]:
    """Let ``cancel_all`` end this group, too, while the context lasts."""
    with _lock:
        _running.add(group)
    try:
        yield
    finally:
        with _lock:
            _running.discard(group)


def run(command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], limits: Limits) -> Ended:
    """Run a command in a process group of its own.  Raises OSError if it can't be started.

    Memory is that of all processes of the group together, looked at five times a second where the system tells
    (Linux); one process alone can't have more even in between.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.monotonic()
        process = subprocess.Popen(
            command, cwd=cwd, env=dict(environment), stdin=subprocess.DEVNULL, stdout=out, stderr=err, **own_group()
        )
        with registered(process.pid):
            try:
                _limit(process.pid, limits)
                limit = _watch(process, begun, limits)
            finally:
                # Before the leader is waited for: until then nobody else can get its number.
                _end(process)
        status, processor = _waited_for(process)
        seconds = time.monotonic() - begun
        return Ended(None if limit else status, limit, _content(out), _content(err), seconds, processor)


def own_group() -> dict[str, Any]:
    """Arguments of Popen that make a process the leader of a group."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _watch(process: subprocess.Popen[bytes], begun: float, limits: Limits) -> str:
    """Wait for the end; the limit that was reached, if one was."""
    pause = _POLL
    with _waiter(process.pid) as wait:
        while not _has_ended(process):
            if _cancelled.is_set():
                return "cancelled"
            if limits.seconds is not None and time.monotonic() - begun > limits.seconds:
                return "timeout"
            if limits.memory is not None and pause > _POLL and _resident(process.pid) > limits.memory:
                return "memory-limit"
            wait(pause)
            pause = min(pause * 1.25, _POLL_MOST)
    return ""


@contextmanager
def _waiter(pid: int) -> Iterator[Callable[[float], object]]:
    """A function that waits for so many seconds, less if the process ends and the system tells (Linux)."""
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        yield time.sleep
        return
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        yield time.sleep
        return
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        yield lambda seconds: poll.poll(seconds * 1000)
    finally:
        os.close(descriptor)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Return True if the leader has ended; where possible it is not waited for, so that its group keeps its number."""
    if hasattr(os, "waitid"):
        try:
            return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True
    return process.poll() is not None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command and its group; what it has started in groups of their own it ends itself when it is asked."""
    if not _has_ended(process):
        _ask(process.pid)
        deadline = time.monotonic() + _GRACE
        while not _has_ended(process) and time.monotonic() < deadline:
            time.sleep(_POLL)
    kill(process.pid)


def _waited_for(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    """The exit status of a command that has ended, and its seconds of processor time."""
    if not hasattr(os, "wait4") or process.returncode is not None:
        return process.wait(), 0.0
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime


def _ask(group: int) -> None:
    """Ask all processes of a group to end."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGTERM)


def _is_there(group: int) -> bool:
    """Return True if the group has a process, even one that nobody has waited for."""
    if sys.platform == "win32":
        return False
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def kill(group: int) -> None:
    """End all processes of a group, now."""
    try:
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(group)], capture_output=True, check=False)
        else:
            os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _limit(pid: int, limits: Limits) -> None:
    """Set the limits that the kernel enforces: no core files, memory, and CPU time even if nobody watches any more."""
    wanted = {"RLIMIT_CORE": 0}
    if limits.seconds is not None:
        wanted["RLIMIT_CPU"] = int(limits.seconds * (os.cpu_count() or 1)) + 60
    if limits.memory is not None:
        # Not the address space, of which Go's runtime reserves much more than it uses.
        wanted["RLIMIT_DATA"] = limits.memory
    limit(pid, wanted)


def _resident(group: int) -> int:
    """Bytes in memory of all processes of a session; 0 where the system does not tell."""
    total = 0
    try:
        entries = list(Path("/proc").iterdir())
    except OSError:
        return 0
    for entry in entries:
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == group:
            total += int(fields[21]) * _PAGE
    return total


_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(_OUTPUT_LIMIT)
