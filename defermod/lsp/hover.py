"""The text of a hover over a finding: the problem, the remedy and the reasons, with a link for each name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lsprotocol import types

from defermod.lsp.positions import Positions
from defermod.lsp.session import Analysis
from defermod.model import Finding, Refusal, Status
from defermod.report.phrases import detail, label
from defermod.report.reasons import grouped

_SPECIAL = "\\`*_{}[]<>()#+-.!|"


def hover(
    analysis: Analysis, at: types.Position, positions: Positions, link: Callable[[str], str | None]
) -> types.Hover | None:
    """The findings that begin on the line at ``at`` or span it; None if there is none.

    ``link``: the address of the page that explains a name.
    """
    ranges = [(positions.range(found.span), found) for found in analysis.result.findings]
    here = [(span, found) for span, found in ranges if span.start.line <= at.line <= span.end.line]
    if not here:
        return None
    text = "\n\n---\n\n".join("\n".join(_said(found, positions, link)) for _, found in here)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), range=here[0][0])


def _said(finding: Finding, positions: Positions, link: Callable[[str], str | None]) -> Iterator[str]:
    yield f"**{_named(finding.rule, link)}**: {_escaped(finding.message)}\n"
    outcome = finding.outcome
    if isinstance(outcome, Refusal):
        yield f"{_escaped(label(finding))}: {_escaped(outcome.explanation)}\n"
        for blocker in outcome.blockers:
            yield f"- line {positions.position(blocker.span.start).line + 1}: {_escaped(blocker.note)}"
        yield f"\nWhat it means: {_named(outcome.code, link)}"
    elif finding.status is Status.UNDECIDED or not outcome.hazards:
        yield f"{_escaped(label(finding))}: {_escaped(detail(finding))}"
        if outcome.assumes and finding.status is not Status.UNDECIDED:
            yield f"\nRests on {', '.join(_named(name, link) for name in outcome.assumes)}."
    else:
        yield f"Not proven safe: {_escaped(outcome.title)}\n"
        for reason in grouped(outcome.hazards):
            lines = dict.fromkeys(str(positions.position(place.start).line + 1) for place in reason.places)
            where = f", line {', '.join(lines)}" if lines else ""
            yield f"- {_named(reason.code, link)}{where}: {_escaped(reason.sentence)}"


def _named(name: str, link: Callable[[str], str | None]) -> str:
    address = link(name)
    return f"[{name}]({address})" if address else f"`{name}`"


def _escaped(text: str) -> str:
    """The text as Markdown that shows it as it is: names of files and functions come from outside."""
    return "".join(f"\\{character}" if character in _SPECIAL else character for character in text)
