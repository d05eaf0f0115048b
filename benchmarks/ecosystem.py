"""Compare defermod before and after a change on real repositories: one fleet with an earlier commit and with this tree.

    python benchmarks/ecosystem.py COMMIT TARGETS [--work DIR] [--workers N] [-- check|fix|run ...]

COMMIT, of this repository, is installed into an environment of its own; then both run over TARGETS, as ``defermod fleet
run`` takes them, and ``defermod fleet diff`` prints what is new, gone or changed.  The default command is ``check``.
Each has a cache of its own.  A run that was stopped goes on.  Exit status 1 if anything differs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str]) -> int:
    """Install the commit, run both, and print what differs.  Raises subprocess.CalledProcessError."""
    ours, command = _divided(list(arguments))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit")
    parser.add_argument("targets", nargs="+")
    parser.add_argument("--work", type=Path, help="kept, so that nothing is done twice")
    parser.add_argument("--workers", default="1")
    given = parser.parse_args(ours)
    found = _output("git", "-C", str(ROOT), "rev-parse", "--verify", f"{given.commit}^{{commit}}")
    with tempfile.TemporaryDirectory() as temporary:
        work = (given.work or Path(temporary)).absolute()
        before = ["--program", str(_installed(work / found[:12], found))]
        for name, more in (("before", before), ("after", [])):
            words = ["fleet", "run", *given.targets, "--db", str(work / f"{name}.db"), "--workers", given.workers]
            own = {**os.environ, "DEFERMOD_CACHE_DIR": str(work / f"cache-{name}")}
            subprocess.run(_defermod(*words, *more, "--", *(command or ["check"])), env=own, check=False)
        words = ["fleet", "diff", str(work / "before.db"), str(work / "after.db")]
        return subprocess.run(_defermod(*words), check=False).returncode


def _installed(directory: Path, commit: str) -> Path:
    """The program of a commit, in an environment in ``directory``; whatever is there is used."""
    program = directory / "venv" / ("Scripts" if os.name == "nt" else "bin") / "defermod"
    if not program.exists():
        source = directory / "source"
        source.mkdir(parents=True, exist_ok=True)
        archive = subprocess.run(["git", "-C", str(ROOT), "archive", commit], stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["tar", "-x", "-C", str(source)], input=archive, check=True)
        subprocess.run([sys.executable, "-m", "venv", str(directory / "venv")], check=True)
        subprocess.run([str(program.parent / "python"), "-m", "pip", "install", "-q", str(source)], check=True)
    return program


def _defermod(*words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "defermod", *words]


def _divided(arguments: list[str]) -> tuple[list[str], list[str]]:
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:at], arguments[at + 1 :]


def _output(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
