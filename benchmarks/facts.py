"""Measure what the type facts cost beyond the `go vet` that anybody runs.

    python benchmarks/facts.py DIRECTORY...

Each DIRECTORY is a module whose dependencies are there (``go mod download``).  Everything is measured in CPU seconds of
all processes, user and system, which a busy machine changes less than the time on the clock, with a build cache of
the module's own, in this order:

1. ``compile``: ``go list -export -deps -test``, the export data that both need;
2. ``vet``: ``go vet ./...``, nothing cached but that;
3. ``facts``: the same with the program that tells the facts, nothing cached but the export data;
4. and 5. both again, all cached.

A cold ``go vet`` is 1 and 2 together.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

_HELPER = Path(__file__).parents[1] / "defermod" / "toolchain" / "gofacts"


def main() -> int:
    """Print one line for each directory."""
    titles = (
        ("compile", 9),
        ("vet", 9),
        ("facts", 9),
        ("of cold vet", 13),
        ("vet again", 11),
        ("facts again", 13),
        ("ratio", 7),
    )
    print(" " * 24 + "".join(title.rjust(width) for title, width in titles))
    with tempfile.TemporaryDirectory() as folder:
        helper = Path(folder) / "gofacts"
        subprocess.run(["go", "build", "-o", str(helper), "."], cwd=_HELPER, check=True)
        for name in sys.argv[1:]:
            with tempfile.TemporaryDirectory() as cache:
                _measure(Path(name), helper, dict(os.environ) | {"GOCACHE": cache})
    return 0


def _measure(directory: Path, helper: Path, environment: dict[str, str]) -> None:
    def seconds(*command: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["go", *command, "./..."], cwd=directory, env=environment, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    compiling = seconds("list", "-export", "-deps", "-test", "-f", "{{.Export}}")
    vet, facts = (seconds(*command) for command in _commands(helper))
    again = [seconds(*command) for command in _commands(helper)]
    print(
        f"{directory.name:24}{compiling:9.1f}{vet:9.1f}{facts:9.1f}{facts / (compiling + vet):13.0%}"
        f"{again[0]:11.2f}{again[1]:13.2f}{again[1] / again[0]:7.2f}",
        flush=True,
    )


def _commands(helper: Path) -> list[tuple[str, ...]]:
    return [("vet",), ("vet", f"-vettool={helper}", "-json")]


if __name__ == "__main__":
    raise SystemExit(main())
