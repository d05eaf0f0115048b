"""Engines that do the work: threads of this process, each with a process of the command, or Dask's workers anywhere."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import sys
import time
import uuid
from asyncio import CancelledError
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from defermod import __version__
from defermod.fleet import process
from defermod.fleet.values import FleetError, Outcome, Task, failed
from defermod.fleet.worker import lacks, work

_PATIENCE = 600.0
"""Seconds that a scheduler may be away."""
_WORKERS_PATIENCE = 60.0
"""Seconds until the first worker has to be there."""
_WINDOW = 3
"""Tasks that the scheduler holds for each thread of its workers: enough that none waits, however many there are."""
_LEAST_WINDOW = 8

Say = Callable[[str], None]


class Engine(Protocol):
    """Does tasks in whatever order; each has exactly one outcome."""

    def outcomes(self, waiting: deque[Task]) -> Generator[Outcome, None, None]:
        """The outcomes as they come.  Tasks are taken from the front, and may be added between two outcomes."""


class Threads:
    """One thread per worker on this machine; the work is done in processes that they wait for."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def outcomes(self, waiting: deque[Task]) -> Generator[Outcome, None, None]:
        """Yield the outcomes as they arrive; closing the generator ends the running commands."""
        executor = ThreadPoolExecutor(self._workers, thread_name_prefix="fleet")
        process.resume()
        running: dict[Future[Outcome], Task] = {}
        try:
            while waiting or running:
                while waiting and len(running) < self._workers + 1:
                    task = waiting.popleft()
                    running[executor.submit(work, task)] = task
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    task = running.pop(future)
                    error = future.exception()
                    yield future.result() if error is None else _bug(task, error)
        finally:
            if running:
                process.cancel_all()
            executor.shutdown(wait=True, cancel_futures=True)


class Dask:
    """The workers of a Dask scheduler, which may come and go; so may the scheduler."""

    def __init__(
        self, scheduler: str, *, needs_go: bool, package: str, resources: Mapping[str, float], say: Say
    ) -> None:
        self._address = scheduler
        self._needs_go = needs_go
        self._package = package
        self._resources = dict(resources)
        self._say = say
        self._distributed = _distributed()
        self._client: Any = None
        self._window = _LEAST_WINDOW
        self._stack = ExitStack()

    @contextmanager
    def connected(self, report: Path | None = None) -> Iterator[Dask]:
        """Connect, or start a cluster of processes for ``local:N``.  Raises FleetError.

        ``report``: where Dask writes its performance report.
        """
        with self._stack:
            if self._address.startswith("local:"):
                # Workers would run the script that started this program once more, and need nothing of it.
                sys.modules["__main__"].__dict__.pop("__file__", None)
                cluster = self._distributed.LocalCluster(
                    n_workers=_number(self._address),
                    threads_per_worker=1,
                    processes=True,
                    memory_limit=0,
                    dashboard_address="127.0.0.1:0",
                    resources=self._resources or None,
                )
                self._stack.callback(cluster.close)
                self._address = cluster.scheduler_address
            self._connect(_WORKERS_PATIENCE)
            self._stack.callback(self._disconnect)
            self._check_workers()
            if "dashboard" in self._client.scheduler_info().get("services", {}):
                self._say(f"fleet: the scheduler's dashboard is {self._client.dashboard_link}")
            if report is not None:
                if importlib.util.find_spec("bokeh") is None:
                    raise FleetError("--performance-report needs Dask's plots: pip install bokeh")
                self._stack.enter_context(self._distributed.performance_report(filename=str(report)))
            yield self

    def outcomes(self, waiting: deque[Task]) -> Generator[Outcome, None, None]:
        """The outcomes as they come.  What a lost worker, or a lost scheduler, had is given out again."""
        while waiting:
            flying: dict[Any, Task] = {}
            completed = self._distributed.as_completed(loop=self._client.loop, raise_errors=False)
            lost = not self._fill(waiting, flying, completed)
            for batch in completed.batches():
                for future, outcome in zip(batch, self._fetched(batch, flying), strict=True):
                    task = flying.pop(future.key)
                    if outcome is None:
                        waiting.appendleft(task)
                        lost = True
                    else:
                        yield outcome
                        future.release()
                if not lost:
                    lost = not self._fill(waiting, flying, completed)
                if lost and not flying:
                    break
            waiting.extendleft(flying.values())
            if lost:
                self._reconnect()

    def _fill(self, waiting: deque[Task], flying: dict[Any, Task], completed: Any) -> bool:
        """Give out as much as the window allows; False if the scheduler is not there."""
        try:
            if waiting and (len(flying) < _LEAST_WINDOW or len(waiting) % 16 == 0):  # not each time: it is asked
                self._window = max(_LEAST_WINDOW, _WINDOW * sum(self._client.nthreads().values()))
            while waiting and len(flying) < self._window:
                name = f"defermod-{uuid.uuid4().hex}"
                future = self._client.submit(work, waiting[0], key=name, pure=False, resources=self._resources or None)
                flying[future.key] = waiting.popleft()
                completed.add(future)
        except (OSError, TimeoutError, RuntimeError, CancelledError):
            return False
        return True

    def _fetched(self, batch: Sequence[Any], flying: Mapping[Any, Task]) -> list[Outcome | None]:
        """Return the outcomes of tasks that have ended, fetched together; None where the scheduler went away before."""
        finished = {future.key: future for future in batch if future.status == "finished"}
        try:
            results: dict[Any, Any] = self._client.gather(finished, errors="skip")
        except (OSError, TimeoutError, CancelledError):
            results = {}
        return [self._outcome(flying[future.key], future, results.get(future.key)) for future in batch]

    def _outcome(self, task: Task, future: Any, outcome: Outcome | None) -> Outcome | None:
        """Return the outcome of a task whose result, if it could be fetched, is ``outcome``; None if it is lost."""
        if future.status == "error":
            try:
                error = future.exception()
            except (OSError, TimeoutError, CancelledError):
                return None
            if type(error).__name__ == "KilledWorker":
                return failed(task, "worker-lost", _line(error), tool=__version__)
            return _bug(task, error)
        if outcome is not None and outcome.tool != __version__:
            detail = f"{outcome.worker} has defermod {outcome.tool}, not {__version__}"
            return failed(task, "worker-error", detail, worker=outcome.worker)
        return outcome

    def _connect(self, patience: float) -> None:
        """Connect to the scheduler, and wait for a worker.  Raises FleetError after ``patience`` seconds."""
        end = time.monotonic() + patience
        while True:
            try:
                self._client = self._distributed.Client(self._address, timeout=5)
                self._client.wait_for_workers(1, timeout=max(1.0, end - time.monotonic()))
                return
            except (OSError, TimeoutError) as error:
                self._disconnect()
                if time.monotonic() > end:
                    raise FleetError(f"no scheduler with workers at {self._address}: {_line(error)}") from None
                time.sleep(1)

    def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                client.close(timeout=2)

    def _reconnect(self) -> None:
        self._say(f"fleet: the scheduler at {self._address} went away; waiting for it")
        self._disconnect()
        self._connect(_PATIENCE)
        self._check_workers()
        self._say("fleet: the scheduler is back")

    def _check_workers(self) -> None:
        """Raise FleetError for workers that would give other results than this machine or none, or if none may work."""
        problems = []
        gos: dict[str, list[str]] = {}
        for address, has in self._client.run(lacks, self._package, on_error="return").items():
            if isinstance(has, BaseException):
                problems.append(f"{address} lacks defermod, or has another version ({_line(has)})")
                continue
            if has["defermod"] != __version__:
                problems.append(f"{address} has defermod {has['defermod']}, not {__version__}")
            if not has["git"]:
                problems.append(f"{address} ({has['host']}) lacks git")
            if self._needs_go and not has["go"]:
                problems.append(f"{address} ({has['host']}) lacks go")
            gos.setdefault(has["go"], []).append(address)
            if self._package and not has["package"]:
                problems.append(f"{address} ({has['host']}) lacks the package {self._package}")
        if problems:
            raise FleetError("workers that can't do this: " + "; ".join(sorted(problems)))
        offered = self._client.run(_offered).values() if self._resources else ()
        if self._resources and not any(_has(one, self._resources) for one in offered):
            wanted = " ".join(f"{name}={amount:g}" for name, amount in self._resources.items())
            raise FleetError(f"no worker has {wanted}: dask worker --resources {wanted!r} ...")
        if self._needs_go and len(gos) > 1:
            said = "; ".join(f"{version} on {', '.join(sorted(gos[version]))}" for version in sorted(gos))
            self._say(f"fleet: the workers have different versions of Go, whose types may differ: {said}")


def is_scheduler(text: str) -> bool:
    """Return True if ``text`` is a scheduler's address or ``local:N``."""
    if text.startswith("local:"):
        return text.removeprefix("local:").isdecimal() and 0 < _number(text) <= 1024
    return "://" in text


def _number(text: str) -> int:
    return int(text.removeprefix("local:"))


def _distributed() -> Any:
    """The module of Dask's scheduler and workers.  Raises FleetError if it is not installed."""
    try:
        found = importlib.import_module("distributed")
    except ImportError:
        raise FleetError("--scheduler needs Dask: pip install 'defermod[fleet]'") from None
    # What its log says of lost connections, with tracebacks, is said here in a line.
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)
    return found


def _offered(dask_worker: Any) -> dict[str, float]:
    """The resources of a worker; Dask gives it to a parameter of this name."""
    return dict(dask_worker.state.total_resources)


def _has(offered: Mapping[str, float], wanted: Mapping[str, float]) -> bool:
    return all(offered.get(name, 0) >= amount for name, amount in wanted.items())


def _bug(task: Task, error: BaseException) -> Outcome:
    return failed(task, "worker-error", _line(error), tool=__version__)


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
