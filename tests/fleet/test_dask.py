"""Dask's workers: the same results as one process gives, whoever is killed meanwhile."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fleet.support import fleet, remotes, report
from tests.support_cli import command, environment

pytest.importorskip("distributed", reason="the extra fleet is not installed")
pytestmark = pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups")

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a program of Dask in a process group of its own."""
    running = []

    def begin(*arguments: str) -> subprocess.Popen[bytes]:
        with (tmp_path / "dask.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                cwd=tmp_path,
                env=environment({"DEFERMOD_CACHE_DIR": str(tmp_path / "cache")}),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        running.append(process)
        return process

    yield begin
    for process in running:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def done(database: Path) -> int:
    try:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            return int(connection.execute("SELECT count(*) FROM result").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def wait_for(database: Path, count: int) -> None:
    limit = time.monotonic() + 180
    while done(database) < count:
        assert time.monotonic() < limit
        time.sleep(0.1)


def test_a_worker_and_the_scheduler_are_killed(tmp_path: Path, start: Start) -> None:
    (tmp_path / "list").write_text("\n".join(remotes(tmp_path / "remote", 12)))
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    scheduler = ("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show")
    worker = ("worker", address, "--nthreads", "1", "--no-dashboard", "--memory-limit", "0")
    first = start(*scheduler)
    workers = [start(*worker), start(*worker)]
    running = subprocess.Popen(
        command("fleet", "run", "list", "--db", "a.db", "--scheduler", address, "--", "check"),
        cwd=tmp_path,
        env=environment({"DEFERMOD_CACHE_DIR": str(tmp_path / "cache")}),
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(tmp_path / "a.db", 2)
    end(workers[0])
    wait_for(tmp_path / "a.db", 4)
    end(first)
    end(workers[1])
    start(*scheduler)
    start(*worker)
    _, said = running.communicate(timeout=300)
    assert running.returncode == 0, said
    assert "went away" in said
    data = report("a.db", tmp_path, "--times")
    assert [one["attempts"] for one in data["repositories"]] == [1] * 12
    assert data["summary"]["findings"] == 12
    alone = fleet("run", "list", "--db", "b.db", "--workers", "1", "--", "check", cwd=tmp_path)
    assert alone.returncode == 0, alone.stderr
    one, other = (fleet("report", name, "--output-format", "json", cwd=tmp_path).stdout for name in ("a.db", "b.db"))
    assert one == other


def test_local_processes(tmp_path: Path) -> None:
    [address] = remotes(tmp_path / "remote", 1)
    run = fleet("run", address, "--db", "a.db", "--scheduler", "local:1", "--", "check", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert report("a.db", tmp_path)["summary"]["done"] == 1


def test_workers_that_lack_something_are_named(tmp_path: Path, start: Start) -> None:
    [address] = remotes(tmp_path / "remote", 1)
    port = free_port()
    start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show")
    program = "import sys; sys.modules['defermod'] = None; from dask.__main__ import main; main()"
    lame = subprocess.Popen(
        [sys.executable, "-c", program, "worker", f"tcp://127.0.0.1:{port}", "--no-nanny", "--no-dashboard"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        run = fleet(
            "run", address, "--db", "a.db", "--scheduler", f"tcp://127.0.0.1:{port}", "--", "check", cwd=tmp_path
        )
    finally:
        end(lame)
    assert run.returncode == 2
    assert "lacks defermod" in run.stderr
    assert "Traceback" not in run.stderr


def test_resources_that_no_worker_has_are_said(tmp_path: Path, start: Start) -> None:
    [address] = remotes(tmp_path / "remote", 1)
    port = free_port()
    scheduler = f"tcp://127.0.0.1:{port}"
    start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show")
    start("worker", scheduler, "--no-nanny", "--no-dashboard", "--resources", "GPU=1")

    def run(wanted: str) -> subprocess.CompletedProcess[str]:
        flags = ("--db", "a.db", "--scheduler", scheduler, "--resources", wanted)
        return fleet("run", address, *flags, "--", "check", cwd=tmp_path)

    refused = run("GPU=2")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "defermod: error: no worker has GPU=2: dask worker --resources 'GPU=2' ...\n"
    assert run("GPU=1").returncode == 0
