"""Many files through the engine: in this process or in several, with the same results in the same order."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from defermod import __path__ as packages
from defermod.machine import processors
from defermod.model import FileResult, Finding, FindingKey, Options, Problem, Refusal, Status

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future, ProcessPoolExecutor

    from defermod.golang.facts import FileFacts

_OF_RULES = frozenset({"visit", "suspects", "findings", "may_match"})
"""The functions of a rule that the engine calls."""
T = TypeVar("T")
R = TypeVar("R")

_WORTH_A_POOL = 300_000
"""Bytes of source below which it doesn't pay to start processes."""
_WORTH_PROCESSES = 2000
"""Files that are read and scanned before processes are started for it: a twentieth of a second's work."""
_AHEAD = 4
"""Items per worker that are computed ahead of the consumer."""
_CHUNKS_PER_WORKER = 16
"""Small chunks keep all workers busy to the end, large ones save messages."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file for the engine; see ``defermod.engine.fixpoint.analyse``."""

    path: str
    text: bytes
    options: Options
    skip: frozenset[int] = frozenset()
    facts: FileFacts | None = None
    partly: bool = False
    withdrawn: tuple[tuple[FindingKey, Refusal], ...] = ()
    """Findings whose fixes are not made because other parts of their changes are missing, each with the reason."""


class Workers:
    """Runs work in this process, in worker processes, or on a given executor.

    Processes are started only once there is work enough to pay for them, and end with the ``with`` block.
    A given executor (threads, a cluster's: whatever has ``submit``) gets every file that is analysed, as a
    picklable ``Job``, and is left running; it needs neither this machine's files nor its Go.
    """

    def __init__(self, count: int | None = None, executor: Executor | None = None) -> None:
        """``count`` is the number of processes, None for one per usable CPU; more than help are not started."""
        self._count = min(count or processors(), _most_processes())
        self._given = executor
        self._own: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and self._own is not None:
            import multiprocessing

            for process in multiprocessing.active_children():
                process.terminate()  # nobody waits for what they do
        self._end()

    def analyse(self, jobs: Sequence[Job], done: Callable[[int], None] = lambda count: None) -> list[FileResult]:
        """Return the engine's results for ``jobs``, in their order; ``done`` receives the number finished so far.

        A job that fails, even one that takes its process down with it, gives a result with a fatal
        problem; the others don't suffer.
        """
        if not self._is_spread(jobs):
            alone: list[FileResult] = []
            for job in jobs:
                alone.append(analyse_one(job))
                done(len(alone))
            return alone
        # Slow to import, and most runs need no pool.
        from concurrent.futures import BrokenExecutor

        results: dict[int, FileResult] = {}
        try:
            for at, result in self._spread(jobs):
                results[at] = result
                done(len(results))
        except BrokenExecutor:
            self._end()
        return [results[at] if at in results else _alone(job) for at, job in enumerate(jobs)]

    def _is_spread(self, jobs: Sequence[Job]) -> bool:
        """Return True if the jobs are to go to other processes, or to the executor that was given."""
        if self._given is not None:
            return True
        several = min(self._count, len(jobs)) > 1
        return several and (self._own is not None or sum(len(job.text) for job in jobs) >= _WORTH_A_POOL)

    def each(self, function: Callable[[T], R], items: Iterable[T], weigh: Callable[[T], int]) -> Iterator[R]:
        """Yield ``function(item)`` for each of the ``items``, in order, like ``map``, computing a few ahead.

        Items that weigh at most ``_WORTH_PROCESSES`` together are done here; never by an executor that was
        given, which may be on a machine with other files.
        """
        waiting: deque[Future[R]] = deque()
        weight = 0
        try:
            for item in items:
                weight += weigh(item)
                if self._count == 1 or self._given is not None or weight <= _WORTH_PROCESSES:
                    yield function(item)
                    continue
                waiting.append(self._processes().submit(function, item))
                if len(waiting) > _AHEAD * self._count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def _spread(self, jobs: Sequence[Job]) -> Iterator[tuple[int, FileResult]]:
        """Yield the results, as they arrive, with the index of their job."""
        from concurrent.futures import as_completed

        executor = self._given or self._processes()
        size = max(1, len(jobs) // (self._count * _CHUNKS_PER_WORKER))
        # The longest first, so that no worker is left with one of them at the end.
        order = sorted(range(len(jobs)), key=lambda at: -len(jobs[at].text))
        chunks = [order[start::count] for count in [-(-len(order) // size)] for start in range(count)]
        futures = {executor.submit(_analyse_some, [jobs[at] for at in chunk]): chunk for chunk in chunks}
        try:
            for future in as_completed(futures):
                yield from zip(futures[future], future.result(), strict=True)
        finally:
            for future in futures:
                future.cancel()

    def _processes(self) -> ProcessPoolExecutor:
        if self._own is None:
            self._own = _pool(self._count)
        return self._own

    def _end(self) -> None:
        if self._own is not None:
            self._own.shutdown(wait=True, cancel_futures=True)
            self._own = None


def _analyse_some(jobs: Sequence[Job]) -> list[FileResult]:
    return [analyse_one(job) for job in jobs]


def analyse_one(job: Job) -> FileResult:
    """Return the engine's result for one job or, after an exception, a result with the problem.

    An exception is a bug: the message says which, where, and what to do with it.
    """
    from defermod.engine.fixpoint import analyse
    from defermod.engine.without_types import without_types

    try:
        skip = job.skip.union(key[1].start for key, _ in job.withdrawn)
        result = analyse(job.path, job.text, job.options, skip=skip, facts=job.facts, partly=job.partly)
        if job.withdrawn:
            refusals = dict(job.withdrawn)
            result = replace(result, findings=tuple(_withdrawn(finding, refusals) for finding in result.findings))
        if job.facts is None or not job.facts.describes(job.text):
            result = without_types(result, keep=job.options.unsafe_fixes)
        return result
    except Exception as error:
        return FileResult(job.path, job.text, job.text, problems=(_bug(error),))


def _withdrawn(finding: Finding, refusals: Mapping[FindingKey, Refusal]) -> Finding:
    refusal = refusals.get(finding.key)
    return finding if refusal is None else replace(finding, outcome=refusal, status=Status.REFUSED)


def _pool(count: int) -> ProcessPoolExecutor:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    method = _start_method()
    context = multiprocessing.get_context(method)
    if method == "fork":
        load_engine()  # once here rather than once in each process, as these are made as copies of this one
        return ProcessPoolExecutor(count, mp_context=context, initializer=_begin)
    _keep_path_safe()
    if method == "forkserver":
        context.set_forkserver_preload(["defermod.pipeline.preload"])
    return ProcessPoolExecutor(count, mp_context=context, initializer=_begin)


def _start_method() -> str:
    """Return the start method of processes: as copies of this one where that is quick and safe.

    It isn't where other threads run, whose locks the copy would have for ever.
    """
    import multiprocessing

    known = multiprocessing.get_all_start_methods()
    if sys.platform == "linux" and threading.active_count() == 1:
        return "fork"
    return "forkserver" if sys.platform == "linux" and "forkserver" in known else "spawn"


def _keep_path_safe() -> None:
    """Have the interpreters that are started from now on not import from the working directory.

    It is somebody's repository, and would be searched before the standard library.
    """
    os.environ["PYTHONSAFEPATH"] = "1"


def load_engine() -> None:
    """Import what an analysis takes where no rules are selected; what others take, each process imports itself."""
    from defermod.engine.registry import chosen_rules, default_rules

    chosen_rules(default_rules())
    import_module("defermod.engine.fixpoint")


def _most_processes() -> int:
    """Return the most processes to start, whatever the settings say; Windows can't wait for more than 61."""
    return min(max(8, 2 * processors()), 60)


def _alone(job: Job) -> FileResult:
    """Return the result for one job from a separate process, which may die."""
    from concurrent.futures import BrokenExecutor

    with _pool(1) as pool:
        try:
            return pool.submit(analyse_one, job).result()
        except BrokenExecutor:
            message = "internal error: the process that analysed this file died; please report it with the file"
            return FileResult(job.path, job.text, job.text, problems=(Problem(message),))


def _begin() -> None:
    """Make this process one that neither acts on Ctrl-C, which the parent does, nor outlives the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    gc.freeze()  # what is shared with the parent stays, and to look at it would be to copy it
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent is killed; otherwise it would wait for work for ever."""
    import multiprocessing  # loaded in every worker, and slow to load where there is none

    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _bug(error: Exception) -> Problem:
    """Return a problem that reports an exception in the engine, with the line of code that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    what = " ".join(f"{type(error).__name__}: {error}".split())
    rule = next((f for f in reversed(frames) if f.name in _OF_RULES and not _is_own(f.filename)), None)
    if rule is not None:
        place = f"{Path(rule.filename).name}:{rule.lineno}"
        return Problem(f"{what} ({place}); this is a bug in the rule that is defined there")
    return Problem(
        f"internal error: {what} ({Path(frames[-1].filename).name}:{frames[-1].lineno});"
        " this is a bug in defermod, please report it with the file"
    )


def _is_own(filename: str) -> bool:
    """Return True for a file of this distribution, its transforms included."""
    own, *roots = packages  # in a checkout the transforms stand beside the package
    return any(
        Path(filename).is_relative_to(place) for place in (Path(own), *(Path(root, "transforms") for root in roots))
    )
