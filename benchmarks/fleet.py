"""A fleet over generated repositories: what it costs, and what it does when things go wrong.

    python benchmarks/fleet.py generate DIRECTORY COUNT [--seed N] [--functions N] [--modules N]
    python benchmarks/fleet.py faults DIRECTORY         # a worker and the scheduler killed, under Dask
    python benchmarks/fleet.py hosts DIRECTORY          # two hosts in network namespaces, one cut off; as root
    python benchmarks/fleet.py disk DIRECTORY           # small disks that fill up; as root
    python benchmarks/fleet.py speed DIRECTORY          # one worker and two, in turns
    python benchmarks/fleet.py overhead DIRECTORY       # what a repository costs besides its command
    python benchmarks/fleet.py scale DIRECTORY COUNT    # this process, and Dask, when work costs nothing

``generate`` makes bare repositories, one commit each, and ``DIRECTORY/list`` with their addresses; the same seed makes
the same commits.  The others work in DIRECTORY on the first ``--first N`` of them, with ``check``, and print what
happened.  Exit status 1 if a repository was lost, done twice, or did not give the bytes that one process gives.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import resource
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from defermod import __version__
from defermod.fleet import engines, reports, store
from defermod.fleet.run import Command, Request
from defermod.fleet.run import run as fleet
from defermod.fleet.values import Changed, Outcome, Task

PROGRAM = (sys.executable, "-m", "defermod")
PATIENCE = 7200.0
"""Seconds until something has to have happened."""
WHO = "Generated <generated@example.com> 1700000000 +0000"

Started = subprocess.Popen[bytes]


def main(arguments: Sequence[str]) -> int:
    """Do one of the commands above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["generate", "scale", *COMMANDS])
    parser.add_argument("directory", type=Path)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--functions", type=int, default=12, help="functions of a file")
    parser.add_argument("--modules", type=int, default=3, help="modules of a repository, at most")
    parser.add_argument("--first", type=int, help="look at no more repositories than this")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dask", action="store_true", help="speed: processes under Dask instead of threads")
    parser.add_argument("--split", type=int, default=0, help="faults: parts of more lines than this, as in fleet run")
    given = parser.parse_args(arguments)
    here = given.directory.absolute()
    if given.command == "scale":
        here.mkdir(exist_ok=True)
        return scale(here, given.count)
    if given.command == "generate":
        generate(here, given.count, given.seed, given.functions, given.modules)
        return 0
    addresses = (here / "list").read_text().split()[: given.first]
    work = here / given.command
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    (work / "list").write_text("\n".join(addresses) + "\n")
    print(f"{given.command}: {len(addresses)} repositories, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs")
    return 0 if COMMANDS[given.command](work, len(addresses), given) else 1


# --- repositories ---

QUIET = """
func {name}(path string) (int64, error) {{
	f, err := os.Open(path)
	if err != nil {{
		return 0, err
	}}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {{
		return 0, err
	}}
	return st.Size() + {number}, nil
}}
"""
LOOP = """
func {name}(paths []string) (int64, error) {{
	var total int64
	for _, path := range paths {{
		f, err := os.Open(path)
		if err != nil {{
			return 0, err
		}}
		defer f.Close()
		st, err := f.Stat()
		if err != nil {{
			return 0, err
		}}
		total += st.Size() + {number}
	}}
	return total, nil
}}
"""


def generate(directory: Path, count: int, seed: int, functions: int, modules: int) -> None:
    """Make ``count`` bare repositories with one to ``modules`` modules, one file of ``functions`` functions each."""
    chance = random.Random(seed)
    directory.mkdir(parents=True, exist_ok=True)
    template = directory / "template.git"
    run("git", "init", "-q", "--bare", "-b", "main", "--template=", str(template))
    addresses = []
    for number in range(count):
        bare = directory / "remotes" / f"r{number:05}.git"
        shutil.rmtree(bare, ignore_errors=True)
        shutil.copytree(template, bare)
        files = {}
        for module in range(chance.randint(1, modules)):
            under = f"m{module}/" if module else ""
            files[f"{under}go.mod"] = f"module example.com/r{number}/m{module}\n\ngo 1.22\n"
            text = 'package p\n\nimport "os"\n'
            for function in range(functions):
                form = LOOP if chance.random() < 0.2 else QUIET
                text += form.format(name=f"F{function}", number=chance.randrange(1000))
            files[f"{under}p.go"] = text
        stream = f"commit refs/heads/main\ncommitter {WHO}\ndata 5\nfirst\n"
        for name, text in files.items():
            stream += f"M 100644 inline {name}\ndata {len(text)}\n{text}\n"
        run("git", f"--git-dir={bare}", "fast-import", "--quiet", stdin=stream)
        addresses.append(bare.as_uri())
    (directory / "list").write_text("\n".join(addresses) + "\n")


# --- what goes wrong ---


def faults(work: Path, count: int, given: argparse.Namespace) -> bool:
    """A scheduler and two workers as processes: a worker killed at a fifth, the scheduler and the rest at a half."""
    address = f"tcp://127.0.0.1:{free_port()}"
    with processes(work) as start:
        scheduler = start(*dask_scheduler(address))
        workers = [start(*dask_worker(address)) for _ in range(2)]
        # What its results are compared with is made meanwhile, by one process that knows no Dask.
        alone = start(*fleet_run("alone.db", "--workers", "1"))
        begun = time.monotonic()
        running = start(*fleet_run("a.db", "--scheduler", address, "--split", str(given.split)))
        wait_for(work / "a.db", count // 5, running)
        end(workers[0])
        print(f"  {at_work(work / 'a.db')}: a worker killed")
        wait_for(work / "a.db", count // 2, running)
        end(scheduler)
        end(workers[1])
        print(
            f"  {at_work(work / 'a.db')}: the scheduler and the other worker killed; both and a third are started",
            flush=True,
        )
        start(*dask_scheduler(address))
        for _ in range(2):
            start(*dask_worker(address))
        status = running.wait()
        print(
            f"  exit status {status} after {time.monotonic() - begun:.0f} s, load {os.getloadavg()[0]:.1f}", flush=True
        )
        alone.wait()
        return judged(work, count, status)


def hosts(work: Path, count: int, _: argparse.Namespace) -> bool:
    """A scheduler and two hosts with addresses and caches of their own; the link of one is cut at a third."""
    names = [f"defermod-{os.getpid()}-{number}" for number in range(2)]
    bridge = f"dm{os.getpid() % 100000}"
    own = "10.231.77.1"
    address = f"tcp://{own}:8786"
    remotes = work.parent / "remotes"
    lines = (work / "list").read_text().split()
    (work / "list").write_text("".join(f"git://{own}/{line.rpartition('/')[2]}\n" for line in lines))
    try:
        run("ip", "link", "add", bridge, "type", "bridge")
        run("ip", "addr", "add", f"{own}/24", "dev", bridge)
        run("ip", "link", "set", bridge, "up")
        for number, name in enumerate(names):
            run("ip", "netns", "add", name)
            run("ip", "link", "add", f"{bridge}{number}", "type", "veth", "peer", "name", "eth0", "netns", name)
            run("ip", "link", "set", f"{bridge}{number}", "master", bridge, "up")
            for words in (("addr", "add", f"10.231.77.{number + 2}/24", "dev", "eth0"), ("link", "set", "eth0", "up")):
                run("ip", "-n", name, *words)
            run("ip", "-n", name, "link", "set", "lo", "up")
        with processes(work) as start:
            start("git", "daemon", f"--base-path={remotes}", "--export-all", f"--listen={own}", "--reuseaddr")
            start(*dask_scheduler(address))
            for number, name in enumerate(names):
                inside = ("ip", "netns", "exec", name, "unshare", "--uts", "sh", "-c")
                cache = f"DEFERMOD_CACHE_DIR={work / f'cache{number}'}"
                worker = " ".join([*dask_worker(address), "--death-timeout", "60"])
                start(*inside, f"hostname host{number} && exec env {cache} {worker}")
            begun = time.monotonic()
            running = start(*fleet_run("a.db", "--scheduler", address))
            wait_for(work / "a.db", count // 3, running)
            run("ip", "link", "set", f"{bridge}1", "down")
            print(f"  {rows(work / 'a.db')} done: one host is cut off")
            status = running.wait()
            print(f"  exit status {status} after {time.monotonic() - begun:.0f} s")
            with contextlib.closing(sqlite3.connect(work / "a.db")) as database:
                print("  by host:", dict(database.execute("SELECT worker, count(*) FROM result GROUP BY worker")))
            return judged(work, count, status)
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], check=False)
        subprocess.run(["ip", "link", "del", bridge], check=False)


def disk(work: Path, count: int, _: argparse.Namespace) -> bool:
    """A disk for clones, and one for the file of results, each too small at first."""
    good = True
    for what in ("cache", "results"):
        place = work / what
        place.mkdir()
        run("mount", "-t", "tmpfs", "-o", f"size={'1m' if what == 'cache' else '400k'}", "tmpfs", str(place))
        try:
            own = {"DEFERMOD_CACHE_DIR": str(place)} if what == "cache" else {}
            name = f"{what}/a.db" if what == "results" else "full.db"
            words = fleet_run(name)
            if what == "cache":
                # Something else fills it while the run is at work.
                with processes(work, own) as start:
                    running = start(*words)
                    wait_for(work / name, count // 3, running)
                    with contextlib.suppress(OSError), (place / "other").open("wb") as file:
                        while file.write(b"x" * 4096):
                            file.flush()
                    print(f"  {rows(work / name)} done: the disk of clones is filled")
                    status = running.wait()
            else:
                status = subprocess.run(words, cwd=work, env=environment(work), check=False).returncode
            print(f"  {what} full: exit status {status}, {done(work / name)} of {count} done")
            (place / "other").unlink(missing_ok=True)
            run("mount", "-o", "remount,size=1g", str(place))
            status = subprocess.run(words, cwd=work, env=environment(work, own), check=False).returncode
            print(f"  with room again: exit status {status}, {done(work / name)} of {count} done")
            shutil.copy(work / name, work / "a.db")
            good &= judged(work, count, status, once=False)
        finally:
            run("umount", str(place))
    return good


# --- what it costs ---


def speed(work: Path, count: int, given: argparse.Namespace) -> bool:
    """Wall time with one worker and with two, in turns, and the processor time of all that takes part.

    With ``--dask`` the scheduler and its workers are there before the run starts, as a cluster is.
    """
    walls: dict[int, list[float]] = {1: [], 2: []}
    for number in range(given.rounds):
        for workers in (1, 2) if number % 2 == 0 else (2, 1):
            with cluster(work, workers) if given.dask else contextlib.nullcontext(("", {})) as (address, members):
                engine = ("--scheduler", address) if address else ("--workers", str(workers))
                before = {name: processor_time(process) for name, process in members.items()}
                own = sum(os.times()[2:4])
                seconds, _ = timed(work, fleet_run(f"{workers}-{number}.db", *engine))
                spent = {name: processor_time(process) - before[name] for name, process in members.items()}
                spent["run" if members else "all"] = sum(os.times()[2:4]) - own
            walls[workers].append(seconds)
            said = ", ".join(f"{name} {value / count * 1000:.0f} ms" for name, value in spent.items())
            print(
                f"  {workers} worker(s): {seconds:.1f} s, load {os.getloadavg()[0]:.1f};"
                f" processor time of a repository: {said}",
                flush=True,
            )
    for what, chosen in (("medians", statistics.median), ("shortest", min)):
        one, two = (chosen(walls[workers]) for workers in (1, 2))
        print(f"  {what} {one:.1f} and {two:.1f} s: {one / two:.2f} times as fast with two")
    return True


@contextlib.contextmanager
def cluster(work: Path, workers: int) -> Iterator[tuple[str, dict[str, Started]]]:
    """The address of a scheduler with so many workers that are ready, each a process of its own; and all of these."""
    from distributed import Client

    address = f"tcp://127.0.0.1:{free_port()}"
    with processes(work) as start:
        members = {"scheduler": start(*dask_scheduler(address))}
        members |= {f"worker {number}": start(*dask_worker(address)) for number in range(workers)}
        time.sleep(1)
        with Client(address, timeout=60) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address, members


def processor_time(process: Started) -> float:
    """Seconds of processor time of a process and of all that it has started."""
    import psutil

    first = psutil.Process(process.pid)
    return sum(sum(one.cpu_times()[:4]) for one in (first, *first.children(recursive=True)))


def overhead(work: Path, count: int, given: argparse.Namespace) -> bool:
    """Time of the run that is not its commands', for new clones and for those that are there."""
    for number in range(given.rounds):
        name = f"{number}.db"
        before = os.times()
        seconds, _ = timed(work, fleet_run(name, "--workers", "1"))
        after = os.times()
        with contextlib.closing(sqlite3.connect(work / name)) as database:
            fetch, files, command, processor = database.execute(
                "SELECT sum(fetch_seconds), sum(files_seconds), sum(command_seconds), sum(processor_seconds)"
                " FROM result"
            ).fetchone()
        own = sum(after[2:4]) - sum(before[2:4]) - processor
        shown = ", ".join(
            f"{what} {value / count * 1000:.0f} ms"
            for what, value in (
                ("fetch", fetch),
                ("files", files),
                ("the rest", seconds - fetch - files - command),
                ("together", seconds - command),
                ("processor time", own),
                ("the command itself", command),
                ("its processor time", processor),
            )
        )
        print(f"  {'new clones' if number == 0 else 'clones there'}, load {os.getloadavg()[0]:.1f}: {shown}")
    return True


def instant(task: Task) -> Outcome:
    """The outcome of a repository with five findings and a diff, without any work."""
    finding = {"rule": "defer-in-loop", "path": "a/b/c.go", "line": 12, "status": "fixable", "message": "m" * 60}
    finding |= {"column": 3, "function": "F", "severity": "warning", "fix": {"safety": "safe", "reason": "r" * 200}}
    change = Changed("a/b/c.go", (b"-" + b"x" * 60 + b"\n") * 20, "0" * 40, [])
    return Outcome(
        task.target.key, "done", commit="0" * 40, exit_status=1, findings=[{**finding} for _ in range(5)],
        summary={"findings": 5}, changes=[change], modules=1, files=100, lines=100_000, worker="w", tool=__version__,
    )  # fmt: skip


def scale(work: Path, count: int) -> int:
    """COUNT repositories whose work costs nothing: what is left is this process; then a tenth of them with Dask."""
    command = Command(("check",), ("check",), False, False, False, False)
    engines.work = instant
    for scheduler, number in ((None, count), ("local:1", count // 10)):
        name = work / ("threads.db" if scheduler is None else "dask.db")
        for path in work.glob(f"{name.name}*"):
            path.unlink()
        (work / "many").write_text("".join(f"https://git.example/team/r{one:06}.git\n" for one in range(number)))
        request = Request((str(work / "many"),), name, command, scheduler, None if scheduler else 2)
        wall, before = time.monotonic(), time.process_time()
        fleet(request, say=print, watch=lambda *_: None)
        wall, spent = time.monotonic() - wall, time.process_time() - before
        print(
            f"{scheduler or 'threads'}, {number}: {wall:.1f} s, load {os.getloadavg()[0]:.1f}, "
            f"{spent / number * 1000:.2f} ms of this process's time each, "
            f"{peak() >> 20} MiB at most, {name.stat().st_size / number / 1000:.1f} kB of results each",
            flush=True,
        )
        for output_format in ("json", "html") if scheduler is None else ():
            before = time.process_time()
            with store.opened(name) as kept:
                text = reports.render(kept.results(kept.runs()[-1]), output_format)
            spent, size = time.process_time() - before, len(text) / 1e6
            print(f"report, {output_format}: {spent:.1f} s, {size:.1f} MB, {peak() >> 20} MiB at most", flush=True)
    return 0


def peak() -> int:
    """Bytes that this process has had in memory at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


COMMANDS: dict[str, Callable[[Path, int, argparse.Namespace], bool]] = {
    "faults": faults,
    "hosts": hosts,
    "disk": disk,
    "speed": speed,
    "overhead": overhead,
}


# --- parts ---


def judged(work: Path, count: int, status: int, *, once: bool = True) -> bool:
    """Print and return whether each repository was done, once, with the bytes that one process gives."""
    with contextlib.closing(sqlite3.connect(work / "a.db")) as database:
        found = database.execute("SELECT state, attempts, count(*) FROM result GROUP BY state, attempts").fetchall()
    print("  rows (state, attempts, count):", found)
    subprocess.run(fleet_run("alone.db", "--workers", "1"), cwd=work, env=environment(work), check=True)
    reports = [
        subprocess.run(
            [*PROGRAM, "fleet", "report", name, "--output-format", "json"],
            cwd=work,
            env=environment(work),
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
        for name in ("a.db", "alone.db")
    ]
    same = reports[0] == reports[1]
    print(f"  the report has {len(reports[0]):,} bytes, {'the same as' if same else 'NOT those'} one process gives")
    complete = sum(number for state, attempts, number in found if state == "done" and (attempts == 1 or not once))
    return status == 0 and same and complete == count


def fleet_run(database: str, *flags: str) -> list[str]:
    return [*PROGRAM, "fleet", "run", "list", "--db", database, *flags, "--", "check"]


def dask_scheduler(address: str) -> list[str]:
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    return [sys.executable, "-m", "dask", "scheduler", "--host", host, "--port", port, "--no-dashboard", "--no-show"]


def dask_worker(address: str) -> list[str]:
    flags = ("--nthreads", "1", "--no-dashboard", "--memory-limit", "0")
    return [sys.executable, "-m", "dask", "worker", address, *flags]


def environment(work: Path, changes: dict[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, "DEFERMOD_CACHE_DIR": str(work / "cache"), **(changes or {})}


@contextlib.contextmanager
def processes(work: Path, changes: dict[str, str] | None = None) -> Iterator[Callable[..., Started]]:
    """Starts programs in groups of their own, which are ended in the end."""
    running: list[Started] = []

    def start(*command: str) -> Started:
        with (work / "log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=work, env=environment(work, changes), stdout=log, stderr=log, start_new_session=True
            )
        running.append(process)
        return process

    try:
        yield start
    finally:
        for process in running:
            end(process)


def end(process: Started) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(database: Path, count: int, running: Started) -> None:
    """Wait until ``count`` repositories have results.  Raises SystemExit if that never happens."""
    limit = time.monotonic() + PATIENCE
    while rows(database) < count:
        if time.monotonic() > limit or running.poll() is not None:
            raise SystemExit(f"{database}: {rows(database)} results, not {count}; see the log beside it")
        time.sleep(0.2)


def at_work(database: Path) -> str:
    """Return what of a run is done."""
    parts, those = rows(database, "1", "part"), rows(database, "outcome IS NOT NULL", "part")
    return f"{rows(database)} done" + (f" and {those} of {parts} parts of others" if parts else "")


def rows(database: Path, where: str = "1", table: str = "result") -> int:
    """Return the number of repositories with a result, or of what there is in another table."""
    if not database.exists():
        return 0
    try:
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
            return int(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def done(database: Path) -> int:
    return rows(database, "state = 'done'")


def timed(work: Path, command: Sequence[str]) -> tuple[float, int]:
    begun = time.monotonic()
    status = subprocess.run(
        command, cwd=work, env=environment(work), check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ).returncode
    if status:
        raise SystemExit(f"{' '.join(command)}: exit status {status}")
    return time.monotonic() - begun, status


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(*command: str, stdin: str | None = None) -> None:
    subprocess.run(command, input=None if stdin is None else stdin.encode(), check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
