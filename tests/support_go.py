"""Helpers of the tests of the analyses: Go snippets as trees, and Go's own word on them."""

from __future__ import annotations

import json
import os
import random
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from defermod.golang.cfg import CFG
from defermod.golang.loops import functions
from defermod.golang.scopes import Scopes
from defermod.syntax.source import Source
from defermod.syntax.tree import Node
from defermod.toolchain.go import Go, find_go, run

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "golden" / "loop-closure"
_SUPERSCRIPTS = {digit: number for number, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}


@cache
def the_go() -> Go | None:
    return find_go()


needs_go = pytest.mark.skipif(the_go() is None, reason="no go command")


def go() -> Go:
    """The go command; only for tests that are marked with ``needs_go``."""
    found = the_go()
    assert found is not None
    return found


@cache
def goroot() -> str:
    """The directory of the Go that the tests use."""
    return run([go().path, "env", "GOROOT"], environment=go().environment, timeout=60).stdout.decode().strip()


@cache
def golden_inputs() -> dict[str, bytes]:
    """The inputs of the golden cases, by case."""
    return {path.parent.name: path.read_bytes() for path in sorted(GOLDEN.glob("*/input.go"))}


@cache
def standard_files(count: int, seed: int = 1) -> tuple[Path, ...]:
    """Files of the standard library, the same ones in every run over the same release of Go."""
    source = Path(goroot(), "src")
    paths = sorted(
        path
        for path in source.rglob("*.go")
        if not {"testdata", "cmd", "vendor"} & set(path.relative_to(source).parts) and path.stat().st_size < 150_000
    )
    return tuple(random.Random(seed).sample(paths, count))


@cache
def standard_packages(count: int, seed: int = 1) -> tuple[str, ...]:
    """Import paths of packages of the standard library, chosen like ``standard_files``."""
    source = Path(goroot(), "src")
    names = sorted(
        {
            path.parent.relative_to(source).as_posix()
            for path in source.rglob("*.go")
            if not {"testdata", "cmd", "vendor", "builtin"} & set(path.relative_to(source).parts)
            and "_" not in path.name
        }
        - {"."}
    )
    return tuple(random.Random(seed).sample(names, count))


def nodes(text: str | bytes) -> Node:
    """The tree of a whole file, which must be free of errors."""
    source = Source(text if isinstance(text, bytes) else text.encode())
    assert not source.has_error, source.errors()
    return source.root


def declaration(text: str) -> Node:
    """The only top-level declaration of a file without a package clause."""
    root = nodes(f"package p\n\n{text}\n")
    (found,) = [child for child in root.named_children if child.kind != "package_clause"]
    return found


def function(body: str, signature: str = "func f()") -> Node:
    """The function with this body."""
    return declaration(f"{signature} {{\n{body}\n}}")


def flow_of(body: str) -> CFG:
    return CFG(function(body))


def all_functions(root: Node) -> list[Node]:
    return list(functions(root))


def find_text(root: Node, text: str, kinds: frozenset[str] | None = None) -> Node:
    """The first node in source order with exactly this text (and one of these kinds)."""
    return next(node for node in root.walk() if node.text == text and (kinds is None or node.kind in kinds))


@dataclass(frozen=True, slots=True)
class Marked:
    """A snippet some of whose names are marked: ``x¹ := x⁰``."""

    text: str
    marks: dict[int, int]
    """Offset of a name to the number of its variable; 0 for a name that no scope of the declaration declares."""


def marked(text: str) -> Marked:
    """Take the superscripts out of a snippet.  The package clause is put before it."""
    out = b"package p\n\n"
    marks: dict[int, int] = {}
    for char in text + "\n":
        if char not in _SUPERSCRIPTS:
            out += char.encode()
            continue
        start = len(out)
        while out[start - 1 : start].isalnum() or out[start - 1 : start] == b"_" or out[start - 1] >= 0x80:
            start -= 1
        marks[start] = _SUPERSCRIPTS[char]
    return Marked(out.decode(), marks)


def scopes_by_offset(root: Node) -> tuple[dict[int, int], list[Scopes]]:
    """For every name of a file that has a binding: its offset, and that of its declaration."""
    of: dict[int, int] = {}
    every = [Scopes(child) for child in root.named_children if not child.has_error]
    for scopes in every:
        of |= {node.start: binding.node.start for node, binding in scopes.of.items()}
    return of, every


# -- Go's own word --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GoFile:
    """See gotypes/main.go."""

    uses: dict[int, int]
    defs: frozenset[int]
    endings: dict[int, bool]


@cache
def _program() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    directory = tempfile.TemporaryDirectory(prefix="defermod-gotypes-")
    program = Path(directory.name, "gotypes.exe" if os.name == "nt" else "gotypes")
    variables = {"GOFLAGS": "", "GOWORK": "off", "GOTOOLCHAIN": "local"}
    main = Path(__file__).parent / "gotypes" / "main.go"
    built = go().run(["build", "-o", str(program), str(main)], cwd=program.parent, variables=variables)
    assert not built.code, built.stderr.decode()
    return directory, program


def gotypes(packages: Sequence[str] = (), texts: Iterable[tuple[str, bytes]] = ()) -> dict[str, GoFile]:
    """Return go/types' facts about packages, by file name, and about texts that are packages by themselves, by name."""
    return _files(_told(packages, texts))


def _told(packages: Sequence[str], texts: Iterable[tuple[str, bytes]]) -> dict[str, Any]:
    _, program = _program()
    with tempfile.TemporaryDirectory(prefix="defermod-gotypes-") as directory:
        names: dict[str, str] = {}
        for name, text in texts:
            file = Path(directory, f"{len(names)}.go")
            file.write_bytes(text)
            names[str(file)] = name
        environment = {**go().environment, "GOROOT": goroot(), "CGO_ENABLED": "0"}
        command = [str(program), *packages, *names]
        done = run(command, environment=environment, cwd=Path(directory), timeout=120)
    assert not done.code, done.stderr.decode()
    return {names.get(name, name): file for name, file in json.loads(done.stdout).items()}


def _files(told: dict[str, Any]) -> dict[str, GoFile]:
    return {
        name: GoFile(
            {int(use): at for use, at in file["uses"].items()},
            frozenset(file["defs"]),
            {int(brace): ends for brace, ends in file["endings"].items()},
        )
        for name, file in told.items()
    }


@cache
def gotypes_of_standard_files(temporary: Path) -> dict[str, GoFile]:
    """Return go/types' facts about some packages of the standard library and about the golden cases' inputs.

    It takes seconds, so one worker of a test run asks for all.  ``temporary``: pytest's directory for this worker.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return gotypes(standard_packages(40), golden_inputs().items())
    shared = temporary.parent / "gotypes.json"
    try:
        shared.with_suffix(".lock").touch(exist_ok=False)
    except FileExistsError:
        deadline = time.monotonic() + 150
        while not shared.exists():
            assert time.monotonic() < deadline, "the worker that asks go/types has failed"
            time.sleep(0.05)
    else:
        unfinished = shared.with_suffix(".new")
        unfinished.write_text(json.dumps(_told(standard_packages(40), golden_inputs().items())), "utf-8")
        unfinished.replace(shared)
    return _files(json.loads(shared.read_text("utf-8")))
