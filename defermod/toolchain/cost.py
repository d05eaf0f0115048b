"""Count how often each defer runs under a package's benchmarks or tests, in a copy of the package.

Files get counters through ``go test -overlay``; nothing is written to the tree but what the tests themselves write.
A test binary is built for each package, and run in the package's directory as ``go test`` does.  The counts stand in
a file that the process maps, so that they survive ``os.Exit`` and are shared with processes that it starts.

Not handled: defers in test files, which are not counted; packages of the standard library that ``sync/atomic`` or
``syscall`` need.
"""

from __future__ import annotations

import os
import re
import struct
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from defermod.rewrite.counters import HELPER, SLOT_BYTES, Counted, defers_of, helper, with_counters
from defermod.syntax.source import Source
from defermod.toolchain import packages
from defermod.toolchain.defer_kinds import defer_kinds
from defermod.toolchain.go import Completed, Go, run
from defermod.toolchain.gotest import GO_TIMEOUT
from defermod.toolchain.overlay import Overlay, unsaved
from defermod.toolchain.packages import Group, Target

_HEADING = re.compile(r"^# (\S+)")
_BENCHMARK = re.compile(r"^Benchmark\S*\s.*ns/op", re.MULTILINE)
_NO_TESTS = re.compile(r"^testing: warning: no tests to run", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CountedDefer:
    """A defer statement, its file by real absolute path."""

    path: Path
    counted: Counted
    package: str
    """The import path."""
    kind: str
    """The kind of defer that the compiler makes of it; empty if unknown."""


@dataclass(frozen=True, slots=True)
class CostRun:
    """One run of a package's benchmarks or tests."""

    package: str
    cpu_seconds: float
    """User and system time of the process and of those it waited for, the counters' own included."""
    counts: Mapping[CountedDefer, tuple[int, int]]
    """For each defer that ran: how often, and the most pending at once in one call (0 if they can't pile up)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The things to run: the benchmarks that match a pattern, or the tests."""

    bench: str | None
    """None for the tests."""
    benchtime: str = "1s"
    timeout: float = GO_TIMEOUT
    """Seconds for each package."""

    @property
    def flags(self) -> list[str]:
        """Those of the test binary."""
        what = ["-test.run=^$", f"-test.bench={self.bench}", f"-test.benchtime={self.benchtime}"]
        tests = ["-test.run=."]
        return [*(tests if self.bench is None else what), "-test.paniconexit0", f"-test.timeout={self.timeout:g}s"]


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was counted."""

    defers: tuple[CountedDefer, ...]
    uncounted: frozenset[CountedDefer]
    """Those in packages that don't compile with counters."""
    runs: tuple[CostRun, ...]
    complaints: tuple[str, ...]


def measure(go: Go, files: Mapping[Path, bytes], asked: Asked, watch: Callable[[str, int, int], None]) -> Measured:
    """Count the defers of ``files`` (texts by real absolute path) while their packages' benchmarks or tests run."""
    return _Measurement(go, files, asked).run(watch)


class _Measurement:
    def __init__(self, go: Go, files: Mapping[Path, bytes], asked: Asked) -> None:
        files = {path: text for path, text in files.items() if not path.name.endswith("_test.go")}
        self._go, self._files, self._asked = go, files, asked
        self._unsaved = unsaved(files)
        self.complaints: list[str] = []
        with Overlay(self._unsaved) as overlay:
            plan = packages.plan(go, files, overlay.flags())
        self._kinds = {path: dict(kinds) for path, kinds in defer_kinds(go, files).items()}
        self._defers: list[CountedDefer] = []
        self._groups: list[Group] = []
        self._instrumented: dict[str, dict[Path, bytes]] = {}
        self._helpers: dict[str, bytes] = {}
        left_out: dict[str, list[Path]] = {}
        for path, reason in plan.unvetted.items():
            left_out.setdefault(reason, []).append(path)
        for group in plan.groups:
            if self._is_for_here(group):
                self._take(group)
            else:
                left_out.setdefault(_ELSEWHERE, []).extend(path for t in group.targets for path in sorted(t.changed))
        for reason, paths in left_out.items():
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            self.complaints.append(f"{paths[0].name}{more}: not counted: {reason}")

    def run(self, watch: Callable[[str, int, int], None]) -> Measured:
        every = [group.only(target) for group in self._groups for target in group.targets]
        runs: list[CostRun] = []
        with tempfile.TemporaryDirectory(prefix="defermod-cost-") as scratch:
            for number, group in enumerate(every):
                watch("running " + ("tests" if self._asked.bench is None else "benchmarks"), number, len(every))
                if (done := self._of_package(group, Path(scratch))) is not None:
                    runs.append(done)
        uncounted = frozenset(each for each in self._defers if each.package not in self._instrumented)
        return Measured(tuple(self._defers), uncounted, tuple(runs), tuple(self.complaints))

    def _is_for_here(self, group: Group) -> bool:
        platform = group.platform
        foreign = (platform.goos, platform.goarch) != (self._go.goos, self._go.goarch)
        return not (foreign or platform.tags != self._go.tags or any(target.alone for target in group.targets))

    def _take(self, group: Group) -> None:
        self._groups.append(group)
        for target in group.targets:
            self._instrument(target)

    def _instrument(self, target: Target) -> None:
        texts: dict[Path, bytes] = {}
        package = ""
        for path in sorted(target.changed):
            source = Source(self._files[path])
            if source.has_error:
                continue
            package = next((node.text for node in source.root.find("package_identifier")), "")
            kinds = self._kinds.get(path, {})
            found = [CountedDefer(path, c, target.import_path, kinds.get(c.line, "")) for c in defers_of(source)]
            if found and len(self._defers) + len(found) <= _SLOTS:
                texts[path] = with_counters(source, len(self._defers))
                self._defers += found
        if texts:
            self._instrumented[target.import_path] = texts
            self._helpers[target.import_path] = helper(package, _SLOTS)

    def _of_package(self, group: Group, scratch: Path) -> CostRun | None:
        """Build and run the one package of ``group``; None, after a complaint, if that can't be done."""
        (target,) = group.targets
        binary = scratch / "test.exe"
        binary.unlink(missing_ok=True)
        if complaint := self._build(group, binary):
            self.complaints.append(f"{target.import_path}: {complaint}")
            return None
        if not binary.exists():
            self.complaints.append(f"{target.import_path}: it has no tests")
            return None
        shared = scratch / "counts"
        shared.write_bytes(bytes(SLOT_BYTES * _SLOTS))
        environment = {**self._go.environment, "DEFERMOD_COST_FILE": str(shared)}
        before = _child_seconds()
        done = run([str(binary), *self._asked.flags], environment=environment, cwd=target.directory,
                   timeout=self._asked.timeout + 60, bounded=False)  # fmt: skip
        seconds = _child_seconds() - before
        if said := self._said_of(done):
            self.complaints.append(f"{target.import_path}: {said}")
            if not done.code:
                return None
        numbers = struct.iter_unpack("<QQ" if sys.byteorder == "little" else ">QQ", shared.read_bytes())
        counts = {d: (ran, most) for d, (ran, most) in zip(self._defers, numbers, strict=False) if ran}
        return CostRun(target.import_path, seconds, counts)

    def _build(self, group: Group, binary: Path) -> str:
        """Build the test binary with counters; packages that don't compile with them go without from now on."""
        while True:
            with Overlay(self._overlay()) as overlay:
                command = ["test", "-c", "-vet=off", f"-o={binary}", *overlay.flags(), *group.flags, *group.arguments()]
                done = self._go.run(command, cwd=group.root, variables=dict(group.variables))
            if not done.code:
                return ""
            said = done.stderr.decode(errors="replace").splitlines()
            headings = (match[1] for line in said if (match := _HEADING.match(line)))
            guilty = {name for name in headings if name in self._instrumented}
            if not guilty:
                return f"its tests don't build: {done.complaint}"
            for name in guilty:
                del self._instrumented[name]
                self.complaints.append(f"{name}: not counted: it doesn't compile with counters: {done.complaint}")

    def _overlay(self) -> dict[Path, bytes]:
        texts = dict(self._unsaved)
        for name, instrumented in self._instrumented.items():
            texts |= instrumented
            texts[next(iter(instrumented)).with_name(HELPER)] = self._helpers[name]
        return texts

    def _said_of(self, done: Completed) -> str:
        """Return the failure of a run; empty if there is none."""
        output = done.stdout.decode(errors="replace")
        if done.timed_out:
            return "it took too long, and was ended"
        if done.code:
            lines = output.splitlines() + done.stderr.decode(errors="replace").splitlines()
            failed = next(
                (line.strip() for line in lines if line.lstrip().startswith(("panic:", "--- FAIL", "fatal"))), ""
            )
            return f"it failed, and what it ran until then is counted: {failed or f'exit status {done.code}'}"
        if self._asked.bench is not None and not _BENCHMARK.search(output):
            return f"no benchmark matches {self._asked.bench}; --tests counts what the tests run"
        if self._asked.bench is None and _NO_TESTS.search(output + done.stderr.decode(errors="replace")):
            return "it has no tests"
        return ""


_ELSEWHERE = "they are for another platform, need build tags, or are built one by one"
_SLOTS = 1 << 16
"""Defers that can be counted in one run."""


def supported() -> bool:
    """Return True if counters can be shared with the test's process on this system."""
    return os.name == "posix"


def _child_seconds() -> float:
    """The CPU time of all processes that this one has waited for."""
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
