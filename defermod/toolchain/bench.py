"""Benchmarks of packages: run with a CPU profile, and run before and after to be compared.

Everything is written to temporary directories; what the benchmarks themselves write is theirs.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from defermod.toolchain import packages
from defermod.toolchain.go import BUILD_TIMEOUT, Completed, Go
from defermod.toolchain.overlay import Overlay
from defermod.toolchain.packages import Group
from defermod.toolchain.pprof import ProfileError, Share, read

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


def timed(go: Go, group: Group, pattern: str, overlay: Overlay, benchtime: str) -> dict[str, float] | str:
    """One run of the benchmarks of the one package of ``group``: ns/op by name, or what went wrong."""
    done = _run(go, group, pattern, [f"-benchtime={benchtime}", *overlay.flags()])
    return _complaint(done) if done.code or done.timed_out else _times(done)


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
