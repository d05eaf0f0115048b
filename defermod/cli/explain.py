"""``explain``: the page of a rule, or the list of them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from defermod.cli import FAILED, output
from defermod.config import ConfigError, check_choices

if TYPE_CHECKING:
    from defermod.codemod import Transform

_WIDTH = 88
_PACKAGE = Path(__file__).resolve().parent.parent
_GOLDENS = (_PACKAGE / "golden", _PACKAGE.parent / "golden")
"""Where the examples are: inside the package when installed, beside it in a checkout."""


def explain(rule: str | None) -> int:
    """Print the page of ``rule`` (or of the transform so called), or the list of rules without one."""
    from defermod.engine.registry import transforms

    known = transforms()
    if rule is None:
        output.put("".join(f"{name}  {known[name].doc.title}\n" for name in sorted(known)))
        return 0
    by_name = {transform.id: transform for transform in known.values()} | known
    try:
        if rule not in by_name:
            check_choices((rule,), tuple(known), "rule")
    except ConfigError as error:
        output.error(str(error))
        return FAILED
    output.put(page(by_name[rule]))
    return 0


def page(transform: Transform) -> str:
    """The page of a rule, for a terminal, which is also valid Markdown."""
    return "\n".join(_page(transform)) + "\n"


def _page(transform: Transform) -> Iterator[str]:
    doc = transform.doc
    yield f"# {transform.rule}: {doc.title}"
    yield f"\nFixed by the transform {transform.id}.\n"
    for heading, prose in (("What it finds", doc.what), ("Why it is bad", doc.why)):
        yield f"## {heading}\n"
        yield _wrapped(prose) + "\n"
    for heading, code in zip(("Before", "After"), _example(transform), strict=False):
        yield f"## {heading}\n"
        yield textwrap.indent(code, "    ") + "\n"
    yield "## When it leaves the code alone, or asks for --unsafe-fixes\n"
    for code, why in doc.refusals:
        yield _filled(f"- {code}: {why}", subsequent="  ")


def _example(transform: Transform) -> tuple[str, ...]:
    """What differs between the two sides of the golden case that the page names; empty if it isn't there."""
    for goldens in _GOLDENS:
        case = goldens / transform.id / transform.doc.example
        if (case / "output.go").is_file():
            sides = [(case / name).read_text("utf-8") for name in ("input.go", "output.go")]
            return excerpts(*sides)
    return ()


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Of two Go files, the run of top-level declarations that holds all that differs."""
    old, new = before.splitlines(), after.splitlines()
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    start = max((at for at, line in enumerate(old[: head + 1]) if _opens(line)), default=0)
    rest = old[len(old) - tail :]
    kept = rest.index("}") + 1 if "}" in rest else tail
    return "\n".join(old[start : len(old) - tail + kept]), "\n".join(new[start : len(new) - tail + kept])


def _opens(line: str) -> bool:
    """Does a top-level declaration start on this line?"""
    return line.startswith(("func ", "var ", "type ", "const "))


def _common(one: list[str], other: list[str]) -> int:
    """How many lines at the start are the same."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _wrapped(prose: str) -> str:
    """Paragraphs, each filled to the page's width."""
    return "\n\n".join(_filled(paragraph) for paragraph in textwrap.dedent(prose).strip().split("\n\n"))


def _filled(text: str, subsequent: str = "") -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent=subsequent, break_on_hyphens=False, break_long_words=False)
