"""``explain``: the page of a rule, a code, an assumption or a status, or a list of all names."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from defermod.cli import FAILED, output
from defermod.codes import Assumption, Explained, Shared, entries
from defermod.model import Status
from defermod.settings import shown

if TYPE_CHECKING:
    from defermod.codemod import Transform

_WIDTH = 88
_LONGEST = 80
_MOST = 3
"""Names that an error message suggests."""
_PACKAGE = Path(__file__).resolve().parent.parent
_GOLDENS = (_PACKAGE / "golden", _PACKAGE.parent / "golden")
"""The folder of the examples: inside the package when installed, beside it in a checkout."""


def explain(name: str | None) -> int:
    """Print the page of ``name``; without a name, list the rules and all other names."""
    if name is None:
        output.put("\n".join(_listing()) + "\n")
        return 0
    pages = list(_pages(name))
    if not pages:
        output.error(f"nothing has the name {shown(name)}{_close(name) or '; `defermod explain` lists all names'}")
        return FAILED
    output.put("\n".join(pages))
    return 0


def _close(name: str) -> str:
    """Return the end of an error message: the names that ``name`` is close to, or a part of; empty for none."""
    known = tuple(dict.fromkeys(names()))
    found = [each for each in known if name and name in each] or get_close_matches(name[:_LONGEST], known)
    return f"; did you mean {' or '.join(map(repr, map(str, found[:_MOST])))}?" if found else ""


def names() -> Iterator[str]:
    """Yield every name that has a page: rules, transforms, codes, assumptions and statuses; some more than once."""
    from defermod.engine.registry import transforms

    for rule, transform in transforms().items():
        yield from (rule, transform.id)
        yield from transform.doc.codes
    yield from entries()
    yield from (status.value for status in Status)


def text_of(name: str) -> str | None:
    """Return the pages of ``name`` as one text; None if nothing has that name."""
    return "\n".join(_pages(name)) or None


def _listing() -> Iterator[str]:
    from defermod.engine.registry import transforms

    known = transforms()
    yield from (f"{name}  {known[name].doc.title}" for name in sorted(known))
    for kind, members in (("Codes", Shared), ("Assumptions", Assumption)):
        yield f"\n{kind}, for `defermod explain NAME`:"
        yield from (f"{member}  {member.text}" for member in members)
    shared = entries()
    for rule in sorted(known):
        own = [code for code in known[rule].doc.codes if code not in shared]
        if own:
            yield f"\nCodes of {rule}:"
            yield from (f"{code}  {code.text}" for code in own)


def _pages(name: str) -> Iterator[str]:
    """Yield a page for each meaning of the name: two rules can have a refusal with the same name."""
    from defermod.engine.registry import transforms

    for transform in transforms().values():
        if name in (transform.rule, transform.id):
            yield page(transform)
    entry = entries().get(name)
    if entry is not None:
        yield "\n".join(_entry(entry))
    for transform in transforms().values():
        for code in transform.doc.codes:
            if code == name and code is not entry:
                yield f"{'' if entry else f'# {name}' + chr(10) * 2}{_filled(f'In {transform.rule}: {code.text}.')}\n"
    if said := _STATUSES.get(name):
        yield f"# {name}\n\n{_filled(said)}\n"


def _entry(entry: Explained) -> Iterator[str]:
    yield f"# {entry}: {entry.text}\n"
    yield _filled(entry.why) + "\n"
    yield "## What to do\n"
    yield _filled(entry.cure) + "\n"


_STATUSES = {
    Status.FIXED.value: "The fix has been written.",
    Status.FIXABLE.value: "There is a safe fix, which types and validators have confirmed; `defermod fix` writes it.",
    Status.UNDECIDED.value: (
        "Nothing but the text was asked, or could be: whether there is a safe fix isn't known. "
        "`defermod check --types` decides; where types can't be had, a line on stderr says why and what helps."
    ),
    Status.UNSAFE.value: (
        "There is a fix, and it is not proven safe: its hazards say why, each with a code. --unsafe-fixes applies it."
    ),
    Status.REFUSED.value: "There is no fix. The refusal has a code, and the places in the source that forbid it.",
    Status.REJECTED.value: (
        "The fix was made, and a validator (gofmt, go vet, the tests) said no to it, so it was dropped."
    ),
}


def page(transform: Transform) -> str:
    """Return the page of a rule for a terminal, which is also valid Markdown."""
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
    for code in doc.codes:
        yield _filled(f"- {code}: {code.text}", subsequent="  ")


def _example(transform: Transform) -> tuple[str, ...]:
    """Return the differing parts of the golden case that the page names, before and after; empty if it isn't there."""
    for goldens in _GOLDENS:
        case = goldens / transform.id / transform.doc.example
        if (case / "output.go").is_file():
            sides = [(case / name).read_text("utf-8") for name in ("input.go", "output.go")]
            return excerpts(*sides)
    return ()


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Return from two Go files the consecutive top-level declarations that contain all differences."""
    old, new = before.splitlines(), after.splitlines()
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    start = max((at for at, line in enumerate(old[: head + 1]) if _opens(line)), default=0)
    rest = old[len(old) - tail :]
    kept = rest.index("}") + 1 if "}" in rest else tail
    return "\n".join(old[start : len(old) - tail + kept]), "\n".join(new[start : len(new) - tail + kept])


def _opens(line: str) -> bool:
    """Return True if a top-level declaration starts on this line."""
    return line.startswith(("func ", "var ", "type ", "const "))


def _common(one: list[str], other: list[str]) -> int:
    """Return the number of equal lines at the start."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _wrapped(prose: str) -> str:
    """Paragraphs, each filled to the page's width."""
    return "\n\n".join(_filled(paragraph) for paragraph in textwrap.dedent(prose).strip().split("\n\n"))


def _filled(text: str, subsequent: str = "") -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent=subsequent, break_on_hyphens=False, break_long_words=False)
