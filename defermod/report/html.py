"""``--output-format html``: one page for a reviewer, which needs nothing but a browser.

The page is readable without its script.  With it, findings can be grouped and filtered, and what is ticked becomes a
patch that ``git apply`` takes.  Every rule and code leads to its explanation.  What is said to be validated is what
the run's validators have passed, which is all safe fixes together or nothing.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from defermod import __version__
from defermod.model import FileResult, Finding, Refusal, Safety, Severity, Status
from defermod.report.change_groups import Unit, units
from defermod.report.diff import Change, changes, file_header, is_elsewhere, lines_of, patch_names
from defermod.report.highlight import Line, highlighted, marked_up, region
from defermod.report.intraline import pieces
from defermod.report.phrases import detail
from defermod.report.places import Places, printable
from defermod.report.provenance import Provenance
from defermod.report.reasons import Reason, grouped
from defermod.report.summary import SAID as _SAID
from defermod.report.summary import sentence

if TYPE_CHECKING:
    from defermod.pipeline.request import RunResult

_LONGEST = 1000
"""Characters of a line of an excerpt that are shown at most."""
_CONTEXT = 3
_FOLD = 12
"""Lines of the same text on both sides above which their middle is folded away until it is asked for."""
_TICKABLE = (Status.FIXABLE, Status.UNSAFE)
_FOR_GIT = " The patch is for <code>git apply -p1</code> {}."


def render(run: RunResult, provenance: Provenance | None = None) -> str:
    """The whole page; ``provenance`` stands above it."""
    patches: list[dict[str, Any]] = []
    names = patch_names(result.path for result in run.files if any(finding.fix for finding in result.findings))
    ids: set[str] = set()
    cards = [card for result in run.files for card in _cards(result, run, names.get(result.path, ""), patches, ids)]
    page = _resource("page.html")
    values = {
        "version": __version__,
        "patch": _FOR_GIT.format(
            "in the root directory" if any(map(is_elsewhere, names)) else "where this report was made"
        )
        if patches
        else "",
        "sentence": re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(sentence(run))),
        "provenance": _provenance(run, provenance or Provenance()),
        "outline": _outline(run, cards),
        "cards": "\n".join(card.text for card in cards) or '<p class="none">Nothing was found.</p>',
        "problems": _problems(run),
        "explained": _explained(run),
        "validated": escape(_validated(run)),
        "style": _resource("page.css"),
        "script": _resource("page.js"),
        "data": json.dumps(patches).replace("<", "\\u003c"),
    }
    # In one pass: what is put in may hold anything.
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], page)


@dataclass(frozen=True, slots=True)
class _Card:
    id: str
    path: str
    findings: int
    text: str


def _provenance(run: RunResult, of: Provenance) -> str:
    """The table of where the report comes from, without the rows that are not known."""
    judged = "by the text alone" if run.mode.value == "check" else "with Go's types"
    rows = (
        ("Module", of.module),
        ("Commit", of.commit),
        ("Made", of.made),
        ("Command", of.command),
        ("Go", of.go),
        ("Judged", judged),
        ("Validated", _validated(run)),
    )
    return "".join(f"<div><dt>{name}</dt><dd>{escape(said)}</dd></div>" for name, said in rows if said)


def _validated(run: RunResult) -> str:
    """Return a sentence on what the validators have looked at, and nothing more."""
    passed: Counter[str] = Counter()
    files = 0
    for result, validations in run.validated:
        files += result.changed
        passed.update({v.validator for v in validations if v.status.value == "passed" and result.changed})
    if not passed:
        return "no fix of this report has been validated"
    said = ", ".join(f"{name} passed {count} of {files}" for name, count in sorted(passed.items()))
    return f"all safe fixes together: {said} changed files; a selection of them is not validated again"


def _outline(run: RunResult, cards: Sequence[_Card]) -> str:
    """The files, each with its number of findings and a link to its first one."""
    first: dict[str, _Card] = {}
    counts: Counter[str] = Counter()
    for card in cards:
        first.setdefault(card.path, card)
        counts[card.path] += card.findings
    return "".join(
        f'<li><a href="#{_fragment(card.id)}">{escape(path)}</a> <small>{counts[path]}</small></li>'
        for path, card in first.items()
    )


def _explained(run: RunResult) -> str:
    """Return the output of `defermod explain` for each rule, code and assumption that the page names."""
    from defermod.cli.explain import text_of

    named = dict.fromkeys(name for finding in run.findings for name in _named(finding))
    pages = ((name, text_of(name)) for name in named)
    return "".join(
        f'<details id="explain-{escape(name)}"><summary>{escape(name)}</summary><pre>{escape(text)}</pre></details>'
        for name, text in pages
        if text
    )


def _named(finding: Finding) -> Iterator[str]:
    yield finding.rule
    if isinstance(finding.outcome, Refusal):
        yield finding.outcome.code
    else:
        yield from (hazard.code for hazard in finding.outcome.hazards)
        yield from finding.outcome.assumes


def _fragment(name: str) -> str:
    """The id as part of a link."""
    return quote(name, safe="/:.-_~")


def _resource(name: str) -> str:
    return resources.files("defermod.report").joinpath("page", name).read_text("utf-8")


def _cards(
    result: FileResult, run: RunResult, name: str, patches: list[dict[str, Any]], ids: set[str]
) -> Iterator[_Card]:
    """The file's findings, those of one unit on one card; the patches' data go to ``patches``, under ``name``."""
    view = _View(result, run, ids)
    made = {(found.rule, found.span): unit for unit in units(result) for found in unit.findings}
    number, lines = len(patches), lines_of(result.before)
    file: dict[str, Any] = {
        "header": file_header(name).decode("utf-8", "replace"),
        "size": len(lines),
        "lines": {},
        "units": [],
    }
    for finding in result.findings:
        unit = made.get((finding.rule, finding.span))
        if unit is None:
            yield view.refusal(finding)
        elif unit.findings[0] is finding:
            tick = None
            if all(found.status in _TICKABLE for found in unit.findings):
                tick = (number, len(file["units"]))
                file["units"].append(_patch(unit))
                file["lines"].update(_needed(unit, lines))
            yield view.fix(unit, tick)
    if file["units"]:
        patches.append(file)


def _needed(unit: Unit, lines: list[bytes]) -> Iterator[tuple[int, str]]:
    """The old lines, by 0-based number, that a patch with the unit's changes quotes."""
    for change in unit.changes:
        for at in range(max(0, change.old_start - _CONTEXT), min(len(lines), change.old_end + _CONTEXT)):
            yield at, lines[at].decode("utf-8", "replace")


def _patch(unit: Unit) -> dict[str, Any]:
    return {
        "safe": all(finding.fix and finding.fix.safety is Safety.SAFE for finding in unit.findings),
        "changes": [
            {
                "start": change.old_start,
                "end": change.old_end,
                "new": [line.decode("utf-8", "replace") for line in unit.after[change.new_start : change.new_end]],
            }
            for change in unit.changes
        ],
    }


def _problems(run: RunResult) -> str:
    said = [
        f"{printable(file.path)}: {problem.message}" if file else problem.message for file, problem in run.all_problems
    ]
    said += [
        f"{printable(result.path)}: not checked by {validation.validator}: {validation.message}"
        for result, validations in run.validated
        for validation in validations
        if validation.status.value == "skipped"
    ]
    items = "".join(f"<li>{escape(printable(line))}</li>" for line in said)
    return (
        f'<section class="problems" aria-label="Problems"><h2>What could not be done</h2><ul>{items}</ul></section>'
        if items
        else ""
    )


class _View:
    """The cards of one file."""

    def __init__(self, result: FileResult, run: RunResult, ids: set[str]) -> None:
        self._result, self._run, self._ids = result, run, ids
        self._places = Places(result.before)
        self._old = highlighted(result.before)

    def fix(self, unit: Unit, tick: tuple[int, int] | None) -> _Card:
        first = unit.findings[0]
        change = unit.changes[0]
        lead = min(_CONTEXT, change.old_start, change.new_start)
        end = unit.changes[-1].new_end + _CONTEXT
        new = region(self._old, change.old_start - lead, unit.after, change.new_start - lead, end)
        said = "".join(dict.fromkeys(self._reason(finding) for finding in unit.findings))
        said += "".join(f'<p class="reason bad">{escape(line)}</p>' for line in self._objections(unit.findings))
        return self._card(unit.findings, said + _side_by_side(unit, self._old, new), tick, first.status)

    def refusal(self, finding: Finding) -> _Card:
        code = f" {_link(finding.outcome.code)}" if isinstance(finding.outcome, Refusal) else ""
        said = f'<p class="reason">{_SAID[finding.status]}{code}: {escape(detail(finding))}</p>'
        return self._card((finding,), said + self._excerpt(finding), None, finding.status)

    def _card(self, findings: Sequence[Finding], body: str, tick: tuple[int, int] | None, status: Status) -> _Card:
        first = findings[0]
        places = ", ".join(str(self._places.position(finding.span.start)[0]) for finding in findings)
        path = printable(self._result.path)
        id = self._id(path, first)
        where = f'<span class="path">{escape(path)}</span><span class="line">:{places}</span>'
        package = str(PurePosixPath(path).parent)
        box = ""
        if tick is not None:
            box = (
                f'<input type="checkbox" data-file="{tick[0]}" data-unit="{tick[1]}"'
                f'{" checked" if status is Status.FIXABLE else ""} aria-label="{escape(path)}:{places}, take the fix">'
            )
        error = '<span class="badge error">error</span>' if first.severity is Severity.ERROR else ""
        name = _SAID[status]
        text = (
            f'<article class="card {status.value}" id="{escape(id)}" tabindex="-1" data-rule="{escape(first.rule)}"'
            f' data-status="{name}" data-package="{escape(package)}" data-findings="{len(findings)}">'
            f'<header><label>{box}{where}</label><a class="anchor" href="#{_fragment(id)}"'
            f' aria-label="link to {escape(path)}, line {places}">#</a>'
            f'<code class="function">{escape(first.function)}</code><span class="space"></span>{error}'
            f'{_link(first.rule, "badge rule")}<span class="badge status">{name}</span></header>'
            f'<p class="message">{escape(first.message)}</p>{body}</article>'
        )
        return _Card(id, path, len(findings), text)

    def _id(self, path: str, finding: Finding) -> str:
        """``path:line``, and more where that is taken; it stays the same as long as the place does."""
        line, column = self._places.position(finding.span.start)
        spaceless = re.sub(r"\s", "_", path)
        for name in (
            f"{spaceless}:{line}",
            f"{spaceless}:{line}:{column}",
            f"{spaceless}:{line}:{column}:{finding.rule}",
        ):
            if name not in self._ids:
                break
        while name in self._ids:
            name += "+"
        self._ids.add(name)
        return name

    def _reason(self, finding: Finding) -> str:
        """Return the action and the reasons for its class: one reason per line, each with its code and lines."""
        fix = finding.fix
        if fix is None or finding.status is Status.UNDECIDED:
            return f'<p class="reason">{escape(detail(finding))}</p>'
        if not fix.hazards:
            rests = ", ".join(map(_link, fix.assumes))
            rests = f" Rests on {rests}." if rests else ""
            return f'<p class="reason">{escape(fix.title)} ({fix.safety.value}): {escape(fix.proof)}.{rests}</p>'
        items = "".join(f"<li>{self._said(reason)}</li>" for reason in grouped(fix.hazards))
        return f'<p class="reason">{escape(fix.title)} ({fix.safety.value}):</p><ul class="reason">{items}</ul>'

    def _said(self, reason: Reason) -> str:
        lines = ", ".join(dict.fromkeys(str(self._places.position(span.start)[0]) for span in reason.places))
        where = f", line{'s' if ',' in lines else ''} {lines}" if lines else ""
        return f"{_link(reason.code)}{where}: {escape(reason.sentence)}"

    def _objections(self, findings: Sequence[Finding]) -> Iterator[str]:
        starts = {finding.span.start for finding in findings}
        for validation in self._run.validations.get(self._result.path, ()):
            if starts & set(validation.rejected):
                yield f"{validation.validator}: {validation.message}"

    def _excerpt(self, finding: Finding) -> str:
        """The lines of the defer and of what blocks its fix, marked and annotated."""
        defer = self._places.position(finding.span.start)[0] - 1
        notes: dict[int, list[str]] = {}
        blocking: set[int] = set()
        for blocker in finding.refusal.blockers if finding.refusal else ():
            line = self._places.position(blocker.span.start)[0] - 1
            blocking.add(line)
            notes.setdefault(line, []).append(blocker.note)
        shown = sorted({near for at in {defer, *notes} for near in range(at - 2, at + 3) if 0 <= near < len(self._old)})
        # A gap takes a line itself: what it would hide of one or two is shown instead.
        shown = [
            line
            for at, end in zip(shown, [*shown[1:], shown[-1] + 1], strict=True)
            for line in (range(at, end) if end - at <= 3 else [at])
        ]
        rows: list[str] = []
        previous = shown[0] - 1
        for at in shown:
            if at != previous + 1:
                rows.append('<tr class="gap"><td></td><td>⋯</td></tr>')
            previous = at
            kind = "blocker" if at in blocking else "defer" if at == defer else ""
            column = self._places.character(finding.span.start)[1] - 1 if at == defer else 0
            code = marked_up(_shortened(self._old[at], column))
            rows.append(f'<tr class="{kind}"><td class="no">{at + 1}</td><td class="code">{code}</td></tr>')
            if at in notes:
                rows.append(f'<tr class="note {kind}"><td></td><td>↑ {escape("; ".join(notes[at]))}</td></tr>')
        return f'<table class="excerpt"><colgroup><col class="no"><col></colgroup>{"".join(rows)}</table>'


def _shortened(line: Line, column: int) -> Line:
    """The line, or of a very long one, which each of its findings quotes, what is around the 0-based ``column``."""
    if len(line.text) <= _LONGEST:
        return line
    start = max(0, column - _LONGEST // 2)
    text = "…"[: start != 0] + line.text[start : start + _LONGEST] + "…"[: start + _LONGEST < len(line.text)]
    return Line((("", text),), text)


def _link(name: str, kind: str = "code") -> str:
    """The name, which leads to what it means."""
    return f'<a class="{kind}" href="#explain-{escape(name)}">{escape(name)}</a>'


def _side_by_side(unit: Unit, old: Sequence[Line], new: Sequence[Line]) -> str:
    """The unit's changes with context, old on the left, new on the right.

    Lines that were only indented stand beside each other, so that what is new stands out.
    """
    first, last = unit.changes[0], unit.changes[-1]
    rows = [_row(old, first.old_start - n, new, first.new_start - n) for n in range(_CONTEXT, 0, -1)]
    here = [line.text.strip().encode() for line in old[first.old_start : last.old_end]]
    there = [line.text.strip().encode() for line in new[first.new_start : last.new_end]]
    end = Change(len(here), len(here), len(there), len(there))
    at_old, at_new = first.old_start, first.new_start
    for change in [*changes(here, there), end]:
        same = first.old_start + change.old_start - at_old
        rows += _folded([_row(old, at_old + n, new, at_new + n) for n in range(same)])
        at_old, at_new = at_old + same, at_new + same
        left, right = change.old_end - change.old_start, change.new_end - change.new_start
        rows += _changed_rows(at_old, at_old + left, old, at_new, at_new + right, new)
        at_old, at_new = at_old + left, at_new + right
    rows += [_row(old, last.old_end + n, new, last.new_end + n) for n in range(_CONTEXT)]
    columns = '<colgroup><col class="no"><col><col class="no"><col></colgroup>'
    return f'<table class="diff">{columns}<tbody>{"".join(rows)}</tbody></table>'


def _folded(rows: list[str]) -> list[str]:
    """The rows of lines that are the same on both sides, without the middle if they are many."""
    if len(rows) <= _FOLD:
        return rows
    inner = rows[_CONTEXT:-_CONTEXT]
    text = f"⋯ {len(inner)} lines that are the same but for their indentation"
    gap = f'<tr class="gap"><td></td><td colspan="3"><button type="button" class="unfold">{text}</button></td></tr>'
    before, after = f'</tbody><tbody class="fold">{gap}</tbody><tbody class="folded">', "</tbody><tbody>"
    return [*rows[:_CONTEXT], before, *inner, after, *rows[-_CONTEXT:]]


def _changed_rows(
    old_start: int, old_end: int, old: Sequence[Line], new_start: int, new_end: int, new: Sequence[Line]
) -> Iterator[str]:
    here, there = old[old_start:old_end], new[new_start:new_end]
    marks_old, marks_new = pieces([line.text for line in here], [line.text for line in there])
    for at in range(max(len(here), len(there))):
        left = _cell("old del", old_start + at, marked_up(here[at], marks_old[at])) if at < len(here) else _EMPTY
        right = _cell("ins", new_start + at, marked_up(there[at], marks_new[at])) if at < len(there) else _EMPTY
        yield f"<tr>{left}{right}</tr>"


_EMPTY = '<td class="no none"></td><td class="none"></td>'


def _row(old: Sequence[Line], at_old: int, new: Sequence[Line], at_new: int) -> str:
    """Two lines that are the same but for their indentation; nothing outside the file."""
    if not (0 <= at_old < len(old) and 0 <= at_new < len(new)):
        return ""
    kind = "" if old[at_old].text == new[at_new].text else "moved"
    left = _cell(f"old {kind}".rstrip(), at_old, marked_up(old[at_old]))
    return f"<tr>{left}{_cell(kind, at_new, marked_up(new[at_new]))}</tr>"


def _cell(kind: str, at: int, code: str) -> str:
    return f'<td class="no {kind}">{at + 1}</td><td class="code {kind}">{code}</td>'
