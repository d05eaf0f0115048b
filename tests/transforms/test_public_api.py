"""This program's own rules are written against the public API; what they take besides is listed here, and why."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_ABOUT = "facts of a rule that are known before it is loaded, for which a plug-in has words, suspects and Option"
_SCAN = "the look at the bytes before any parse, which must not load the framework"
_TOOL = "evidence from profiles, benchmarks and the compiler: no plug-in can bring a source of it yet"

NOT_PUBLIC = {
    "defermod.config": _TOOL,
    "defermod.engine.about": _ABOUT,
    "defermod.files": _TOOL,
    "defermod.settings": _ABOUT,
    "defermod.syntax.pieces": _SCAN,
    "defermod.syntax.scan": _SCAN,
    "defermod.toolchain.bench": _TOOL,
    "defermod.toolchain.defer_kinds": _TOOL,
    "defermod.toolchain.go": _TOOL,
    "defermod.toolchain.modules": _TOOL,
    "defermod.toolchain.pprof": _TOOL,
    "defermod.toolchain.validate": _TOOL,
}
"""The modules that own rules import although docs/api.md does not list what they take of them, each with the reason.

A rule that comes to need another one asks for a place in the public API, or for a line here.
"""


def _public() -> dict[str, set[str]]:
    """Return the names that the page lists, by module."""
    lines = re.findall(r"^- (`defermod\..*(?:\n  .*)*)", (ROOT / "docs" / "api.md").read_text("utf-8"), re.M)
    return {module: set(names) for module, *names in (re.findall(r"`([\w.]+)`", line) for line in lines)}


def test_what_own_rules_import_is_public_or_listed() -> None:
    public = _public()
    taken: dict[str, list[str]] = {}
    for path in sorted((ROOT / "transforms").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("defermod."):
                continue
            assert node.module is not None
            own = node.module.startswith("defermod.transforms.")
            names = {alias.name for alias in node.names} - public.get(node.module, set())
            if names and not own and node.module != "defermod.syntax.nodes":
                taken.setdefault(node.module, []).append(f"{path.relative_to(ROOT)}: {', '.join(sorted(names))}")
    assert {module: users for module, users in taken.items() if module not in NOT_PUBLIC} == {}
    assert set(NOT_PUBLIC) - set(taken) == set(), "no rule imports these any more: take them out of the list"
