"""The same results in the same order, whoever does the work; files stream through."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from defermod.config import Settings
from defermod.model import FileResult, Options
from defermod.pipeline import pool as workers
from defermod.pipeline.pool import Job, Workers, analyse_one
from defermod.pipeline.request import Mode, Request, RunResult
from defermod.pipeline.run import run
from tests.support_cli import environment

CLEAN = "package p\n\nfunc f() {\n\tdefer g()\n\tfor {\n\t\th()\n\t}\n}\n"
FOUND = "package p\n\nfunc f() {\n\tfor range x {\n\t\tdefer g()\n\t\tif y {\n\t\t\treturn\n\t\t}\n\t}\n}\n"
BROKEN = "package p\n\nfunc f() {\n\tfor range x {\n\t\tdefer g(\n\t}\n}\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "go.mod").write_text("module m\n")
    for number in range(60):
        folder = tmp_path / f"p{number % 7}" / f"q{number % 3}"
        folder.mkdir(parents=True, exist_ok=True)
        text = (CLEAN, FOUND, FOUND.replace("x", f"x{number}"), BROKEN if number == 31 else CLEAN)[number % 4]
        (folder / f"f{number}.go").write_text(text)
    (tmp_path / "p0" / "q0" / "latin.go").write_bytes(b"package p // \xe9\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(jobs: int | None = 1, executor: Executor | None = None) -> RunResult:
    return run(Request(Mode.CHECK, (), Settings(cache=False, jobs=jobs)), executor=executor)


def all_of(result: RunResult) -> object:
    return result.files, result.problems, dict(result.places), result.looked_at


@pytest.mark.parametrize("jobs", [2, 3])
def test_processes_give_the_same(tree: Path, jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = check()
    assert len(alone.findings) == 30
    monkeypatch.setattr(workers, "_WORTH_A_POOL", 0)
    monkeypatch.setattr(workers, "_WORTH_PROCESSES", 10)
    monkeypatch.setattr("defermod.pipeline.inputs._BATCH", 5)
    assert all_of(check(jobs)) == all_of(alone)


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_an_executor_takes_their_place(tree: Path, kind: type[Executor]) -> None:
    with kind(3) as executor:  # type: ignore[call-arg]
        assert all_of(check(executor=executor)) == all_of(check())
        assert executor.submit(len, "left running").result() == 12


class _Elsewhere(Executor):
    """Does the work in another directory and without this tree, as another machine would."""

    def __init__(self) -> None:
        self.submitted = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.submitted += 1
        code = (
            "import pickle, sys; fn, args, kwargs = pickle.load(sys.stdin.buffer);"
            "pickle.dump(fn(*args, **kwargs), sys.stdout.buffer)"
        )
        import pickle

        done = subprocess.run(
            [sys.executable, "-c", code],
            input=pickle.dumps((fn, args, kwargs)),
            stdout=subprocess.PIPE,
            check=True,
            cwd="/",
            env=environment({"PATH": "/nowhere"}),
        )
        future: Future[Any] = Future()
        future.set_result(pickle.loads(done.stdout))
        return future


def test_work_can_be_done_on_another_machine(tree: Path) -> None:
    for path in sorted(tree.rglob("*.go"))[20:]:
        path.unlink()
    elsewhere = _Elsewhere()
    assert all_of(check(executor=elsewhere)) == all_of(check())
    assert elsewhere.submitted


class _Broken(Executor):
    """Gives up after the first piece of work."""

    def __init__(self) -> None:
        self.done = False

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self.done:
            future.set_exception(BrokenExecutor())
        else:
            future.set_result(fn(*args, **kwargs))
        self.done = True
        return future


def test_an_executor_that_breaks_costs_no_result(tree: Path) -> None:
    jobs = [Job(str(number), FOUND.encode(), Options()) for number in range(4)]
    with Workers(1, _Broken()) as broken:
        assert broken.analyse(jobs) == [analyse_one(job) for job in jobs]


def test_threads_recurse_as_deep_as_one() -> None:
    deep = "package p\n\nfunc f() {\n" + "if x {\n" * 50 + "for {\ndefer g()\n}\n" + "}\n" * 50 + "}\n"
    jobs = [Job(str(number), deep.encode(), Options()) for number in range(12)]
    expected = [analyse_one(job) for job in jobs]
    assert all(result.findings for result in expected)
    limit = sys.getrecursionlimit()
    with ThreadPoolExecutor(4) as threads, Workers(4, threads) as many:
        assert many.analyse(jobs) == expected
    assert sys.getrecursionlimit() == limit


def test_little_work_starts_no_process(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_pool", lambda count: pytest.fail("a process was started"))
    check(jobs=4)


def test_done_is_counted(tree: Path) -> None:
    seen: list[int] = []
    jobs = [Job(str(number), CLEAN.encode(), Options()) for number in range(5)]
    with Workers(1) as one:
        results: list[FileResult] = one.analyse(jobs, seen.append)
    assert [result.path for result in results] == ["0", "1", "2", "3", "4"]
    assert seen == [1, 2, 3, 4, 5]


_PEAK = """
import resource, sys
from defermod.cli import run
status = run(["check", "--no-cache", "--jobs", "1"])
print(status, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def _peak(root: Path) -> int:
    """Kilobytes that a check of ``root`` takes at its peak."""
    done = subprocess.run(
        [sys.executable, "-c", _PEAK], cwd=root, env=environment(), capture_output=True, text=True, check=True
    )
    status, peak = done.stderr.split()[-2:]
    assert status in ("0", "1")
    return int(peak)


@pytest.mark.campaign
@pytest.mark.skipif(sys.platform == "win32", reason="needs getrusage")
def test_memory_does_not_grow_with_the_tree(tmp_path: Path) -> None:
    """Twenty times as many files, each of 20 kB: held together, these would be 120 MB more."""
    text = CLEAN + "".join(f"\nfunc f{n}() {{\n\tdefer g()\n\th()\n}}\n" for n in range(500))
    peaks = []
    for size in (300, 6000):
        root = tmp_path / str(size)
        for number in range(size):
            folder = root / f"p{number // 20}"
            if number % 20 == 0:
                folder.mkdir(parents=True)
                (folder / "found.go").write_text(FOUND if number % 100 == 0 else CLEAN)
            os.link(_original(tmp_path, text), folder / f"f{number}.go")
        peaks.append(_peak(root))
    assert peaks[1] - peaks[0] < 15_000


def _original(directory: Path, text: str) -> Path:
    path = directory / "original.go"
    if not path.exists():
        path.write_text(text)
    return path
