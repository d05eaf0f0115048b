"""Benchmarks of packages: run with a CPU profile, and run before and after to be compared.

Everything is written to temporary directories; what the benchmarks themselves write is theirs.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from defermod.machine import processors
from defermod.model import FileResult
from defermod.toolchain import packages
from defermod.toolchain.go import BUILD_TIMEOUT, Completed, Go, run
from defermod.toolchain.overlay import Overlay, unsaved
from defermod.toolchain.packages import Group, Target
from defermod.toolchain.pprof import ProfileError, Share, read
from defermod.toolchain.validate import real_place

_RESULT = re.compile(r"^(?P<name>Benchmark\S*)\s+\d+\s+(?P<values>[-\d.].*)$")
_VALUE = re.compile(r"(?P<value>-?[\d.]+(?:e[+-]?\d+)?)\s+(?P<unit>\S+)")
_CONFIGURATION = re.compile(r"^[a-z][^\s:]*: ")
TIME = "ns/op"
UNITS = (TIME, "B/op", "allocs/op")
SIDES = ("before", "after")


def profiled(go: Go, files: Iterable[Path], pattern: str) -> tuple[list[tuple[str, Mapping[str, Share]]], list[str]]:
    """Return profiles of the benchmarks that match ``pattern`` in the packages of ``files``, by import path.

    The second part reports, one line each, the packages without a profile and the reason.
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
                elif not measurements(done.stdout.decode(errors="replace"), go.environment):
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
    """The name that go test prints, without the number of processors at its end."""
    before: tuple[float, ...]
    """The measurements per operation, run by run."""
    after: tuple[float, ...]
    unit: str = TIME


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a run of benchmarks."""

    pattern: str
    count: int
    """Runs on each side."""
    benchtime: str
    """For each benchmark and run, as go test takes it."""
    profiles: Path | None = None
    """The directory for a CPU profile of each side; None makes none."""


@dataclass(slots=True)
class Compared:
    """The result of a comparison."""

    comparisons: list[Comparison] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """One line for each package that could not be compared, with the reason."""
    raw: list[str] = field(default_factory=list)
    """The output of the benchmarks in the format that benchstat reads: the key ``side`` is before or after."""
    shares: dict[str, tuple[Mapping[str, Share], Mapping[str, Share]]] = field(default_factory=dict)
    """By import path: what each function has of the profiles before and after."""


def compare(go: Go, changes: Iterable[FileResult], *, cwd: Path, asked: Asked) -> Compared:
    """Run the benchmarks of the packages of ``changes`` with their old and their new texts, taking turns.

    A test binary is built for each side, with an overlay, and run in the package's directory.  Which one runs first
    changes from round to round.
    """
    changed = {real_place(cwd / result.path): result for result in changes if result.changed}
    before = unsaved({path: result.before for path, result in changed.items()})
    after = {path: result.after for path, result in changed.items()}
    found = Compared()
    with (
        Overlay(before) as old,
        Overlay(after) as new,
        tempfile.TemporaryDirectory(prefix="defermod-bench-") as scratch,
    ):
        plan = packages.plan(go, {path: result.before for path, result in changed.items()}, old.flags())
        found.complaints += [f"{path.name}: {reason}" for path, reason in plan.unvetted.items()]
        for group in plan.groups:
            for target in group.targets:
                binaries = _built(go, group.only(target), (old, new), Path(scratch))
                reason = binaries if isinstance(binaries, str) else _compare(go, target, binaries, asked, found)
                if reason:
                    found.complaints.append(f"{target.import_path}: {reason}")
    return found


def _built(go: Go, group: Group, sides: tuple[Overlay, Overlay], scratch: Path) -> list[Path] | str:
    """The test binaries of the one package of ``group``, before and after, or why there are none."""
    binaries = []
    for side, overlay in zip(SIDES, sides, strict=True):
        binary = scratch / f"{side}.exe"
        binary.unlink(missing_ok=True)
        command = ["test", "-c", "-vet=off", f"-o={binary}", *overlay.flags(), *group.flags, *group.arguments()]
        done = go.run(command, cwd=group.root, variables=dict(group.variables))
        if done.code:
            return _complaint(done)
        if not binary.exists():
            return "it has no benchmarks"
        binaries.append(binary)
    return binaries


def _compare(go: Go, target: Target, binaries: list[Path], asked: Asked, found: Compared) -> str:
    """Run the two binaries of a package, and add what they give; why nothing can be compared, if that is so."""
    flags = ["-test.run=^$", f"-test.bench={asked.pattern}", f"-test.benchtime={asked.benchtime}", "-test.benchmem"]
    turns = list(enumerate(binaries))
    measured: list[dict[tuple[str, str], list[float]]] = [{}, {}]
    for number in range(asked.count):
        for side, binary in turns if number % 2 == 0 else reversed(turns):
            done = run([str(binary), *flags], environment=go.environment, cwd=target.directory, timeout=BUILD_TIMEOUT,
                       bounded=False)  # fmt: skip
            if done.code or done.timed_out:
                return _complaint(done)
            found.raw += [f"side: {SIDES[side]}", *_benchmark_lines(done)]
            for key, value in measurements(done.stdout.decode(errors="replace"), go.environment).items():
                measured[side].setdefault(key, []).append(value)
    both = [key for key in measured[0] if key in measured[1]]
    if not both:
        return f"no benchmark matches {asked.pattern}"
    for name, unit in both:
        before, after = (tuple(values[name, unit]) for values in measured)
        found.comparisons.append(Comparison(target.import_path, name, before, after, unit))
    return _profile(go, target, binaries, flags, asked, found) if asked.profiles is not None else ""


def _profile(go: Go, target: Target, binaries: list[Path], flags: list[str], asked: Asked, found: Compared) -> str:
    """Run each binary once more, for its CPU profile: apart from what was timed, which that would slow down."""
    assert asked.profiles is not None
    stem = target.import_path.replace("/", "-")
    shares = []
    for side, binary in zip(SIDES, binaries, strict=True):
        profile = asked.profiles / f"{stem}.{side}.pprof"
        command = [str(binary), *flags, f"-test.benchtime={_long(asked.benchtime)}", f"-test.cpuprofile={profile}"]
        done = run(command, environment=go.environment, cwd=target.directory, timeout=BUILD_TIMEOUT)
        if done.code or done.timed_out:
            return _complaint(done)
        try:
            shares.append(read(go, profile))
        except ProfileError as error:
            return f"{profile.name}: {error}"
    found.shares[target.import_path] = (shares[0], shares[1])
    return ""


def _long(benchtime: str) -> str:
    """The time for a profile, which has a hundred samples a second; a number of rounds (``100x``) is left as it is."""
    return benchtime if benchtime.endswith("x") else "1s"


def measurements(output: str, environment: Mapping[str, str]) -> dict[tuple[str, str], float]:
    """Return the values that benchmarks printed, by name and unit; of several lines with one name the last counts.

    ``go test`` puts the number of processors at the end of every name, unless it is 1; it is cut off only where it can
    be nothing else: all names end so, the number is that of ``environment`` and this machine, and no two names become
    the same.
    """
    found: dict[tuple[str, str], float] = {}
    for line in output.splitlines():
        if match := _RESULT.match(line.rstrip()):
            for each in _VALUE.finditer(match["values"]):
                if each["unit"] in UNITS:
                    found[match["name"], each["unit"]] = float(each["value"])
    names = {name for name, _ in found}
    suffix = f"-{_processors(environment)}"
    if suffix == "-1" or not all(name.endswith(suffix) for name in names):
        return found
    return {(name.removesuffix(suffix), unit): value for (name, unit), value in found.items()}


def _processors(environment: Mapping[str, str]) -> int:
    stated = environment.get("GOMAXPROCS", "")
    if stated.isdigit() and int(stated) > 0:
        return int(stated)
    return processors()


def _benchmark_lines(done: Completed) -> list[str]:
    """The lines that benchstat reads: results, and what they were measured on."""
    lines = done.stdout.decode(errors="replace").splitlines()
    return [line for line in lines if _RESULT.match(line.rstrip()) or _CONFIGURATION.match(line)]


def _run(go: Go, group: Group, pattern: str, flags: list[str]) -> Completed:
    command = ["test", "-run=^$", f"-bench={pattern}", "-vet=off", "-count=1", *flags, *group.flags, *group.arguments()]
    return go.run(command, cwd=group.root, variables=dict(group.variables), timeout=BUILD_TIMEOUT)


def _complaint(done: Completed) -> str:
    if done.timed_out:
        return "took too long"
    lines = [line for line in done.stdout.decode(errors="replace").splitlines() if line.strip()]
    said = next((line for line in lines if line.lstrip().startswith(("testing: ", "panic:", "---"))), "")
    return said or done.complaint or f"go test ended with {done.code}"


__all__ = ["profiled"]
