"""Many files through the engine: in this process or in several, with the same results in the same order."""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from pathlib import Path

from defermod.facts import FileFacts
from defermod.model import FileResult, Options, Problem

_WORTH_A_POOL = 300_000
"""Bytes of source below which starting processes costs more than it saves."""
_CHUNKS_PER_WORKER = 16
"""Small chunks keep all workers busy to the end, large ones save messages."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file for the engine; see ``defermod.engine.analyse``."""

    path: str
    text: bytes
    options: Options
    skip: frozenset[int] = frozenset()
    facts: FileFacts | None = None


def analyse_all(
    jobs: Sequence[Job], workers: int | None, done: Callable[[int], None] = lambda count: None
) -> list[FileResult]:
    """The engine's results for ``jobs``, in their order; ``done`` is told how many there are, as they come.

    ``workers`` is the number of processes, None for one per usable CPU.  A job that fails, even one
    that takes its process down with it, gives a result with a fatal problem; the others don't suffer.
    """
    workers = min(workers or _cpus(), len(jobs))
    results: list[FileResult] = []
    pooled = workers > 1 and sum(len(job.text) for job in jobs) >= _WORTH_A_POOL
    try:
        for result in _pooled(jobs, workers) if pooled else map(analyse_one, jobs):
            results.append(result)
            done(len(results))
    except BrokenExecutor:
        results += [_alone(job) for job in jobs[len(results) :]]
    return results


def analyse_one(job: Job) -> FileResult:
    """The engine's result for one job, or, after an exception in it, one that carries the problem.

    An exception is a bug: the message says which, where, and what to do with it.
    """
    from defermod.engine import analyse

    try:
        return analyse(job.path, job.text, job.options, skip=job.skip, facts=job.facts)
    except Exception as error:
        return FileResult(job.path, job.text, job.text, problems=(_bug(error),))


def _pooled(jobs: Sequence[Job], workers: int) -> Iterator[FileResult]:
    # Slow to import, and most runs need no pool.
    from concurrent.futures import ProcessPoolExecutor

    chunk = max(1, len(jobs) // (workers * _CHUNKS_PER_WORKER))
    pool = ProcessPoolExecutor(workers, initializer=_begin)
    try:
        yield from pool.map(analyse_one, jobs, chunksize=chunk)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _alone(job: Job) -> FileResult:
    """The result for one job from a process of its own, which may die."""
    try:
        return next(_pooled([job], 1))
    except BrokenExecutor:
        message = "internal error: the process that analysed this file died; please report it with the file"
        return FileResult(job.path, job.text, job.text, problems=(Problem(message),))


def _begin() -> None:
    """Make this process one that neither acts on Ctrl-C, which the parent does, nor outlives the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that was killed can't tell its workers, and they would wait for work for ever."""
    import multiprocessing  # loaded in every worker, and slow to load where there is none

    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _bug(error: Exception) -> Problem:
    """The problem that an exception in the engine is, with the line of code that raised it."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return Problem(
        f"internal error: {what} ({Path(frame.filename).name}:{frame.lineno});"
        " this is a bug in defermod, please report it with the file"
    )


def _cpus() -> int:
    """The CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
