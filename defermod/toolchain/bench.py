"""Benchmarks of packages: run with a CPU profile, and run before and after to be compared.

Everything is written to temporary directories; what the benchmarks themselves write is theirs.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from defermod.model import FileResult
from defermod.toolchain import packages
from defermod.toolchain.go import BUILD_TIMEOUT, Completed, Go, run
from defermod.toolchain.overlay import Overlay, unsaved
from defermod.toolchain.packages import Group
from defermod.toolchain.pprof import ProfileError, Share, read
from defermod.toolchain.validate import real_place

_RESULT = re.compile(r"^(?P<name>Benchmark\S*?)(?:-\d+)?\s+\d+\s+(?P<value>[\d.]+(?:e[+-]?\d+)?) ns/op")


def profiled(go: Go, files: Iterable[Path], pattern: str) -> tuple[list[tuple[str, Mapping[str, Share]]], list[str]]:
    """Profiles of the benchmarks that match ``pattern`` in the packages of ``files``, by import path.

    The second part says, a line each, of which packages there is none and why.
    """
    found: list[tuple[str, Mapping[str, Share]]] = []
    complaints: list[str] = []
    texts = {path.resolve(): path.read_bytes() for path in files}
    with tempfile.TemporaryDirectory(prefix="defermod-bench-") as scratch:
        for group in packages.plan(go, texts).groups:
            for number, target in enumerate(group.targets):
                name = target.import_path
                profile = Path(scratch, f"{number}.prof")
                flags = [f"-cpuprofile={profile}", f"-o={Path(scratch, 'test.exe')}"]
                done = _run(go, group.only(target), pattern, flags)
                if done.code or done.timed_out:
                    complaints.append(f"{name}: {_complaint(done)}")
                elif not _times(done):
                    complaints.append(f"{name}: no benchmark matches {pattern}")
                else:
                    try:
                        found.append((name, read(go, profile)))
                    except ProfileError as error:
                        complaints.append(f"{name}: {error}")
                profile.unlink(missing_ok=True)
    return found, complaints


@dataclass(frozen=True, slots=True)
class Comparison:
    """One benchmark, run several times on each side."""

    package: str
    name: str
    before: tuple[float, ...]
    """Nanoseconds per operation, run by run."""
    after: tuple[float, ...]


def compare(
    go: Go, changes: Iterable[FileResult], *, cwd: Path, pattern: str, count: int, benchtime: str
) -> tuple[list[Comparison], list[str]]:
    """Run the benchmarks of the packages of ``changes`` with their old and their new texts, taking turns.

    A test binary is built for each side, with an overlay, and run in the package's directory.  The second
    part says, a line each, of which packages nothing can be said and why.
    """
    changed = {real_place(cwd / result.path): result for result in changes if result.changed}
    before = unsaved({path: result.before for path, result in changed.items()})
    after = {path: result.after for path, result in changed.items()}
    found: list[Comparison] = []
    complaints: list[str] = []
    with (
        Overlay(before) as old,
        Overlay(after) as new,
        tempfile.TemporaryDirectory(prefix="defermod-bench-") as scratch,
    ):
        plan = packages.plan(go, {path: result.before for path, result in changed.items()}, old.flags())
        complaints += [f"{path.name}: {reason}" for path, reason in plan.unvetted.items()]
        for group in plan.groups:
            for target in group.targets:
                made = _compared(go, group.only(target), old, new, Path(scratch), (pattern, count, benchtime))
                if isinstance(made, str):
                    complaints.append(f"{target.import_path}: {made}")
                else:
                    found += made
    return found, complaints


def _compared(
    go: Go, group: Group, old: Overlay, new: Overlay, scratch: Path, asked: tuple[str, int, str]
) -> list[Comparison] | str:
    """The benchmarks of the one package of ``group``, or why there are none."""
    pattern, count, benchtime = asked
    (target,) = group.targets
    binaries = []
    for side, overlay in (("before", old), ("after", new)):
        binary = scratch / f"{side}.exe"
        binary.unlink(missing_ok=True)
        command = ["test", "-c", "-vet=off", f"-o={binary}", *overlay.flags(), *group.flags, *group.arguments()]
        done = go.run(command, cwd=group.root, variables=dict(group.variables))
        if done.code:
            return _complaint(done)
        if not binary.exists():
            return "it has no tests"
        binaries.append(binary)
    times: list[dict[str, list[float]]] = [{}, {}]
    flags = ["-test.run=^$", f"-test.bench={pattern}", f"-test.benchtime={benchtime}"]
    for _ in range(count):
        for turn, binary in enumerate(binaries):
            done = run([str(binary), *flags], environment=go.environment, cwd=target.directory, timeout=BUILD_TIMEOUT)
            if done.code or done.timed_out:
                return _complaint(done)
            for name, value in _times(done).items():
                times[turn].setdefault(name, []).append(value)
    both = [name for name in times[0] if name in times[1]]
    if not both:
        return f"no benchmark matches {pattern}"
    return [Comparison(target.import_path, name, tuple(times[0][name]), tuple(times[1][name])) for name in both]


def _run(go: Go, group: Group, pattern: str, flags: list[str]) -> Completed:
    command = ["test", "-run=^$", f"-bench={pattern}", "-vet=off", "-count=1", *flags, *group.flags, *group.arguments()]
    return go.run(command, cwd=group.root, variables=dict(group.variables), timeout=BUILD_TIMEOUT)


def _times(done: Completed) -> dict[str, float]:
    lines = done.stdout.decode(errors="replace").splitlines()
    return {match["name"]: float(match["value"]) for line in lines if (match := _RESULT.match(line))}


def _complaint(done: Completed) -> str:
    if done.timed_out:
        return "took too long"
    lines = [line for line in done.stdout.decode(errors="replace").splitlines() if line.strip()]
    said = next((line for line in lines if line.lstrip().startswith(("panic:", "---", "FAIL"))), "")
    return done.complaint or said or f"go test ended with {done.code}"
