"""Progress of long runs on stderr: on a terminal a bar, which is removed at the end, and everywhere, once,
wherever stderr goes, that Go is compiling."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

DELAY = 0.7
"""Seconds after which the bar appears."""
SLOW = 10.0
"""Seconds after which the message about Go's compilation is printed."""
_ASKING = "asking Go"
"""The first words of steps that may compile packages."""
COMPILING = (
    "defermod: still waiting for Go: the first time it compiles what the packages import; "
    "while its build cache is kept, later runs take seconds"
)
"""Printed after a time that differs from run to run, so a fleet leaves it out of its results."""


class Watcher:
    """Follows a run; see ``defermod.pipeline.run.Watch``.  A context manager: it leaves the terminal clean."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._slow: threading.Timer | None = None
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._state = ("", 0, 0)
        self._said = ""
        self._ended = not sys.stderr.isatty() or os.environ.get("TERM") == "dumb"

    def __enter__(self) -> Watcher:
        if not self._ended:
            self._timer = threading.Timer(DELAY, self._show)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def __call__(self, what: str, done: int, of: int) -> None:
        if what != self._state[0]:
            self._follow_go(what)
        self._state = (what, done, of)
        if self._bar is not None:
            self._update()

    def end(self) -> None:
        """Remove the bar; nothing more is shown."""
        if self._timer is not None:
            self._timer.cancel()
        self._follow_go("")
        with self._lock:
            self._ended = True
            if self._bar is not None:
                self._bar.stop()
                self._bar = None

    def _follow_go(self, what: str) -> None:
        """Print the message, once, if this is one of Go's steps and takes long."""
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None
        if what.startswith(_ASKING) and not self._quiet:
            self._slow = threading.Timer(SLOW, self._explain)
            self._slow.daemon = True
            self._slow.start()

    def _explain(self) -> None:
        with self._lock:
            if self._quiet:
                return
            self._quiet = True
            if self._bar is not None:
                self._bar.console.print(COMPILING, highlight=False)
                return
        from defermod.cli import output

        output.say(COMPILING)

    def _show(self) -> None:
        # Slow to import, and most runs are over by now.
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._ended:
                return
            bar = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[count]}"),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = bar.add_task("", total=None, count="")
            bar.start()
            self._bar = bar
        self._update()

    def _update(self) -> None:
        what, done, of = self._state
        bar = self._bar
        if bar is not None and self._task is not None:
            if self._said != what:
                self._said = what
                bar.reset(self._task)
            bar.update(self._task, description=what, completed=done, total=of or None)
            bar.update(self._task, count=f"{done}/{of}" if of else "")
