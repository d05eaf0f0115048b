"""Everything about the cases that takes subprocesses: done for all of them at once, and once per test run.

Building a program costs a third of a second, most of it fixed costs, so all cases of one language version are
packages of one module: their inputs in ``before/``, their outputs in ``after/``.  With pytest-xdist the first
worker does the work and the others wait for it.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from defermod.engine.fixpoint import analyse
from defermod.golang.facts import FileFacts, NoFacts
from defermod.model import FileResult
from defermod.toolchain.go import Go, find_go, run
from defermod.toolchain.modules import language_version
from defermod.toolchain.typefacts import collect
from tests.goldens.cases import Case
from tests.goldens.relation import Trace
from tests.support_cli import git_without_settings

BEFORE, AFTER = "before", "after"
_PATIENCE = 900.0
_PROGRAM_TIMEOUT = 30.0
_SIDE_AND_NAME = re.compile(rf"\b({BEFORE}|{AFTER})/([\w-]+)")
_PANIC = re.compile(r"^(?:panic|fatal error): .*?(?=\n\n|\Z)", re.DOTALL | re.MULTILINE)
_SETTINGS = {"GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "", "GO111MODULE": "on", "CGO_ENABLED": "0"}


class NoGoError(RuntimeError):
    """There is no Go to build the cases with."""


@dataclass(slots=True)
class Work:
    """The outputs of the API, Go, the command line and ``git apply`` for the cases, by their names."""

    results: dict[str, FileResult] = field(default_factory=dict)
    """The API, with what Go's type checker knows of the input."""
    untyped: dict[str, FileResult] = field(default_factory=dict)
    """The API, with nothing but the text."""
    again: dict[str, FileResult] = field(default_factory=dict)
    """The API, on what it made of the input."""
    unformatted: list[str] = field(default_factory=list)
    """``before/case`` or ``after/case``, as in the next two."""
    complaints: dict[str, str] = field(default_factory=dict)
    """The messages of ``go vet``, compile errors included."""
    traces: dict[str, Trace] = field(default_factory=dict)
    statuses: dict[str, dict[int, str]] = field(default_factory=dict)
    """From the command line's JSON: line to status."""
    written: dict[str, bytes] = field(default_factory=dict)
    """The files as ``defermod fix`` left them."""
    patched: dict[str, bytes] = field(default_factory=dict)
    """The files as ``defermod fix --diff`` and ``git apply`` left them."""


def work(cases: Sequence[Case], directory: Path, *, update: bool = False, every: int = 1) -> Work:
    """Do all of it.  With ``update`` write every ``output.go`` anew on the way.  Raises NoGoError.

    The programs of one case in ``every`` are run: linking them takes longest, and what they print changes with the
    case alone.
    """
    go = find_go()
    if go is None:
        raise NoGoError
    done = Work()
    modules: dict[Path, list[Case]] = {}
    for version in sorted({case.go for case in cases}):
        module = _module(directory / "programs" / _dotted(version), version)
        modules[module] = [case for case in cases if case.go == version]
        _analyse(go, module, modules[module], done)
        if update:
            write_outputs(modules[module], done.results)
    # What the others are at is mostly waiting for one process: two at a time.
    with ThreadPoolExecutor(2) as pool:
        tasks = [pool.submit(_command_line, directory / "command-line", cases, done)]
        tasks += [pool.submit(_look_and_run, go, module, chosen, done, every) for module, chosen in modules.items()]
        for task in tasks:
            task.result()
    return done


def _look_and_run(go: Go, module: Path, cases: Sequence[Case], done: Work, every: int) -> None:
    _look(go, module, cases, done)
    _run(go, module, [case for case in cases if is_run(case, every)], done)


def is_run(case: Case, every: int) -> bool:
    """Return True if the programs of the case are among those that are run."""
    return zlib.crc32(case.name.encode()) % every == 0


def write_outputs(cases: Iterable[Case], results: dict[str, FileResult]) -> None:
    """Write ``output.go`` of every case anew.  Nothing else is ever written to ``golden/``."""
    for case in cases:
        result = results[case.name]
        if result.changed:
            case.output_path.write_bytes(result.after)
        else:
            case.output_path.unlink(missing_ok=True)


def once(directory: Path, make: Callable[[], Work]) -> Work:
    """The value of ``make()``, made by whichever process comes first and read from a file by the others."""
    directory.mkdir(parents=True, exist_ok=True)
    result = directory / "work.pickle"
    try:
        (directory / "lock").mkdir()
    except FileExistsError:
        return _wait_for(result)
    try:
        done = make()
    except BaseException as error:
        _publish(result, NoGoError() if isinstance(error, NoGoError) else RuntimeError(repr(error)))
        raise
    _publish(result, done)
    return done


def _analyse(go: Go, module: Path, cases: Sequence[Case], done: Work) -> None:
    """The input with type facts and without, and the outcome with the facts about that."""
    for case in cases:
        _put(module / BEFORE / case.name, case.input)
    known = _facts(go, module / BEFORE, cases)
    for case in cases:
        done.results[case.name] = _result(module / BEFORE, case, case.input, known.get(case.name))
        done.untyped[case.name] = _result(module / BEFORE, case, case.input, None)
    changed = [case for case in cases if done.results[case.name].changed]
    for case in changed:
        _put(module / AFTER / case.name, done.results[case.name].after)
    known = _facts(go, module / AFTER, changed)
    for case in changed:
        done.again[case.name] = _result(module / AFTER, case, done.results[case.name].after, known.get(case.name))


def _facts(go: Go, side: Path, cases: Sequence[Case]) -> dict[str, FileFacts]:
    found: dict[Path, FileFacts | NoFacts] = {}
    for rule in sorted({case.rule for case in cases}):
        files = [side / case.name / "main.go" for case in cases if case.rule == rule]
        found |= collect(go, files, every_defer=rule != "defer-in-loop", everything=rule == "conditional-release")
    return {path.parent.name: facts for path, facts in found.items() if isinstance(facts, FileFacts)}


def _result(side: Path, case: Case, text: bytes, facts: FileFacts | None) -> FileResult:
    path = side / case.name / "main.go"
    return analyse("main.go", text, case.options(language_version(path, text)), facts=facts)


def _look(go: Go, module: Path, cases: Sequence[Case], done: Work) -> None:
    """Run gofmt and go vet on the inputs and on the stored outputs."""
    for case in cases:
        if case.changes:
            _put(module / AFTER / case.name, case.output)
    unformatted = run([go.gofmt, "-l", "."], environment=go.environment, cwd=module)
    for line in (unformatted.stdout + unformatted.stderr).decode().splitlines():
        done.unformatted += ["/".join(match.groups()) for match in _SIDE_AND_NAME.finditer(line.replace("\\", "/"))]
    _complaints(go.run(["vet", "./..."], cwd=module, variables=_SETTINGS).stderr.decode(), done)


def _run(go: Go, module: Path, cases: Sequence[Case], done: Work) -> None:
    """Build and run the programs that there are two of."""
    for side in (BEFORE, AFTER):
        names = [case.name for case in cases if case.changes and f"{side}/{case.name}" not in done.complaints]
        if not names:
            continue
        binaries = module / ".bin" / side
        binaries.mkdir(parents=True)
        packages = [f"./{side}/{name}" for name in names]
        arguments = ["build", "-ldflags=-s -w", "-o", f"{binaries}{os.sep}", *packages]
        _complaints(go.run(arguments, cwd=module, variables=_SETTINGS).stderr.decode(), done)
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


def _command_line(directory: Path, cases: Sequence[Case], done: Work) -> None:
    """Run ``fix --diff`` on a copy of the inputs, then ``fix``, then the diff on the inputs put back.

    Cases of one language version and with the same settings are a module, which holds these: one run does them all.
    """
    groups = sorted({(case.go, case.settings) for case in cases})
    modules = [_module(directory / f"module{number}", version) for number, (version, _) in enumerate(groups)]
    for module, (_, settings) in zip(modules, groups, strict=True):
        (module / ".defermod.toml").write_text(settings, "utf-8")
    files = {case: modules[groups.index((case.go, case.settings))] / case.name / "main.go" for case in cases}
    for case, file in files.items():
        _put(file.parent, case.input)
    paths = [module.name for module in modules]
    diff = _defermod(["fix", "--diff", *paths], directory, expected=(0, 1))
    for case, file in files.items():
        if file.read_bytes() != case.input:
            raise RuntimeError(f"fix --diff wrote to {case.name}")
    fixed = json.loads(_defermod(["fix", "--output-format", "json", *paths], directory, expected=(0,)))
    for finding in fixed["findings"]:
        name = Path(finding["path"]).parent.name
        done.statuses.setdefault(name, {})[finding["line"]] = finding["status"]
    for case, file in files.items():
        done.written[case.name] = file.read_bytes()
        file.write_bytes(case.input)
    if diff:
        applied = run(["git", "apply", "-"], environment=_outside_git(directory), cwd=directory, stdin=diff)
        if applied.code:
            raise RuntimeError(f"git apply: {applied.stderr.decode()}")
    for case, file in files.items():
        done.patched[case.name] = file.read_bytes()


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
    return os.environ | git_without_settings() | {"GIT_CEILING_DIRECTORIES": str(directory.resolve().parent)}


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
    done: Work | Exception = pickle.loads(result.read_bytes())
    if isinstance(done, Exception):
        raise done
    return done


def _publish(result: Path, done: Work | Exception) -> None:
    """Write the file so that nobody ever sees half of it."""
    part = result.with_suffix(".part")
    part.write_bytes(pickle.dumps(done))
    part.replace(result)
