"""Small repositories with real remotes, and a fleet over them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support_cli import defermod, git_without_settings

LOOP = """package m{0}

import "os"

func Load{0}(paths []string) (int, error) {{
	total := 0
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
		total += int(st.Size())
	}}
	return total, nil
}}
"""
_WHO = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_DATE": "1700000000 +0000",
}


def git(directory: Path, *arguments: str, stdin: str | None = None) -> str:
    """Return git's output in ``directory``; it must not fail."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=directory,
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **_WHO, **git_without_settings()},
    )
    return done.stdout.strip()


def module(directory: Path, number: int = 0, files: Mapping[str, str] | None = None) -> Path:
    """A directory with a module that has one defer in a loop."""
    directory.mkdir(parents=True)
    (directory / "go.mod").write_text(f"module example.com/m{number}\n\ngo 1.22\n")
    (directory / "a.go").write_text(LOOP.format(number))
    for name, text in (files or {}).items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    return directory


def repository(directory: Path, number: int = 0, files: Mapping[str, str] | None = None) -> Path:
    """The same as a repository with one commit on ``main``."""
    module(directory, number, files)
    git(directory, "init", "-q", "-b", "main")
    git(directory, "add", "-A", "-f")
    git(directory, "commit", "-qm", "first")
    return directory


def remotes(directory: Path, count: int) -> list[str]:
    """Addresses of bare repositories, made without a working tree each."""
    addresses = []
    for number in range(count):
        bare = directory / f"r{number:03}.git"
        bare.mkdir(parents=True)
        git(bare, "init", "-q", "--bare", "-b", "main")
        stream = "commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata 5\nfirst\n"
        files = {"go.mod": f"module example.com/m{number}\n\ngo 1.22\n", "a.go": LOOP.format(number)}
        for name, text in files.items():
            stream += f"M 100644 inline {name}\ndata {len(text)}\n{text}\n"
        git(bare, "fast-import", "--quiet", stdin=stream)
        addresses.append(bare.as_uri())
    return addresses


def fleet(
    *arguments: str | Path, cwd: Path, changes: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One run of ``defermod fleet`` with a cache of its own in ``cwd``."""
    own = {"DEFERMOD_CACHE_DIR": str(cwd / "cache"), **_WHO, **(changes or {})}
    return defermod("fleet", *arguments, cwd=cwd, changes=own, timeout=300)


def report(database: str, cwd: Path, *flags: str) -> dict[str, Any]:
    """The report of a file of results, as JSON."""
    done = fleet("report", database, "--output-format", "json", *flags, cwd=cwd)
    assert done.returncode == 0, done.stderr
    data: dict[str, Any] = json.loads(done.stdout)
    return data


def states(data: dict[str, Any]) -> dict[str, str]:
    """State, and reason where there is one, by short name."""
    return {
        one["name"]: one["state"] + (f": {one['reason']}" if one.get("reason") else "") for one in data["repositories"]
    }
