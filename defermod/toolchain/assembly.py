"""Defers in machine code: read from ``go build -gcflags='-S -d=defer=1'``.

A function is found by the line of its ``func``: the compiler's names for literals, for instances of generic functions
and for copies that were inlined elsewhere are many, and the position is one.

Of one function's code these instructions count:

- what stands for the lines of a ``defer`` statement registers the deferred call: for an open-coded defer it stores the
  call in the frame and sets a bit; for the others it calls ``runtime.deferproc...``;
- a call of ``runtime.deferreturn`` runs what was registered.  A function all of whose defers are open-coded has one of
  them, for the way back from a panic that was recovered;
- a store to the variable with the bits anywhere else is an exit that runs one open-coded call: it clears its bit.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from defermod.golang.loops import function_name, functions
from defermod.golang.statements import too_deep
from defermod.rewrite.counters import Counted, defers_of
from defermod.syntax.source import Source
from defermod.toolchain import packages
from defermod.toolchain.go import Go
from defermod.toolchain.overlay import Overlay, unsaved, without_line_directives
from defermod.toolchain.packages import Group

_SYMBOL = re.compile(r"^(?P<name>\S.*) STEXT (?:.* )?size=(?P<size>\d+)")
_INSTRUCTION = re.compile(r"^\t0x(?P<offset>[0-9a-f]+) \d+ \((?P<file>.+):(?P<line>\d+)\)\t(?P<text>[A-Z].*)$")
_KIND = re.compile(r"^(?P<file>.+\.go):(?P<line>\d+):\d+: (?P<kind>[\w-]+) defer$")
_FRAME = re.compile(r"\$(-?\d+)(?:-\d+)?$")
_BITS = re.compile(r"^MOVB\t\S+, (?P<name>\S*\.\.autotmp_\d+)(?P<offset>[-+]\d+)?\(")
INDIRECT = "indirect"
"""Stands for a call by an address in the frame."""
_SILENT = ("PCDATA", "FUNCDATA", "NOP", "XCHGL\tAX, AX", "TEXT")
_TEMPLATE = "-f={{with .Error}}{{.Err}}{{end}}"
_AFTER_CLEARING = 8
"""Instructions after the one that clears a bit, among which the call stands."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction that has to do with a defer."""

    offset: int
    """In the function's code, in bytes."""
    line: int
    """1-based, of the function's file; 0 for one of another file."""
    text: str
    """As the compiler prints it: ``CALL runtime.deferreturn(SB)``."""


@dataclass(frozen=True, slots=True)
class Exit:
    """A place at which deferred calls are run."""

    at: Instruction
    call: str
    """The called symbol, or INDIRECT; empty where the deferred call was inlined."""
    open_coded: bool


@dataclass(frozen=True, slots=True)
class Registration:
    """A defer statement, and the instructions that stand for it."""

    defer: Counted
    kind: str
    """The compiler's name for the kind; empty if it reports none."""
    instructions: tuple[Instruction, ...]

    @property
    def call(self) -> str:
        """The runtime's function that registers the deferred call; empty for an open-coded defer."""
        calls = (called(each.text) for each in self.instructions)
        return next((name for name in calls if name.startswith("runtime.deferproc")), "")


@dataclass(frozen=True, slots=True)
class Code:
    """The code of one function, or of one copy of it."""

    symbol: str
    size: int
    """Bytes of code."""
    frame: int
    """Bytes of its stack frame."""
    returns: int
    """``RET`` instructions; on other processors than AMD64's family, what stands for them."""
    bits: str
    """The compiler's name of the variable in which the bits of open-coded defers are; empty if there is none."""
    bits_place: str
    """The location, as ``15(SP)``."""
    registrations: tuple[Registration, ...]
    exits: tuple[Exit, ...]

    @property
    def deferreturns(self) -> int:
        """Calls of ``runtime.deferreturn``."""
        return sum(not each.open_coded for each in self.exits)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a file, with its code."""

    path: Path
    """Real and absolute."""
    name: str
    """The name in the Go runtime, without the package: ``(*T).M``."""
    package: str
    """The import path; empty where the package can't be compiled."""
    line: int
    """1-based, of its ``func``."""
    codes: tuple[Code, ...]
    """None for a generic function without an instance in the compiled packages."""
    failure: str = ""
    """The error for which the package can't be compiled."""


@dataclass(frozen=True, slots=True)
class _Asked:
    name: str
    line: int
    end_line: int
    defers: tuple[Counted, ...]


@dataclass(slots=True)
class _Body:
    symbol: str
    size: int
    text: str = ""
    file: str = ""
    line: int = 0
    instructions: list[tuple[str, Instruction]] = field(default_factory=list)


def assembled(go: Go, files: Mapping[Path, bytes], wanted: Mapping[Path, Sequence[str]]) -> list[Function]:
    """The functions ``wanted``, by real absolute path and name, and the literals in them that have defers.

    ``files`` has the texts to be compiled in place of what the disk has.  Nothing is linked and nothing is run.
    """
    asked = {path: _asked(files[path], names) for path, names in wanted.items()}
    texts = unsaved({path: without_line_directives(text) for path, text in files.items()})
    found: list[Function] = []
    with Overlay(texts) as overlay:
        plan = packages.plan(go, {path: files[path] for path in asked}, overlay.flags())
        for path, reason in plan.unvetted.items():
            found += [Function(path, each.name, "", each.line, (), reason) for each in asked[path]]
        for group in plan.groups:
            for target in group.targets:
                paths = sorted(target.changed & asked.keys())
                found += _of_package(go, group.only(target), overlay, {path: asked[path] for path in paths})
    return sorted(found, key=lambda each: (each.path, each.line))


def called(text: str) -> str:
    """Return what an instruction calls: ``runtime.deferreturn``; empty for one that calls nothing."""
    operation, _, target = text.partition(" ")
    return target.removesuffix("(SB)") if operation in ("CALL", "BL", "JAL") else ""


def _asked(text: bytes, names: Sequence[str]) -> list[_Asked]:
    """The functions of a file with one of the names, and the literals in them that have defers."""
    source = Source(text)
    if too_deep(source.root):
        return []
    by_function: dict[str, list[Counted]] = defaultdict(list)
    for defer in defers_of(source):
        by_function[defer.function].append(defer)
    found: list[_Asked] = []
    for node in functions(source.root):
        name = function_name(node)
        inside = any(name.startswith(f"{each}.func") for each in names)
        if name in names or (inside and by_function[name]):
            found.append(_Asked(name, source.line(node.start), source.line(node.end), tuple(by_function[name])))
    return found


def _of_package(go: Go, group: Group, overlay: Overlay, asked: Mapping[Path, Sequence[_Asked]]) -> Iterator[Function]:
    """Compile the one package of ``group``, with its tests where it has to be."""
    (target,) = group.targets
    every = [(path, each) for path, functions_ in asked.items() for each in functions_]
    codes: dict[tuple[Path, str], list[Code]] = {}
    complaint = ""
    for tests in (False, True):
        lacking = [(path, each) for path, each in every if not codes.get((path, each.name))]
        if not lacking or (complaint and not any(path.name.endswith("_test.go") for path, _ in lacking)):
            break
        kind = ["-test"] if tests else []
        command = ["list", "-e", *kind, "-export", "-gcflags=-S -d=defer=1", _TEMPLATE, *overlay.flags()]
        done = go.run([*command, *group.flags, "--", *group.arguments()], cwd=group.root,
                      variables=dict(group.variables))  # fmt: skip
        lines = done.stderr.decode(errors="replace").splitlines()
        bodies = list(_bodies(lines))
        kinds = _kinds(lines, group.root, overlay)
        for path, each in lacking:
            own = [body for body in bodies if _same(body.file, path, overlay)]
            codes[path, each.name] = _codes(path, each, asked[path], own, kinds.get(path, {}), overlay)
        if not bodies and not tests:
            told = done.stdout.decode(errors="replace").splitlines()
            said = done.complaint if done.code else ""
            complaint = next((line for line in told if line and not line.startswith("#")), said)
    for path, each in every:
        yield Function(
            path, each.name, target.import_path, each.line, tuple(codes.get((path, each.name), ())), complaint
        )


def _codes(
    path: Path,
    asked: _Asked,
    neighbours: Sequence[_Asked],
    bodies: Iterable[_Body],
    kinds: Mapping[int, str],
    overlay: Overlay,
) -> list[Code]:
    """The copies of one function, each by its symbol; the same symbol is compiled anew for tests."""
    found: dict[str, Code] = {}
    for body in bodies:
        if body.symbol in found or not _is_of(body, asked, neighbours):
            continue
        found[body.symbol] = _code(path, asked, body, kinds, overlay)
    return list(found.values())


def _is_of(body: _Body, asked: _Asked, neighbours: Sequence[_Asked]) -> bool:
    """Return True for the function's code, and that of the body of one of its loops over functions."""
    if "WRAPPER" in body.text:
        return False
    same_line = [each for each in neighbours if each.line == body.line]
    if len(same_line) > 1:
        tail = re.sub(r"\[.*\]", "", body.symbol.rpartition("/")[2]).partition(".")[2]
        return tail == asked.name or (same_line[0] is asked and all(tail != each.name for each in same_line))
    if same_line:
        return same_line[0] is asked and "-range" not in body.symbol.rpartition(".")[2]
    inside = [each for each in neighbours if each.line <= body.line <= each.end_line]
    return "-range" in body.symbol and bool(inside) and min(inside, key=lambda e: e.end_line - e.line) is asked


def _code(path: Path, asked: _Asked, body: _Body, kinds: Mapping[int, str], overlay: Overlay) -> Code:
    # Positions in other files are those of calls that were inlined.
    code = [
        Instruction(i.offset, i.line if _same(file, path, overlay) else 0, i.text.replace("\t", " ", 1))
        for file, i in body.instructions
    ]
    raw = [i.text for _, i in body.instructions]
    opened = any(kinds.get(defer.line) == "open-coded" for defer in asked.defers)
    stores = (m for i, text in enumerate(raw) if code[i].line == body.line and (m := _BITS.match(text)))
    found = next(stores, None) if opened else None
    bits = found["name"] if found else ""
    registrations = tuple(
        Registration(defer, kinds.get(defer.line, ""), _registering(code, defer, bits)) for defer in asked.defers
    )
    frame = _FRAME.search(body.text)
    return Code(
        symbol=body.symbol,
        size=body.size,
        frame=int(frame[1]) if frame else 0,
        returns=sum(text.split("\t")[0] == "RET" for text in raw),
        bits=bits,
        bits_place=f"{(found['offset'] or '0').lstrip('+')}(SP)" if found else "",
        registrations=registrations,
        exits=tuple(_exits(code, registrations, body.line, bits)),
    )


def _exits(
    code: Sequence[Instruction], registrations: Sequence[Registration], first_line: int, bits: str
) -> Iterator[Exit]:
    lines = {line for each in registrations for line in range(each.defer.line, each.defer.end_line + 1)}
    for at, each in enumerate(code):
        if called(each.text) == "runtime.deferreturn":
            yield Exit(each, "runtime.deferreturn", open_coded=False)
        elif _stores(each, bits) and each.line not in lines and each.line != first_line:
            ahead = (called(later.text) for later in code[at + 1 : at + 1 + _AFTER_CLEARING])
            call = next((name for name in ahead if name), "")
            yield Exit(each, call if "." in call or not call else INDIRECT, open_coded=True)


def _registering(code: Sequence[Instruction], defer: Counted, bits: str) -> tuple[Instruction, ...]:
    """The instructions of the statement's lines, up to the one that completes the registration.

    The compiler puts the way back from a recovered panic on such a line, too.
    """
    own = [each for each in code if defer.line <= each.line <= defer.end_line]
    last = [
        at for at, each in enumerate(own) if called(each.text).startswith("runtime.deferproc") or _stores(each, bits)
    ]
    return tuple(own[: last[-1] + 1] if last else own)


def _stores(each: Instruction, variable: str) -> bool:
    return bool(variable) and each.text.startswith("MOVB ") and each.text.partition(", ")[2].startswith(variable)


def _bodies(lines: Iterable[str]) -> Iterator[_Body]:
    """The functions in what the compiler prints."""
    body: _Body | None = None
    for line in lines:
        if line[:1] == "\t":
            if body is not None and (match := _INSTRUCTION.match(line)):
                text = match["text"]
                if text.startswith("TEXT\t") and not body.text:
                    body.text, body.file, body.line = text, match["file"], int(match["line"])
                elif not text.startswith(_SILENT):
                    at = Instruction(int(match["offset"], 16), int(match["line"]), text)
                    body.instructions.append((match["file"], at))
        else:
            if body is not None:
                yield body
            match = _SYMBOL.match(line)
            body = _Body(match["name"], int(match["size"])) if match else None
    if body is not None:
        yield body


def _kinds(lines: Iterable[str], root: Path, overlay: Overlay) -> dict[Path, dict[int, str]]:
    found: dict[Path, dict[int, str]] = defaultdict(dict)
    for line in lines:
        if match := _KIND.match(line):
            found[overlay.original(Path(os.path.realpath(root / match["file"])))][int(match["line"])] = match["kind"]
    return found


def _same(file: str, path: Path, overlay: Overlay) -> bool:
    """Return True if the compiler's name of a file means ``path``."""
    return file == str(path) or (file.endswith(path.name) and overlay.original(Path(file)) == path)
