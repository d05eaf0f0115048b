"""Rewriters of the generated files: defermod itself, or anything of the same shape, right or wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from defermod.golang.facts import FileFacts
from defermod.model import Options, Safety, Status
from tests.support_rules import HotEvidence, with_rules


@dataclass(frozen=True, slots=True)
class Found:
    """One finding, less what the oracle doesn't ask."""

    offset: int
    """Of the defer statement, in the text before."""
    fixed: bool
    safe: bool
    refused: bool
    reason: str
    """The refusal's code, or those of the hazards that make a fix unsafe, separated by commas."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A tool's result for one file."""

    after: str
    found: tuple[Found, ...]
    stable: bool = True
    """A second run changed nothing."""
    error: str = ""
    """The exception that came instead of a result."""
    loops: bool = True
    """Is it defers in loops that the tool looks for?"""


class Rewriter(Protocol):
    """Rewrites a file for a language version, with what the type checker says about it, if that is known."""

    def __call__(self, text: str, version: tuple[int, int], facts: FileFacts | None = None, /) -> Rewritten: ...


_ALL_HOT = HotEvidence(patterns=("F*", "*.F*"))


def _run(
    text: str,
    version: tuple[int, int],
    facts: FileFacts | None,
    *,
    unsafe: bool,
    loop_style: str = "closure",
    hot: bool = False,
) -> Rewritten:
    from defermod.engine.fixpoint import analyse

    options = with_rules(Options(unsafe_fixes=unsafe, go_version=version), loop_style=loop_style)
    if hot:
        options = with_rules(replace(options, select=frozenset({"hot-defer"})), hot=_ALL_HOT)
    try:
        result = analyse("u.go", text.encode(), options, facts=facts)
        # There are no facts about the new text, and without them a second run may see more or less to do.
        again = analyse("u.go", result.after, options).after if facts is None else result.after
    except Exception as error:  # any exception is a bug of the tool, and a result here
        return Rewritten(text, (), error=f"{type(error).__name__}: {error}", loops=not hot)
    found = []
    for finding in result.findings:
        fix, refusal = finding.fix, finding.refusal
        found.append(
            Found(
                offset=finding.span.start,
                fixed=finding.status is Status.FIXED,
                safe=fix is not None and fix.safety is Safety.SAFE,
                refused=refusal is not None,
                reason=refusal.code if refusal is not None else ",".join(h.code for h in fix.hazards) if fix else "",
            )
        )
    return Rewritten(result.after.decode(), tuple(found), stable=again == result.after, loops=not hot)


_HARMLESS = frozenset({"held-for-later", "unknown-effect", "unknown-release"})
"""Doubts that the generator knows to be unfounded: its functions keep nothing, recover nothing."""


def kinds(reason: str) -> frozenset[str]:
    """The codes of the hazards that make a fix unsafe."""
    return frozenset(filter(None, reason.split(",")))


def may_differ(reason: str) -> bool:
    """Return True if a function whose fix is unsafe for this reason may do something else after it."""
    return not kinds(reason) <= _HARMLESS


def safe(text: str, version: tuple[int, int], facts: FileFacts | None = None) -> Rewritten:
    """defermod with its safe fixes."""
    return _run(text, version, facts, unsafe=False)


def unsafe(text: str, version: tuple[int, int], facts: FileFacts | None = None) -> Rewritten:
    """defermod with its unsafe fixes as well."""
    return _run(text, version, facts, unsafe=True)


def may_differ_explicitly(reason: str) -> bool:
    """As ``may_differ``, for explicit calls; what a panic loses is left out of the comparison itself."""
    return not kinds(reason) <= _HARMLESS | {"may-panic"}


def explicit(text: str, version: tuple[int, int], facts: FileFacts | None = None) -> Rewritten:
    """defermod with its unsafe fixes as well, and explicit calls where those can be."""
    return _run(text, version, facts, unsafe=True, loop_style="explicit")


def explicit_safe(text: str, version: tuple[int, int], facts: FileFacts | None = None) -> Rewritten:
    """The same with its safe fixes alone."""
    return _run(text, version, facts, unsafe=False, loop_style="explicit")


def hot(text: str, version: tuple[int, int], facts: FileFacts | None = None) -> Rewritten:
    """defermod with every function hot, and its unsafe fixes as well."""
    return _run(text, version, facts, unsafe=True, hot=True)


def hot_safe(text: str, version: tuple[int, int], facts: FileFacts | None = None) -> Rewritten:
    """defermod with every function hot."""
    return _run(text, version, facts, unsafe=False, hot=True)
