"""Everything about the cases that takes subprocesses: done for all of them at once, and once per test run.

Building a program costs a third of a second, most of it fixed costs, so all cases of one language version are
packages of one module.  With pytest-xdist the first worker does the work and the others wait for it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from defermod.engine import analyse
from defermod.toolchain.go import Go, find_go, run
from tests.goldens.cases import Case
from tests.goldens.relation import Trace

SIDES = ("before", "after")
_PATIENCE = 900.0
_PROGRAM_TIMEOUT = 30.0
_SIDE_AND_NAME = re.compile(rf"\b({'|'.join(SIDES)})/([\w-]+)")
_PANIC = re.compile(r"^(?:panic|fatal error): .*?(?=\n\n|\Z)", re.DOTALL | re.MULTILINE)
_SETTINGS = {"GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "", "GO111MODULE": "on", "CGO_ENABLED": "0"}


class NoGo(RuntimeError):
    """There is no Go to build the cases with."""


@dataclass(slots=True)
class Work:
    """What Go, the command line and ``git apply`` made of the cases.  The keys are ``side/case`` or ``case``."""

    unformatted: list[str] = field(default_factory=list)
    complaints: dict[str, str] = field(default_factory=dict)
    """What ``go vet`` said, compile errors included."""
    traces: dict[str, Trace] = field(default_factory=dict)
    statuses: dict[str, dict[str, str]] = field(default_factory=dict)
    """From the command line's JSON: for each case, line to status."""
    written: dict[str, bytes] = field(default_factory=dict)
    """The files as ``defermod fix`` left them."""
    patched: dict[str, bytes] = field(default_factory=dict)
    """The files as ``defermod fix --diff`` and ``git apply`` left them."""


def update(cases: Iterable[Case]) -> None:
    """Write ``output.go`` of every case anew.  Nothing else is ever written to ``golden/``."""
    for case in cases:
        result = analyse("input.go", case.input, case.options)
        if result.changed:
            case.output_path.write_bytes(result.after)
        else:
            case.output_path.unlink(missing_ok=True)


def work(cases: Sequence[Case], directory: Path) -> Work:
    """Vet, build and run both programs of every case, and run the command line over all inputs.

    Raises NoGo.
    """
    go = find_go()
    if go is None:
        raise NoGo
    done = Work()
    for version in sorted({case.go for case in cases}):
        chosen = [case for case in cases if case.go == version]
        module = _module(directory / "programs" / _dotted(version), version)
        _programs(go, module, chosen, done)
        for unsafe in (False, True):
            some = [case for case in chosen if case.unsafe_fixes is unsafe]
            if some:
                kind = "unsafe" if unsafe else "safe"
                _command_line(directory / kind / _dotted(version), version, some, done, unsafe=unsafe)
    return done


def once(directory: Path, make: Callable[[], Work]) -> Work:
    """The value of ``make()``, made by whichever process comes first and read from a file by the others."""
    directory.mkdir(parents=True, exist_ok=True)
    result = directory / "work.json"
    try:
        (directory / "lock").mkdir()
    except FileExistsError:
        return _wait_for(result)
    try:
        done = make()
    except BaseException as error:
        _publish(result, {"error": repr(error), "no_go": isinstance(error, NoGo)})
        raise
    _publish(result, _plain(done))
    return done


def _programs(go: Go, module: Path, cases: Sequence[Case], done: Work) -> None:
    for case in cases:
        _put(module / "before" / case.name, case.input)
        if case.changes:
            _put(module / "after" / case.name, case.output)
    unformatted = run([go.gofmt, "-l", "."], environment=go.environment, cwd=module)
    for line in (unformatted.stdout + unformatted.stderr).decode().splitlines():
        done.unformatted += ["/".join(match.groups()) for match in _SIDE_AND_NAME.finditer(line.replace("\\", "/"))]
    _complaints(go.run(["vet", "./..."], cwd=module, variables=_SETTINGS).stderr.decode(), done)
    for side in SIDES:
        names = [case.name for case in cases if case.changes and f"{side}/{case.name}" not in done.complaints]
        if not names:
            continue
        binaries = module / ".bin" / side
        binaries.mkdir(parents=True)
        packages = [f"./{side}/{name}" for name in names]
        built = go.run(["build", "-ldflags=-s -w", "-o", f"{binaries}{os.sep}", *packages], cwd=module, variables=_SETTINGS)
        _complaints(built.stderr.decode(), done)
        for name in names:
            binary = binaries / (f"{name}.exe" if go.goos == "windows" else name)
            if binary.exists():
                done.traces[f"{side}/{name}"] = _trace(binary)


def _complaints(stderr: str, done: Work) -> None:
    """Share out what go said among the packages that it was said of."""
    about = ""
    for line in stderr.splitlines():
        if match := _SIDE_AND_NAME.search(line.replace("\\", "/")):
            about = "/".join(match.groups())
        if not line.startswith("#"):
            done.complaints[about] = f"{done.complaints.get(about, '')}{line}\n"


def _trace(binary: Path) -> Trace:
    ended = subprocess.run([binary], capture_output=True, cwd=binary.parent, timeout=_PROGRAM_TIMEOUT, check=False)
    panic = _PANIC.search(ended.stderr.decode().replace("\r\n", "\n"))
    lines = ended.stdout.decode().splitlines()
    return Trace(tuple(lines), panic[0] if panic else "", ended.returncode)


def _command_line(
    directory: Path, version: tuple[int, int], cases: Sequence[Case], done: Work, *, unsafe: bool
) -> None:
    """Run ``fix --diff`` and ``git apply`` on one copy of the inputs, and ``fix`` on the same copy afterwards."""
    module = _module(directory, version)
    for case in cases:
        _put(module / case.name, case.input)
    flags = ["--unsafe-fixes"] if unsafe else []
    diff = _defermod(["fix", "--diff", *flags], module, expected=(0, 1))
    for case in cases:
        assert (module / case.name / "main.go").read_bytes() == case.input, f"fix --diff wrote to {case.name}"
    fixed = json.loads(_defermod(["fix", "--output-format", "json", *flags], module, expected=(0,)))
    for finding in fixed["findings"]:
        name = Path(finding["path"]).parent.name
        done.statuses.setdefault(name, {})[str(finding["line"])] = finding["status"]
    for case in cases:
        done.written[case.name] = (module / case.name / "main.go").read_bytes()
        _put(module / case.name, case.input)
    if diff:
        subprocess.run(["git", "apply", "-"], input=diff, cwd=module, check=True, env=_outside_git(module))
    for case in cases:
        done.patched[case.name] = (module / case.name / "main.go").read_bytes()


def _defermod(arguments: Sequence[str], cwd: Path, expected: tuple[int, ...]) -> bytes:
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "defermod", *arguments]
    ended = subprocess.run(command, capture_output=True, cwd=cwd, env=environment, check=False)
    if ended.returncode not in expected:
        raise RuntimeError(f"{' '.join(arguments)}: exit status {ended.returncode}\n{ended.stderr.decode()}")
    return ended.stdout


def _outside_git(directory: Path) -> dict[str, str]:
    """An environment in which git takes ``directory`` for no part of a repository, and has no settings."""
    nothing = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return os.environ | nothing | {"GIT_CEILING_DIRECTORIES": str(directory.resolve().parent)}


def _module(directory: Path, version: tuple[int, int]) -> Path:
    directory.mkdir(parents=True)
    (directory / "go.mod").write_text(f"module golden\n\ngo {_dotted(version)}\n")
    return directory


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


def _put(directory: Path, text: bytes) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "main.go").write_bytes(text)


def _wait_for(result: Path) -> Work:
    deadline = time.monotonic() + _PATIENCE
    while not result.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {result} after {_PATIENCE:.0f} seconds")
        time.sleep(0.1)
    data = json.loads(result.read_text("utf-8"))
    if "error" in data:
        raise NoGo if data["no_go"] else RuntimeError(data["error"])
    return _revived(data)


def _publish(result: Path, data: dict[str, Any]) -> None:
    """Write the file so that nobody ever sees half of it."""
    part = result.with_suffix(".part")
    part.write_text(json.dumps(data), "utf-8")
    part.replace(result)


def _plain(done: Work) -> dict[str, Any]:
    data = asdict(done)
    for key in ("written", "patched"):
        data[key] = {name: text.decode("latin-1") for name, text in data[key].items()}
    return data


def _revived(data: dict[str, Any]) -> Work:
    for key in ("written", "patched"):
        data[key] = {name: text.encode("latin-1") for name, text in data[key].items()}
    data["traces"] = {
        name: Trace(tuple(trace["lines"]), trace["panic"], trace["status"]) for name, trace in data["traces"].items()
    }
    return Work(**data)
