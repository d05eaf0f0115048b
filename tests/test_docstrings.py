"""Docstrings are statements: they don't ask, and don't begin as a question or a riddle would."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_ASKS = re.compile(r"(What|Which|Whether|How|Who|Whose|Where|Why|When)\b")


def _asking(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node) or ""
            summary = " ".join(text.split("\n\n")[0].split())
            if _ASKS.match(summary) or summary.endswith("?"):
                yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}: {summary}"
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            text = str(node.value.value).strip()  # that of an attribute
            if _ASKS.match(text):
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {text}"


def test_docstrings_are_statements() -> None:
    folders = ("defermod", "transforms", "tests", "benchmarks", "docs", "examples")
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert [line for path in paths for line in _asking(path)] == []
