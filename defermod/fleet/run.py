"""A run: targets in, results into the file, as they come."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from defermod import __version__
from defermod.fleet import store, targets
from defermod.fleet.engines import Dask, Engine, Threads
from defermod.fleet.values import FleetError, Limits, Part, Target, Task
from defermod.fleet.worker import has_package
from defermod.machine import processors
from defermod.report.places import printable

Watch = Callable[[str, int, int], None]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Command:
    """The command line for each repository."""

    typed: tuple[str, ...]
    """As after ``--``: what identifies the run."""
    words: tuple[str, ...]
    """As workers get it."""
    names_paths: bool
    previews: bool
    takes_jobs: bool
    needs_go: bool
    package: str = ""
    """The Python module that workers must have for it; empty if none but this program's."""
    shipped: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """The request of ``fleet run``."""

    targets: tuple[str, ...]
    database: Path
    command: Command
    scheduler: str | None = None
    workers: int | None = None
    limits: Limits = field(default_factory=Limits)
    cache: str | None = None
    most_lines: int | None = None
    """Above which a repository of several modules is divided."""
    retry_failed: bool = False
    anew: bool = False
    resources: tuple[tuple[str, float], ...] = ()
    performance_report: Path | None = None
    program: str | None = None
    """Another defermod than this one."""


def run(request: Request, *, say: Say, watch: Watch) -> dict[str, int]:
    """Do what is still to be done, and return how many repositories there are, and of each state.

    Raises FleetError; KeyboardInterrupt if it was stopped, also by SIGTERM or SIGHUP.
    """
    named = targets.resolve(request.targets)
    with store.created(request.database) as kept:
        digest = _digest(request.command.shipped)
        tool = __version__ if request.program is None else _version(request.program)
        this = kept.begin(request.command.typed, tool, digest, named, anew=request.anew)
        todo = kept.missing(this, failed_too=request.retry_failed)
        counts = kept.counts(this)
        if len(todo) < counts["all"]:
            say(f"fleet: run {this.id} goes on: {counts['all'] - len(todo)} of {counts['all']} are done")
        with _stoppable(), _engine(request, say) as engine:
            done = counts["all"] - len(todo)
            watch("repositories", done, counts["all"])
            # Closed whatever happens, so that no command goes on when nobody keeps its results.
            waiting = deque(task for target in todo for task in _tasks(request, target, kept.parts(this, target.key)))
            by_key = {target.key: target for target in todo}
            with closing(engine.outcomes(waiting)) as outcomes:
                for outcome in outcomes:
                    if outcome.state == "divided":
                        kept.divide(this, outcome)
                        # Before the others: they take longest.
                        waiting.extendleft(reversed(_tasks(request, by_key[outcome.key], outcome.parts)))
                        continue
                    whole = kept.add(this, outcome)
                    if whole is None:
                        continue
                    done += 1
                    watch("repositories", done, counts["all"])
                    if whole.state == "failed":
                        say(f"fleet: {printable(whole.key)}: {whole.reason}: {printable(whole.detail)}")
        if not kept.missing(this, failed_too=False):
            kept.end(this)
        return kept.counts(this)


def _version(program: str) -> str:
    """Return the identity of another defermod: its version and place.  Raises FleetError."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        done = subprocess.run([program, "--version"], env=own, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise FleetError(f"--program: {program} does not say its version: {error}") from None
    return f"{done.stdout.split()[-1] if done.stdout.split() else ''} ({program})"


def _tasks(request: Request, target: Target, parts: Sequence[Part]) -> list[Task]:
    """The task of a repository, or those of the parts that it has been divided into."""
    command = request.command
    jobs = None
    if command.takes_jobs:
        here = request.workers or processors()
        jobs = 1 if request.scheduler is not None else max(1, processors() // here)
    whole = Task(
        target,
        command.words,
        not command.names_paths,
        command.previews,
        jobs,
        request.limits,
        request.cache,
        request.most_lines,
        None,
        request.program,
        command.shipped,
    )
    return [replace(whole, part=part) for part in parts] or [whole]


@contextmanager
def _engine(request: Request, say: Say) -> Iterator[Engine]:
    if request.scheduler is None:
        if request.performance_report is not None or request.resources:
            raise FleetError("--performance-report and --resources are for --scheduler")
        if request.command.package and not has_package(request.command.package):
            raise FleetError(f"there is no package {request.command.package}")
        yield Threads(request.workers or processors())
        return
    command = request.command
    dask = Dask(
        request.scheduler,
        needs_go=command.needs_go,
        package=command.package,
        resources=dict(request.resources),
        say=say,
    )
    with dask.connected(request.performance_report) as engine:
        yield engine


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM and SIGHUP stop the run as Ctrl-C does: what has not been kept is done next time."""

    def stop(number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before: dict[signal.Signals, Any] = {}
    try:
        for name in names:
            before[signal.Signals[name]] = signal.signal(signal.Signals[name], stop)
    except ValueError:  # not the main thread
        pass
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _digest(shipped: Sequence[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, content in shipped:
        digest.update(b"%s\0%d\0" % (name.encode("utf-8", "surrogateescape"), len(content)) + content)
    return digest.hexdigest() if shipped else ""
