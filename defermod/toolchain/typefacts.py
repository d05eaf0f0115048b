"""Type facts, from the Go program in ``gofacts/`` run by ``go vet -vettool``.

The go command does the loading, the order and the caching: a package is looked at again only when
it, a dependency or the program changes.  The standard library's bodies are summarised once.

What this relies on, and what is done where it fails:

- The program is built with the Go version that vets, because it reads that version's export data;
  a module whose ``toolchain`` line selects another Go gets a program of its own.
- A package that does not type-check, or whose dependencies don't, has no facts: ``NoFacts``.
- Facts are for a text.  A file that changed between being read here and there has none.
"""

from __future__ import annotations

import atexit
import base64
import hashlib
import json
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from defermod.bounded import read_bounded
from defermod.files.private import cache_directory, is_sealed, made_private, sealed
from defermod.golang.facts import (
    ANYWHERE,
    CallFact,
    CallKind,
    DeferFact,
    EscapeSet,
    ExprFact,
    FileFacts,
    FunctionFact,
    HazardFact,
    Holds,
    Meant,
    NoFacts,
    Offsets,
    OperandEffect,
    PlaceFact,
    RangeOver,
    RiskFact,
)
from defermod.toolchain.go import Completed, Go, brief
from defermod.toolchain.overlay import Overlay, unsaved
from defermod.toolchain.packages import Group, plan

_MARKER = b"defermod-facts:"
_LARGEST_PROGRAM = 256 << 20
"""In bytes."""
_VERSION = 5
"""Of the report, as ``gofacts/report.go`` has it."""


class ToolError(Exception):
    """The Go program cannot be built here; the message says why."""


class Scope(Enum):
    """The declarations that the Go program describes, and the variable of it that says so."""

    LOOP_DEFERS = ""
    EVERY_DEFER = "everyDefer"
    EVERYTHING = "everything"

    @classmethod
    def of(cls, every_defer: bool, everything: bool) -> Scope:
        return cls.EVERYTHING if everything else cls.EVERY_DEFER if every_defer else cls.LOOP_DEFERS


def collect(
    go: Go,
    files: Iterable[Path],
    texts: Mapping[Path, bytes] | None = None,
    *,
    every_defer: bool = False,
    everything: bool = False,
    watch: Callable[[int, int], None] = lambda done, of: None,
) -> dict[Path, FileFacts | NoFacts]:
    """The facts about ``files``, by the path as given.

    ``texts`` stand in for the contents of files, whether these are among ``files`` or not.  ``every_defer``:
    describe each declaration with a ``defer``, not only those with one in a loop.  ``everything``: describe all.
    ``watch`` receives the number of finished packages and the total.
    One ``go vet`` a module and platform, over just the packages of ``files``.
    """
    given = {path: path.resolve() for path in files}
    changed = {path.resolve(): text for path, text in (texts or {}).items()}
    found: dict[Path, FileFacts | NoFacts] = {}
    contents: dict[Path, bytes] = {}
    for path in given.values():
        try:
            contents[path] = changed[path] if path in changed else path.read_bytes()
        except OSError as error:
            found[path] = NoFacts(f"it cannot be read: {error.strerror}")
    with Overlay(unsaved(changed)) as overlay:
        plans = plan(go, contents, overlay.flags())
        found |= {path: NoFacts(reason) for path, reason in plans.unvetted.items()}
        done, of = 0, sum(len(group.targets) for group in plans.groups)
        for group in plans.groups:
            watch(done, of)
            found |= _collect_group(go, group, overlay, contents, Scope.of(every_defer, everything))
            done += len(group.targets)
    return {path: found[real] for path, real in given.items()}


def _collect_group(
    go: Go, group: Group, overlay: Overlay, contents: Mapping[Path, bytes], scope: Scope
) -> dict[Path, FileFacts | NoFacts]:
    wanted = {path for target in group.targets for path in target.changed}
    try:
        tool = build_tool(go, _toolchain(go, group), scope)
        found = _ask(go, group, overlay, tool, contents)
        if any(isinstance(facts, NoFacts) for facts in found.values()):
            found |= _ask_in_part(go, group, overlay, tool, contents, found)
    except (ToolError, OSError) as error:
        return dict.fromkeys(wanted, NoFacts(f"the type checker cannot be run: {error}"))
    for path, facts in found.items():
        if isinstance(facts, FileFacts) and not facts.describes(contents[path]):
            found[path] = NoFacts("it changed while it was looked at")
    return found


def _ask_in_part(
    go: Go,
    group: Group,
    overlay: Overlay,
    tool: Path,
    contents: Mapping[Path, bytes],
    found: Mapping[Path, FileFacts | NoFacts],
) -> dict[Path, FileFacts | NoFacts]:
    """Ask smaller questions for files without facts: half of the packages, or one without its tests.

    One package can keep the go command from looking at any other, and a test file that doesn't compile takes the
    package along whose tests it is one of.
    """
    missed = {path for path, facts in found.items() if isinstance(facts, NoFacts)}
    silent = [t for t in group.targets if all(isinstance(found[p], _Silence) for p in t.changed)]
    better: dict[Path, FileFacts | NoFacts] = {}
    if len(group.targets) > 1 and silent:
        half = -(-len(silent) // 2)
        for some in (silent[:half], silent[half:]):
            if some:
                part = group.only(*some)
                answers = _ask(go, part, overlay, tool, contents)
                better |= answers | _ask_in_part(go, part, overlay, tool, contents, answers)
        return better
    for target in group.targets:
        tests = frozenset(target.directory.glob("*_test.go"))
        rest = (target.changed & missed) - tests
        if rest and tests and not target.hidden and not target.alone:
            better |= _ask(go, group.only(replace(target, changed=rest, hidden=tests)), overlay, tool, contents)
    return better


class _Silence(NoFacts):
    """The go command said nothing about a file, and so perhaps nothing at all."""


def _ask(
    go: Go, group: Group, overlay: Overlay, tool: Path, contents: Mapping[Path, bytes]
) -> dict[Path, FileFacts | NoFacts]:
    """One run of the go command; every file of the group has an answer.  Raises OSError if it can't be started."""
    wanted = {path for target in group.targets for path in target.changed}
    done = _vet(go, group, overlay, tool)
    if done.timed_out:
        return dict.fromkeys(wanted, NoFacts("the type checker took too long"))
    found: dict[Path, FileFacts | NoFacts] = {}
    for report in _reports(done):
        for path, facts in _read(report, overlay):
            # A file is part of its package and of the package as its tests see it; one will do.
            for home in homes(path, facts, wanted, contents):
                if not isinstance(found.get(home), FileFacts):
                    found[home] = facts
    silence = _Silence(f"go vet says nothing about it{': ' if done.complaint else ''}{done.complaint}")
    for path in wanted:
        found.setdefault(path, silence)
    return found


def homes(
    path: Path, facts: FileFacts | NoFacts, wanted: Collection[Path], contents: Mapping[Path, bytes]
) -> list[Path]:
    """Return the files in ``wanted`` that the facts about ``path`` describe.

    The go command's cache is shared: for the standard library it may repeat what was said about the same file of
    another installation.  Then name and content tell which file is meant.
    """
    if path in wanted:
        return [path]
    if isinstance(facts, NoFacts):
        return []
    return [one for one in wanted if one.name == path.name and facts.describes(contents[one])]


def _vet(go: Go, group: Group, overlay: Overlay, tool: Path) -> Completed:
    hidden = [path for target in group.targets for path in target.hidden]
    command = ["vet", f"-vettool={tool}", "-json", *overlay.flags(hidden), *group.flags, *group.arguments()]
    return go.run(command, cwd=group.root, variables=dict(group.variables))


def _toolchain(go: Go, group: Group) -> str:
    """The Go version that a command runs in the group's directory: go.mod may select one.  Raises ToolError."""
    done = go.run(["env", "GOVERSION"], cwd=group.root, variables=dict(group.variables))
    version = done.stdout.decode(errors="replace").strip()
    if done.code or not version:
        raise ToolError(done.complaint or "go env says nothing")
    return version


def build_tool(go: Go, version: str, scope: Scope = Scope.LOOP_DEFERS) -> Path:
    """The path of the Go program, built by Go ``version`` unless the user's cache has it already.

    Raises ToolError when it cannot be built, and OSError when the cache cannot be written.
    """
    sources = _sources()
    sources["go.mod"] = _for_language(sources["go.mod"], version)
    digest = hashlib.sha256()
    for name, text in sources.items():
        digest.update(f"{name}\0{len(text)}\0".encode() + text)
    stem = {Scope.LOOP_DEFERS: "gofacts", Scope.EVERY_DEFER: "gofacts-every-defer"}.get(scope, "gofacts-everything")
    name = f"{stem}.exe" if os.name == "nt" else stem
    linked = [f"-ldflags=-X main.{scope.value}=yes"] if scope.value else []
    folder = f"{re.sub(r'[^A-Za-z0-9.+-]', '-', version)}-{digest.hexdigest()[:16]}"
    home = _program_directory(folder)
    tool = home / name
    if _is_ours(tool):
        return tool
    # Others may be building it too: whoever is last wins, and all have the same.
    with tempfile.TemporaryDirectory(prefix="build-", dir=home) as scratch:
        for source, text in sources.items():
            Path(scratch, source).write_bytes(text)
        built = Path(scratch, name)
        done = go.run(
            ["build", "-trimpath", "-buildvcs=false", *linked, "-o", str(built), "."],
            cwd=Path(scratch),
            variables=_build_environment(go, version),
        )
        if done.code:
            raise ToolError(done.complaint or "go build failed")
        # First the seal: a program without its own is built again, and one with another's too.
        if (seal := sealed(_identity(tool, built.read_bytes()))) is not None:
            Path(scratch, "seal").write_bytes(seal)
            Path(scratch, "seal").replace(_seal_of(tool))
        try:
            built.replace(tool)
        except PermissionError:  # on Windows, when another process runs the one that is there
            if not _is_ours(tool):
                raise
        else:
            if seal is None:
                _BUILT_HERE.add(tool)
    return tool


def _for_language(module: bytes, version: str) -> bytes:
    """The helper's go.mod for the language of the Go that builds it.

    The line decides how go/types behaves in the program: below 1.23, for one, a generic alias in any dependency
    keeps a package from being type-checked.
    """
    match = re.search(r"go(1\.\d+)", version)
    return re.sub(rb"(?m)^go .*$", b"go " + match[1].encode(), module) if match else module


_BUILT_HERE: set[Path] = set()
"""The programs that this run has built in a directory of its own."""


def _program_directory(name: str) -> Path:
    """The directory for the program, one that nobody else can write: below the user's caches, or one for this run.

    Raises OSError when there is no place for it.
    """
    directory = cache_directory()
    if directory is not None and sealed(b"") is not None:
        home = directory / "gofacts" / name
        if made_private(directory) and made_private(directory / "gofacts") and made_private(home):
            return home
    return _directory_of_this_run()


@lru_cache(maxsize=1)
def _directory_of_this_run() -> Path:
    directory = Path(tempfile.mkdtemp(prefix="defermod-gofacts-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


def _seal_of(tool: Path) -> Path:
    return tool.with_name(f"{tool.name}.seal")


def _identity(tool: Path, content: bytes) -> bytes:
    """Return what is sealed of the program: its path and contents."""
    return f"{tool.parent.name}/{tool.name}\0".encode() + hashlib.sha256(content).digest()


def _is_ours(tool: Path) -> bool:
    """Return True if this user's defermod has built the program that is there."""
    if tool in _BUILT_HERE:
        return True
    try:
        seal = read_bounded(_seal_of(tool), 1024, follow=False)
        return is_sealed(_identity(tool, read_bounded(tool, _LARGEST_PROGRAM, follow=False)), seal)
    except OSError:
        return False


def _build_environment(go: Go, version: str) -> dict[str, str]:
    """For a program of this machine, whatever the user builds for and with which flags."""
    variables = {"GOOS": "", "GOARCH": "", "GOFLAGS": "", "GOWORK": "off", "GO111MODULE": "on", "CGO_ENABLED": "0"}
    if version != go.version:
        variables["GOTOOLCHAIN"] = version
    return variables


def _sources() -> dict[str, bytes]:
    folder = resources.files("defermod.toolchain").joinpath("gofacts")
    wanted = (".go", ".mod", ".txt")
    found = ((entry.name, entry) for entry in folder.iterdir() if entry.name.endswith(wanted))
    return {name: entry.read_bytes() for name, entry in sorted(found, key=lambda pair: pair[0])}


def _reports(done: Completed) -> Iterator[dict[str, Any]]:
    """Yield the program's reports: on stdout since Go 1.26 or so, amid other things on stderr before."""
    for line in (*done.stdout.splitlines(), *done.stderr.splitlines()):
        if line.startswith(_MARKER):
            report = json.loads(zlib.decompress(base64.b64decode(line[len(_MARKER) :])))
            if report["version"] == _VERSION:
                yield report


def _read(report: Mapping[str, Any], overlay: Overlay) -> Iterator[tuple[Path, FileFacts | NoFacts]]:
    for name in report.get("ignored", ()):
        yield overlay.original(Path(name)), NoFacts("build constraints leave it out of its package")
    for name in report.get("cgo", ()):
        yield overlay.original(Path(name)), NoFacts('it imports "C"')
    if error := report.get("error"):
        place, _, rest = error.partition(": ")
        rest = re.sub(r"\n\s+", ", ", rest)  # "have (int)" and "want ()" have lines of their own
        reason = NoFacts(brief(f"it does not type-check: {Path(place).name}: {rest}" if rest else error))
        for file in report["files"]:
            yield overlay.original(Path(file["path"])), reason
        return
    ending = frozenset(report.get("ending", ()))
    types = tuple(
        ExprFact(name, Holds(holds), index in ending, kind) for index, (name, holds, kind) in enumerate(report["types"])
    )
    for file in report["files"]:
        yield overlay.original(Path(file["path"])), _file_facts(file, types)


def _file_facts(file: Mapping[str, Any], types: tuple[ExprFact, ...]) -> FileFacts:
    return FileFacts(
        digest=file["sum"],
        language=_language(file["go"]),
        declarations=tuple((start, end) for start, end in file["decls"]),
        types=types if file["decls"] else (),
        expression_types={(start, end): index for start, end, index in file["exprs"]},
        calls={(call["span"][0], call["span"][1]): _call_fact(call, types) for call in file["calls"]},
        ranges={(item["span"][0], item["span"][1]): RangeOver(item["over"]) for item in file["ranges"]},
        hidden=frozenset((start, end) for start, end in file["hidden"]),
        decided={_offsets(item["span"]): item["value"] for item in file.get("decided", ())},
        defers={_offsets(item["span"]): _defer_fact(item) for item in file.get("defers", ())},
        functions={_offsets(item["span"]): _function_fact(item) for item in file.get("functions", ())},
    )


def _language(version: str) -> tuple[int, int] | None:
    numbers = version.removeprefix("go").split(".")
    try:
        return int(numbers[0]), int(numbers[1])
    except (IndexError, ValueError):
        return None


def _call_fact(call: Mapping[str, Any], types: tuple[ExprFact, ...]) -> CallFact:
    return CallFact(
        kind=CallKind(call["kind"]),
        callee=call.get("callee", ""),
        has_receiver=call.get("method", False),
        flows=tuple(_flow(text) for text in call["flows"]),
        results=tuple(types[index] for index in call["results"]),
        old=call.get("old", False),
        kept=call.get("kept", False),
        recovers=call.get("recovers"),
        traits=frozenset(call.get("traits", ())),
    )


def _defer_fact(item: Mapping[str, Any]) -> DeferFact:
    return DeferFact(tuple(map(_place_fact, item.get("places") or ())), item.get("deadlock", False))


def _function_fact(item: Mapping[str, Any]) -> FunctionFact:
    return FunctionFact(
        risks=tuple(RiskFact(_offsets(risk["span"]), risk["why"]) for risk in item["risks"]),
        meant=Meant(item.get("meant", "")),
        caught_by=item.get("by", ""),
        quiet=frozenset(_offsets(each["span"]) for each in item["defers"] if each.get("quiet")),
        lasting=frozenset(_offsets(pair) for each in item["defers"] for pair in each["lasting"]),
        staying=frozenset(map(_offsets, item["staying"])),
        exposed=frozenset(map(_offsets, item["exposed"])),
        addressed=frozenset(map(_offsets, item["addressed"])),
        framed=frozenset(map(_offsets, item["framed"])),
    )


def _place_fact(item: Mapping[str, Any]) -> PlaceFact:
    hazards = tuple(map(_hazard_fact, item.get("hazards") or ()))
    return PlaceFact(_offsets(item["list"]), _offsets(item["loop"]), hazards, tuple(item.get("assumes") or ()))


def _hazard_fact(item: Mapping[str, Any]) -> HazardFact:
    return HazardFact(
        code=item["code"],
        message=item["message"],
        span=_offsets(item["span"]),
        note=item["note"],
        callee=item.get("callee", ""),
        forbids=item.get("forbids", False),
        helper=item.get("helper", ""),
    )


def _offsets(pair: Sequence[int]) -> Offsets:
    start, end = pair
    return start, end


def _flow(text: str) -> OperandEffect:
    """Read ``-``, or ends such as ``r0,p1,m:heap,m:?``."""
    ends = [] if text == "-" else text.split(",")
    return OperandEffect(
        whole=_reach([end for end in ends if not end.startswith("m:")]),
        memory=_reach([end[2:] for end in ends if end.startswith("m:")]),
    )


def _reach(ends: list[str]) -> EscapeSet:
    if "?" in ends:
        return ANYWHERE
    return EscapeSet(
        heap="heap" in ends,
        results=tuple(dict.fromkeys(int(end[1:]) for end in ends if end[0] in "ri")),
        operands=tuple(int(end[1:]) for end in ends if end[0] == "p"),
    )
