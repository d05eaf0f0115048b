"""Compare the speed of ``defermod check`` with tools that look for the same, and with the least there is to do.

    python benchmarks/speed.py DIRECTORY...        compare on the Go files of each directory
    python benchmarks/speed.py --in-place ...      the same in the directory itself, test data and all
    python benchmarks/speed.py --growth DIRECTORY  from 10 thousand to 10 million lines made of its files
    python benchmarks/speed.py --profile DIRECTORY where the time of a check goes, in one process

The files that ``defermod check`` would look at are copied first, so that every tool gets the same ones and none
has ignore rules of its own to follow.  The runs of all tools are interleaved, each round in another order; what
is shown are medians, and of ratios the median of those within a round, which a slow minute of the machine
doesn't change.  The disk is warm: a first round isn't counted.  Peak memory is that of a tool's largest process.

Tools that aren't on PATH are left out: ast-grep (PyPI: ast-grep-cli), gofmt, and, with ``--linters``, revive,
staticcheck, gocritic and golangci-lint (``go install``), each with nothing but its rule for defers in loops.
All but revive need packages that compile; they are run in DIRECTORY itself, which should be a module.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median

from defermod.files import Walk, is_generated

_AST_GREP_RULE = """\
id: defer-in-loop
language: go
severity: warning
message: defer in a loop
rule:
  kind: defer_statement
  inside:
    kind: for_statement
    stopBy: {any: [{kind: for_statement}, {kind: func_literal}]}
"""
_REVIVE = '[rule.defer]\narguments = [["loop"]]\n'
_STATICCHECK = ("-checks", "SA9001", "./...")
_GOCRITIC = ("check", "-enable", "deferInLoop", "./...")
_GOLANGCI = """\
version: "2"
linters:
  default: none
  enable: [revive]
  settings: {revive: {rules: [{name: defer, arguments: [[loop]]}]}}
"""
_READ = """\
import os, sys
for path in open(sys.argv[1]).read().split("\\0"):
    handle = os.open(path, 0)
    os.read(handle, os.fstat(handle).st_size)
    os.close(handle)
"""
_STAT = """\
import os
waiting = ["."]
while waiting:
    with os.scandir(waiting.pop()) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            else:
                entry.stat(follow_symlinks=False)
"""
# The peak of a process counts from before it became the program that is timed, so a small one starts it.
_TIMER = """\
import os, sys, time
nowhere = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
nowhere += [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
started = time.perf_counter()
process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=nowhere)
_, _, used = os.wait4(process, 0)
print(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
_INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""The environment, in which an installed program has its bytecode."""
_SETTLED = 2.5
"""Seconds after which the cache trusts the time of a file that was just written."""
_BASE = "defermod cold"


@dataclass(frozen=True)
class Contestant:
    """Something to time."""

    name: str
    command: Sequence[str]
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Runs:
    """The times of one contestant's counted runs."""

    wall: list[float] = field(default_factory=list)
    """Seconds."""
    cpu: list[float] = field(default_factory=list)
    """Seconds, of all processes."""
    peak: list[int] = field(default_factory=list)
    """Kilobytes of the largest process."""


def main() -> int:
    """Print Markdown tables.  Exit status 1 if a directory has no Go files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directories", nargs="+", type=Path, metavar="DIRECTORY")
    parser.add_argument("--runs", type=int, default=5, help="counted rounds [5]")
    parser.add_argument("--growth", action="store_true", help="how time and memory grow with the lines")
    parser.add_argument("--most", type=int, default=10_000_000, help="the lines to grow to [10000000]")
    parser.add_argument("--only", default="", metavar="NAMES", help="contestants to run, comma-separated")
    parser.add_argument("--clean", action="store_true", help="leave out the files that have findings")
    parser.add_argument(
        "--generated", action="store_true", help="with the generated files, as vendored trees have many"
    )
    parser.add_argument("--in-place", action="store_true", help="no copy: what each tool looks at by itself")
    parser.add_argument("--linters", action="store_true", help="also run the linters that are on PATH; takes minutes")
    parser.add_argument("--profile", action="store_true", help="a profile of one check")
    arguments = parser.parse_args()
    for directory in arguments.directories:
        root = directory.resolve()
        with tempfile.TemporaryDirectory() as work:
            if arguments.profile:
                _profile(root)
            elif arguments.growth:
                _growth(root, Path(work), arguments)
            else:
                _comparison(root, Path(work), arguments)
    return 0


def _comparison(root: Path, work: Path, arguments: argparse.Namespace) -> None:
    """All contestants on the files of one directory."""
    tree = root if arguments.in_place else work / "tree"
    files = _files(root, arguments)
    if not arguments.in_place:
        for file in files:
            _copy(file, tree / file.relative_to(root))
    lines, size = _extent(files)
    kind = ", each tool with its own idea of what to look at" if arguments.in_place else ""
    print(f"\n### {root.name}: {len(files)} files, {lines} lines, {size / 1e6:.0f} MB{kind}\n", flush=True)
    contestants = _contestants(tree, work, arguments) + (_linters(root, tree, work) if arguments.linters else [])
    _show(_timed(_wanted(contestants, arguments), arguments.runs))


def _growth(root: Path, work: Path, arguments: argparse.Namespace) -> None:
    """The tree's files, as often as it takes for each number of lines."""
    print(f"\n### Growth, with the files of {root.name}\n")
    files = _files(root, arguments)
    random.Random(1).shuffle(files)
    tree = work / "tree"
    lines = copied = 0
    copies = ((file, number) for number in count() for file in files)
    for wanted in (10**power for power in range(4, 12) if 10**power <= arguments.most):
        while lines < wanted:
            file, number = next(copies)
            _copy(file, tree / str(number) / file.relative_to(root))
            lines += file.read_bytes().count(b"\n")
            copied += 1
        timed = _timed(_wanted(_contestants(tree, work, arguments), arguments), arguments.runs)
        if wanted == 10_000:
            print("| lines | files | " + " | ".join(timed) + " |")
            print("|---" * (len(timed) + 2) + "|")
        shown = [
            f"{median(one.wall):.2f} s, {median(one.cpu):.2f} s CPU, {median(one.peak) / 1000:.0f} MB"
            for one in timed.values()
        ]
        print(f"| {lines} | {copied} | {' | '.join(shown)} |", flush=True)


def _profile(root: Path) -> None:
    """The functions that take the time, and the imports."""
    code = (
        "import cProfile, pstats, sys; from defermod.cli import run; p = cProfile.Profile();"
        "p.runcall(run, ['check', '--no-cache', '--jobs', '1', '--output-format', 'concise']);"
        "sys.stdout = sys.stderr; pstats.Stats(p).strip_dirs().sort_stats('tottime').print_stats(25)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=root, stdout=subprocess.DEVNULL, check=True)


def _wanted(contestants: Sequence[Contestant], arguments: argparse.Namespace) -> list[Contestant]:
    """Those that were asked for; a cold check always is."""
    names = [name.strip() for name in arguments.only.split(",") if name.strip()]
    return [one for one in contestants if not names or one.name in (_BASE, *names)]


def _files(root: Path, arguments: argparse.Namespace) -> list[Path]:
    """Return the files that ``defermod check`` looks at, as far as the arguments leave them."""
    found = [file.absolute for folder in Walk((), cwd=root) for file in folder]
    files = [file for file in found if arguments.generated or not is_generated(file.read_bytes())]
    if arguments.clean:
        command = [sys.executable, "-m", "defermod", "check", "--no-cache", "--output-format", "json"]
        said = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
        known = {root / finding["path"] for finding in json.loads(said)["findings"]}
        files = [file for file in files if file not in known]
    if not files:
        sys.exit(f"{root}: no Go files")
    return files


def _copy(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


def _extent(files: Sequence[Path]) -> tuple[int, int]:
    """Lines and bytes."""
    texts = [file.read_bytes() for file in files]
    return sum(text.count(b"\n") for text in texts), sum(map(len, texts))


def _contestants(tree: Path, work: Path, arguments: argparse.Namespace) -> list[Contestant]:
    """The least there is to do, this program, and what reads no more than the text."""
    listing = work / "files"
    listing.write_text("\0".join(str(path) for path in sorted(tree.rglob("*.go"))))
    rule = work / "rule.yml"
    rule.write_text(_AST_GREP_RULE)
    check = [sys.executable, "-m", "defermod", "check", "--output-format", "concise"]
    check += ["--include-generated"] if arguments.generated else []
    cache = {"DEFERMOD_CACHE_DIR": str(work / "cache")}
    found = [
        Contestant("list and stat", [sys.executable, "-c", _STAT], tree),
        Contestant("read", [sys.executable, "-c", _READ, str(listing)], tree),
        Contestant(_BASE, [*check, "--no-cache"], tree),
        Contestant("defermod warm", check, tree, cache),
        Contestant("ast-grep", ["ast-grep", "scan", "--rule", str(rule), "--report-style", "short", "."], tree),
        Contestant("gofmt -l", ["gofmt", "-l", "."], tree),
    ]
    return [one for one in found if shutil.which(one.command[0])]


def _linters(root: Path, tree: Path, work: Path) -> list[Contestant]:
    """The linters with a rule for it, without what they remember of earlier runs."""
    (work / "revive.toml").write_text(_REVIVE)
    (work / "golangci.yml").write_text(_GOLANGCI)
    golangci = ["golangci-lint", "run", "--config", str(work / "golangci.yml"), "./..."]
    found = [
        Contestant("revive", ["revive", "-config", str(work / "revive.toml"), "./..."], tree),
        Contestant("staticcheck", ["staticcheck", *_STATICCHECK], root, {"STATICCHECK_CACHE": ""}),
        Contestant("gocritic", ["gocritic", *_GOCRITIC], root),
        Contestant("golangci-lint", golangci, root, {"GOLANGCI_LINT_CACHE": ""}),
    ]
    return [one for one in found if shutil.which(one.command[0])]


def _timed(contestants: Sequence[Contestant], runs: int) -> dict[str, Runs]:
    """The runs of each, by name; a first round warms the disk and fills the cache."""
    time.sleep(_SETTLED)
    timed = {one.name: Runs() for one in contestants}
    for turn in range(runs + 1):
        order = list(contestants)
        random.Random(turn).shuffle(order)
        for one in order:
            wall, cpu, peak = _once(one)
            if turn:
                timed[one.name].wall.append(wall)
                timed[one.name].cpu.append(cpu)
                timed[one.name].peak.append(peak)
    return timed


def _once(one: Contestant) -> tuple[float, float, int]:
    """Wall and CPU seconds and the peak in kilobytes of one run."""
    with tempfile.TemporaryDirectory() as fresh:
        # A variable without a value asks for a directory that is empty at each run.
        changes = {name: value or fresh for name, value in one.environment.items()}
        said = subprocess.run(
            [sys.executable, "-S", "-E", "-c", _TIMER, *one.command],
            cwd=one.cwd,
            env={**_INSTALLED, **changes},
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    wall, cpu, peak = said.stdout.split()
    return float(wall), float(cpu), int(peak) // (1000 if sys.platform == "darwin" else 1)


def _show(timed: Mapping[str, Runs]) -> None:
    """One line each, the ratios against this program's cold run of the same round."""
    base = timed[_BASE]
    print("| | wall s | CPU s | peak MB | wall against a cold check | CPU |\n|---|---|---|---|---|---|")
    for name, one in timed.items():
        wall = median(a / b for a, b in zip(one.wall, base.wall, strict=True))
        cpu = median(a / b for a, b in zip(one.cpu, base.cpu, strict=True))
        peak = median(one.peak) / 1000
        print(f"| {name} | {median(one.wall):.2f} | {median(one.cpu):.2f} | {peak:.0f} | {wall:.2f} | {cpu:.2f} |")


if __name__ == "__main__":
    sys.exit(main())
