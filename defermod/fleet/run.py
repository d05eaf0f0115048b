"""A run: targets in, results into the file, as they come."""

from __future__ import annotations

import hashlib
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from defermod import __version__
from defermod.fleet import store, targets
from defermod.fleet.engines import Dask, Engine, Threads, default_workers
from defermod.fleet.values import FleetError, Limits, Target, Task
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
    shipped: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What ``fleet run`` was asked."""

    targets: tuple[str, ...]
    database: Path
    command: Command
    scheduler: str | None = None
    workers: int | None = None
    limits: Limits = field(default_factory=Limits)
    cache: str | None = None
    retry_failed: bool = False
    anew: bool = False
    resources: tuple[tuple[str, float], ...] = ()
    performance_report: Path | None = None


def run(request: Request, *, say: Say, watch: Watch) -> dict[str, int]:
    """Do what is still to be done, and return how many repositories there are, and of each state.

    Raises FleetError; KeyboardInterrupt if it was stopped, also by SIGTERM or SIGHUP.
    """
    named = targets.resolve(request.targets)
    with store.created(request.database) as kept:
        digest = _digest(request.command.shipped)
        this = kept.begin(request.command.typed, __version__, digest, named, anew=request.anew)
        todo = kept.missing(this, failed_too=request.retry_failed)
        counts = kept.counts(this)
        if len(todo) < counts["all"]:
            say(f"fleet: run {this.id} goes on: {counts['all'] - len(todo)} of {counts['all']} are done")
        with _stoppable(), _engine(request, say) as engine:
            done = counts["all"] - len(todo)
            watch("repositories", done, counts["all"])
            # Closed whatever happens, so that no command goes on when nobody keeps its results.
            with closing(engine.outcomes([_task(request, target) for target in todo])) as outcomes:
                for outcome in outcomes:
                    kept.add(this, outcome)
                    done += 1
                    watch("repositories", done, counts["all"])
                    if outcome.state == "failed":
                        say(f"fleet: {printable(outcome.key)}: {outcome.reason}: {printable(outcome.detail)}")
        if not kept.missing(this, failed_too=False):
            kept.end(this)
        return kept.counts(this)


def _task(request: Request, target: Target) -> Task:
    command = request.command
    jobs = None
    if command.takes_jobs:
        here = request.workers or default_workers()
        jobs = 1 if request.scheduler is not None else max(1, default_workers() // here)
    return Task(
        target,
        command.words,
        not command.names_paths,
        command.previews,
        jobs,
        request.limits,
        request.cache,
        command.shipped,
    )


@contextmanager
def _engine(request: Request, say: Say) -> Iterator[Engine]:
    if request.scheduler is None:
        if request.performance_report is not None or request.resources:
            raise FleetError("--performance-report and --resources are for --scheduler")
        yield Threads(request.workers or default_workers())
        return
    dask = Dask(request.scheduler, needs_go=request.command.needs_go, resources=dict(request.resources), say=say)
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
