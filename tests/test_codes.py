"""Codes and assumptions: each is a member of an enum, explained there, and made by somebody."""

from __future__ import annotations

import ast
import json
import pickle
import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from defermod import toolchain
from defermod.codes import Assumption, Code, Explained, Shared, entries
from defermod.engine.registry import transforms
from defermod.rewrite.codes import Obstacle

ROOT = Path(__file__).resolve().parents[1]
_GOFACTS = Path(toolchain.__file__).parent / "gofacts"
_SOURCES = [path for name in ("defermod", "transforms") for path in sorted((ROOT / name).rglob("*.py"))]
_TREES = {path: ast.parse(path.read_bytes()) for path in _SOURCES}


_CONSTANTS = dict(re.findall(r'^\t(\w+) += "([a-z-]+)"$', (_GOFACTS / "codes.go").read_text("utf-8"), re.MULTILINE))


def _judge() -> str:
    """Return the judge's sources but for the declarations of codes, lines of comments in its tables left out."""
    paths = [path for path in sorted(_GOFACTS.glob("*.go")) if "_test" not in path.name and path.name != "codes.go"]
    lines = chain.from_iterable(path.read_text("utf-8").splitlines() for path in (*paths, _GOFACTS / "effects.txt"))
    return "\n".join(line for line in lines if not line.startswith("#"))


JUDGE = _judge()
JUDGE_CODES = {_CONSTANTS.get(name, name) for name in re.findall(r"v\.(?:doubt|forbid|hold)\((\w+),", JUDGE)} - {"code"}
JUDGE_ASSUMPTIONS = {_CONSTANTS.get(name, name) for name in re.findall(r"\.assumes\[(\w+)\] =", JUDGE)} - {"name"}
JUDGE_ASSUMPTIONS |= set(re.findall(r" assumes:([a-z-]+)", JUDGE)) - {"x"}
MEMBERS: list[Code] = list(dict.fromkeys(chain(Shared, Obstacle, *(t.doc.codes for t in transforms().values()))))


def test_what_the_judge_answers_is_explained() -> None:
    assert len(JUDGE_CODES) > 8 and len(JUDGE_ASSUMPTIONS) > 4, "or the patterns have grown old"
    assert set(_CONSTANTS.values()) <= JUDGE_CODES | JUDGE_ASSUMPTIONS, "declared, and not said by anybody"
    assert set(Shared) >= JUDGE_CODES
    assert set(Assumption) >= JUDGE_ASSUMPTIONS


def test_what_the_goldens_expect_is_declared() -> None:
    known = set(MEMBERS)
    for path in sorted((ROOT / "golden").glob("*/*/case.toml")):
        for finding in tomllib.loads(path.read_text("utf-8")).get("finding", ()):
            expected = finding.get("refusal", [])
            assert {expected} if isinstance(expected, str) else set(expected) <= known, path


def _spelled(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the strings that stand where a refusal or hazard takes its code."""
    position = {"Refusal": 0, "Hazard": 0, "doubt": 0, "refuse": 0, "unsafe": 1}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        at = position.get(name)
        if at is not None and len(call.args) > at and isinstance(call.args[at], ast.Constant):
            yield call.args[at]  # type: ignore[misc]


def test_no_code_is_spelled_where_it_is_used() -> None:
    spelled = [f"{path}:{node.lineno} {node.value!r}" for path, tree in _TREES.items() for node in _spelled(tree)]
    assert spelled == []


def _members_used(tree: ast.Module) -> Iterator[str]:
    """Yield ``Enum.MEMBER`` of all attributes that are read, those of a rule's page left out."""
    page = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "codes"
        for inner in ast.walk(node.value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node not in page:
            yield f"{node.value.id}.{node.attr}"


USED = {path: set(_members_used(tree)) for path, tree in _TREES.items()}


@pytest.mark.parametrize("code", MEMBERS, ids=lambda code: f"{type(code).__module__}.{code.name}")
def test_a_code_is_emitted(code: Code) -> None:
    """Something other than the enum and the page names the member or its namesake, or the judge answers with it."""
    own = Path(sys.modules[type(code).__module__].__file__ or "").parent
    everywhere, in_folder = (
        {name for path, names in USED.items() if folder in path.parents for name in names} for folder in (ROOT, own)
    )
    shared = {f"{kind}.{code.name}" for kind in ("Shared", "Obstacle")}
    assert code in JUDGE_CODES or f"{type(code).__name__}.{code.name}" in in_folder or shared & everywhere


@pytest.mark.parametrize("member", [*Shared, *Assumption])
def test_an_entry_is_complete(member: Explained) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", member)
    assert member.text and not member.text.endswith(".")
    assert member.why.endswith(".") and member.cure.endswith(".")


def test_names_are_given_once() -> None:
    assert len(entries()) == len(Shared) + len(Assumption)


def test_a_rule_repeats_no_shared_code() -> None:
    """A namesake of its own stands for a meaning of its own: of the rules whose rewrite is another one."""
    own = {(rule, code.value) for rule, t in transforms().items() for code in t.doc.codes if code in entries()} - {
        (rule, code.value) for rule, t in transforms().items() for code in t.doc.codes if isinstance(code, Explained)
    }
    assert own == {
        ("early-argument", "recovers"),
        ("exit-after-defer", "recovers"),
        ("needless-defer", "caller-frame"),
        ("needless-defer", "recovers"),
    }


def test_a_code_travels_as_its_name() -> None:
    code = Shared.MAY_PANIC
    assert type(pickle.loads(pickle.dumps(code))) is str
    assert json.dumps(code) == '"may-panic"' and f"{code}" == "may-panic"
