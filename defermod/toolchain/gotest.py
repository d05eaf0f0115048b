"""One run of ``go test`` over a group of packages, and the outcome of each test.

``go test -json`` prints an object per line.  Three things it says in other ways: why a package does
not build is text on stderr before Go 1.24; a test that never came to its end (the process died, or
ran out of time) is only missing its last event; and that it ran out of time is a line of output.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from defermod.toolchain.go import BUILD_TIMEOUT, Completed, Go
from defermod.toolchain.overlay import Overlay
from defermod.toolchain.packages import Group, Target, plain_import_path

PACKAGE = ""
"""In the place of a test's name: the package as a whole, which TestMain or an exit can make fail."""
GO_TIMEOUT = 600.0
"""Seconds that ``go test`` gives a package unless told otherwise."""
_GO_KILLS_AFTER = 60.0
"""Seconds after which ``go test`` kills a process that ran out of time and doesn't end."""

_OUTPUT = b'"Action":"output"'
_TELLING = (b"test timed out after", b"Test killed", b"[build failed]", b"[setup failed]")
_NOT_BUILT = re.compile(r"^FAIL\t(?P<package>\S+) \[(?:build|setup) failed\]")
_ERROR = re.compile(r"^(?:vet: )?(?P<file>\S.*?\.\w+):(?P<rest>\d+.*)$")


class Outcome(Enum):
    """The outcomes of a test."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNFINISHED = "unfinished"
    """It began, and the process ended before it did."""


@dataclass
class PackageRun:
    """The tests of one package in one run."""

    tests: dict[str, Outcome] = field(default_factory=dict)
    """By name; a subtest's is ``TestX/name``."""
    passed: bool = False
    """True if the package passed as a whole."""
    timed_out: bool = False
    build_error: str = ""
    """The build error in one line; empty if it builds."""
    unbuilt: str = ""
    """The import path of the package, this one or another that it needs, that does not build."""
    failure: str = ""
    """The reason for which nothing is known of it; empty otherwise."""
    seconds: float = 0.0

    @property
    def passes(self) -> frozenset[str]:
        """The tests that passed, and PACKAGE if the package did."""
        names = {name for name, outcome in self.tests.items() if outcome is Outcome.PASSED}
        return frozenset(names | {PACKAGE} if self.passed else names)

    @property
    def clean(self) -> bool:
        """True if it had tests, and every one passed."""
        return self.passed and bool(self.tests) and set(self.tests.values()) == {Outcome.PASSED}


def run_tests(
    go: Go, group: Group, overlay: Overlay, *, timeout: float | None = None, fresh: bool = False
) -> dict[Target, PackageRun]:
    """Run the tests of every target of ``group``, with the files in ``overlay`` in place of those on the disk.

    ``timeout``: seconds for each package; None leaves it to the user's GOFLAGS, or to go.  ``fresh``:
    don't take a result from go's cache.  ``go vet`` is not run along: validation has done that.
    """
    flags = [*(["-count=1"] if fresh else []), *([f"-timeout={round(timeout * 1000)}ms"] if timeout else [])]
    # Without "--": go test would take what follows it for arguments of the tests.
    command = ["test", "-json", "-vet=off", *flags, *overlay.flags(), *group.flags, *group.arguments()]
    # No more than a last resort: go itself ends what runs out of time.
    patience = BUILD_TIMEOUT + len(group.targets) * ((timeout or GO_TIMEOUT) + _GO_KILLS_AFTER)
    try:
        done = go.run(command, cwd=group.root, variables=dict(group.variables), timeout=patience)
    except OSError as error:
        failed = PackageRun(failure=f"the go command cannot be run: {error.strerror}")
        return dict.fromkeys(group.targets, failed)
    found = parse(done)
    for run in found.values():
        run.timed_out = run.timed_out or (done.timed_out and not run.passed)
    said = "go test took too long" if done.timed_out else done.complaint.removeprefix("go: ") or "go test said nothing"
    return {target: found.get(target.import_path, PackageRun(failure=said)) for target in group.targets}


def parse(done: Completed) -> dict[str, PackageRun]:
    """Parse the output of ``go test -json``, by import path."""
    runs: dict[str, PackageRun] = defaultdict(PackageRun)
    errors: dict[str, str] = {}
    for event in _events(done.stdout):
        if event.get("Action") == "build-output":
            if error := _build_error(event.get("Output", "")):
                errors.setdefault(plain_import_path(event.get("ImportPath", "")), error)
        elif "Package" in event:
            _take(runs[event["Package"]], event)
    for run in runs.values():
        if run.unbuilt:
            told = errors.get(run.unbuilt) or _first_error(done.stderr, run.unbuilt) or done.complaint
            run.build_error = told or "go test does not say why"
    return dict(runs)


_TEXTS = ("Action", "FailedBuild", "ImportPath", "Output", "Package", "Test")


def _events(stdout: bytes) -> Iterator[dict[str, Any]]:
    """The events that matter; what the tests themselves print is passed over, as it may be long."""
    for line in stdout.splitlines():
        if _OUTPUT in line and not any(telling in line for telling in _TELLING):
            continue
        if line.startswith(b"{"):
            with suppress(ValueError, RecursionError):
                event = json.loads(line)
                if all(isinstance(event.get(name, ""), str) for name in _TEXTS):
                    yield event
        elif match := _NOT_BUILT.match(line.decode(errors="replace")):  # Go before 1.24
            yield {"Package": match["package"], "Action": "fail", "FailedBuild": match["package"]}


def _take(run: PackageRun, event: Mapping[str, Any]) -> None:
    """Add what one event tells about a package or one of its tests."""
    action, test = event.get("Action"), event.get("Test", PACKAGE)
    if action == "output":
        _take_output(run, event)
    elif test == PACKAGE:
        if action in ("pass", "fail", "skip"):
            run.passed = action != "fail"
            elapsed = event.get("Elapsed", 0)
            run.seconds = float(elapsed) if isinstance(elapsed, int | float) else 0.0
        if broken := event.get("FailedBuild"):
            run.unbuilt = plain_import_path(broken)
    elif action == "run":
        run.tests[test] = Outcome.UNFINISHED
    elif action in ("pass", "fail", "skip"):
        run.tests[test] = {"pass": Outcome.PASSED, "fail": Outcome.FAILED, "skip": Outcome.SKIPPED}[action]


def _take_output(run: PackageRun, event: Mapping[str, Any]) -> None:
    line = event.get("Output", "")
    if line.startswith(("panic: test timed out after", "*** Test killed")):
        run.timed_out = True
    elif "Test" in event:
        return
    elif _NOT_BUILT.match(line):
        run.unbuilt = run.unbuilt or event["Package"]


def _build_error(line: str) -> str:
    """The line if it names a place in a file, with the file's name alone: it may be a stand-in's."""
    match = _ERROR.match(line.strip())
    if match:
        return f"{Path(match['file']).name}:{match['rest']}"
    return "" if line.startswith(("#", "\t")) else line.strip()


def _first_error(stderr: bytes, package: str) -> str:
    """The first error under the heading ``# package``."""
    heading = ""
    for line in stderr.decode(errors="replace").splitlines():
        if line.startswith("# "):
            heading = plain_import_path(line[2:])
        elif heading == package and (error := _build_error(line)):
            return error
    return ""
