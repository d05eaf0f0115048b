"""What the tests that run the whole program in a process of its own share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_NO_DISTRIBUTIONS = """import importlib.metadata as m

def distribution(name):
    raise m.PackageNotFoundError(name)

m.distribution = distribution
"""


def command(*arguments: str | Path) -> list[str]:
    """The command line that runs the program from this checkout."""
    return [sys.executable, "-m", "defermod", *(str(argument) for argument in arguments)]


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for ``command``."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **(changes or {})}


def without_go(directory: Path) -> dict[str, str]:
    """Changes to the environment that hide every go command; ``directory`` is for what that takes."""
    (directory / "sitecustomize.py").write_text(_NO_DISTRIBUTIONS)
    return {"PATH": "/nowhere", "PYTHONPATH": f"{directory}{os.pathsep}{ROOT}"}


def defermod(
    *arguments: str | Path, cwd: Path, changes: Mapping[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """One run of the program in ``cwd``."""
    return subprocess.run(
        command(*arguments), cwd=cwd, env=environment(changes), capture_output=True, text=True, timeout=timeout
    )
