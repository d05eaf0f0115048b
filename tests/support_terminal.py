"""A pseudo-terminal with the program in it, for what it does only in front of people."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.support_cli import command, environment

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]")


class Terminal:
    """The output of the process to its terminal so far, and the keys that it is sent."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process, self._master = process, master
        self.raw = b""

    @property
    def text(self) -> str:
        """All output without escape sequences."""
        return _ESCAPES.sub("", self.raw.decode("utf-8", "replace")).replace("\r\n", "\n")

    @property
    def screen(self) -> list[str]:
        """The lines that stand on an 80 by 50 screen now."""
        pyte = pytest.importorskip("pyte", reason="pyte is not installed")
        screen = pyte.Screen(80, 50)
        pyte.ByteStream(screen).feed(self.raw)
        return [line.rstrip() for line in screen.display if line.strip()]

    def expect(self, text: str, timeout: float = 30) -> None:
        """Wait until ``text`` stands in what came since the last ``send``."""
        end = time.monotonic() + timeout
        start = self._sent if hasattr(self, "_sent") else 0
        while text not in _ESCAPES.sub("", self.raw[start:].decode("utf-8", "replace")):
            if time.monotonic() > end or not self._read(0.2):
                raise AssertionError(f"{text!r} did not come:\n{self.text}")

    def send(self, keys: str) -> None:
        self._sent = len(self.raw)
        os.write(self._master, keys.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C, and again if nothing happens: Python misses one that comes just before it begins to read."""
        for _ in range(5):
            self.send("\x03")
            end = time.monotonic() + 3
            while self._read(0.2):
                if time.monotonic() > end:
                    break
            else:
                return

    def wait(self, timeout: float = 30) -> int:
        """The exit status, once all output is read."""
        end = time.monotonic() + timeout
        while self._read(0.2):
            if time.monotonic() > end:
                raise AssertionError(f"still running:\n{self.text}")
        return self.process.wait(timeout=5)

    def _read(self, seconds: float) -> bool:
        """Read what is there; False at the end of all output."""
        if select.select([self._master], [], [], seconds)[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # Linux says so when the last process of the terminal is gone
                return False
            self.raw += data
            return bool(data)
        return self.process.poll() is None


@contextlib.contextmanager
def terminal(
    *arguments: str | Path, cwd: Path, changes: Mapping[str, str] | None = None, stdout: bool = True
) -> Iterator[Terminal]:
    """The program in a terminal of its own; nothing of it is left afterwards."""
    master, slave = pty.openpty()
    settings = {"TERM": "xterm", **(changes or {})}
    if "PAGER" not in settings:
        settings.setdefault("GIT_PAGER", "")
    process = subprocess.Popen(
        command(*arguments),
        cwd=cwd,
        env=environment(settings),
        stdin=slave,
        stdout=slave if stdout else subprocess.DEVNULL,
        stderr=slave,
        start_new_session=True,
        preexec_fn=_take_terminal,
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(master)


def _take_terminal() -> None:
    """Make stdin the controlling terminal, so that Ctrl-C is a signal to the program.

    A test run in the background may have inherited that the signal is ignored.
    """
    import fcntl
    import termios

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
