"""This program's own rules are written against the public API, and use nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _public() -> dict[str, set[str]]:
    """Return the names that the page lists, by module."""
    lines = re.findall(r"^- (`defermod\..*(?:\n  .*)*)", (ROOT / "docs" / "api.md").read_text("utf-8"), re.M)
    return {module: set(names) for module, *names in (re.findall(r"`([\w.]+)`", line) for line in lines)}


def test_what_own_rules_import_is_public() -> None:
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
    assert taken == {}
