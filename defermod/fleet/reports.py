"""Reports about a run, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from pathlib import PurePosixPath
from typing import Any

from defermod.fleet.compare import verdict
from defermod.fleet.store import Repository, Results, code
from defermod.fleet.targets import matches, names
from defermod.report.places import printable

FORMATS = ("text", "json", "csv", "html")
_STATUSES = ("fixed", "fixable", "undecided", "unsafe", "refused", "rejected")
_STATES = ("done", "partial", "failed", "waiting")
_MOST = 20
"""Rows of a table of the text report."""
_COLUMNS = (
    *("repository", "commit", "state", "reason", "rule", "path", "line", "column", "function", "severity"),
    *("status", "safety", "code", "message"),
)

_TIMES = ("started", "fetch_seconds", "files_seconds", "command_seconds", "processor_seconds", "worker")
"""The fields of a repository's outcome that differ from run to run."""


def render(results: Results, output_format: str, *, before: Results | None = None, times: bool = False) -> str:
    """The report in one of ``FORMATS``.

    ``before`` is the run that trends are shown from, in text and HTML.  Without ``times``, text, JSON and CSV hold
    nothing that differs between two runs over the same commits, wherever they ran.
    """
    match output_format:
        case "json":
            return _json(results, times=times)
        case "csv":
            return _csv(results, times=times)
        case "html":
            return _html(results, before)
        case _:
            return "".join(f"{line}\n" for line in _text(results, before, times=times))


def only(results: Results, globs: Sequence[str]) -> Results:
    """Return a run with those repositories whose name or key matches one of ``globs``; with all if there are none."""
    shown = names(repository.target.key for repository in results.repositories)
    kept = [one for one in results.repositories if matches(globs, shown[one.target.key], one.target.key)]
    return Results(results.run, kept)


@dataclass(frozen=True, slots=True)
class _Figures:
    """The totals of a run."""

    states: Counter[str]
    reasons: Counter[str]
    findings: int
    statuses: Counter[str]
    rules: dict[str, Counter[str]]
    """Statuses by rule."""
    codes: Counter[tuple[str, str]]
    """Rules with codes of refusals and hazards."""
    packages: dict[tuple[str, str], Counter[str]]
    """Statuses by repository and directory."""
    changed: int
    files: int
    lines: int
    modules: int


def _figures(results: Results) -> _Figures:
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    rules: dict[str, Counter[str]] = {}
    codes: Counter[tuple[str, str]] = Counter()
    packages: dict[tuple[str, str], Counter[str]] = {}
    changed = files = lines = modules = 0
    for repository in results.repositories:
        outcome = repository.outcome
        states[_state(repository)] += 1
        if outcome is None:
            continue
        if outcome.reason:
            reasons[outcome.reason] += 1
        changed += len(outcome.changes)
        files, lines, modules = files + outcome.files, lines + outcome.lines, modules + outcome.modules
        for found in outcome.findings:
            rule, status = str(found.get("rule", "")), str(found.get("status", ""))
            statuses[status] += 1
            rules.setdefault(rule, Counter())[status] += 1
            if named := code(found):
                codes[rule, named] += 1
            directory = str(PurePosixPath(str(found.get("path", ""))).parent)
            packages.setdefault((repository.target.key, directory), Counter())[status] += 1
    return _Figures(states, reasons, statuses.total(), statuses, rules, codes, packages, changed, files, lines, modules)


def _state(repository: Repository) -> str:
    return "waiting" if repository.outcome is None else repository.outcome.state


# --- text ---


def _text(results: Results, before: Results | None, *, times: bool) -> Iterator[str]:
    figures = _figures(results)
    shown = names(repository.target.key for repository in results.repositories)
    yield f"defermod {results.run.tool}: {printable(' '.join(results.run.command))}"
    total = len(results.repositories)
    states = ", ".join(f"{figures.states[state]} {state}" for state in _STATES if figures.states[state])
    yield f"{total} repositories ({states}), {figures.modules} modules, {figures.files} files, {figures.lines} lines"
    statuses = ", ".join(f"{figures.statuses[name]} {name}" for name in _known(figures.statuses))
    yield f"{figures.findings} findings{f' ({statuses})' if statuses else ''}, {figures.changed} files changed"
    if before is not None:
        yield f"since the run before: {_trend(figures, _figures(before))}"
    columns = _known(figures.statuses)
    if figures.rules:
        yield ""
        rows = [
            [rule, *(str(counts[name]) for name in columns), str(counts.total())]
            for rule, counts in sorted(figures.rules.items())
        ]
        yield from _table(["rule", *columns, "all"], rows)
    if figures.codes:
        yield ""
        ranked = sorted(figures.codes.items(), key=lambda item: (-item[1], item[0]))
        rows = [[rule, named, str(count)] for (rule, named), count in ranked[:_MOST]]
        yield from _table(["rule", "reason", "findings"], rows)
    yield from _by_repository(results, shown, columns)
    if times:
        yield from _slowest(results, shown)
    failed = [one for one in results.repositories if one.outcome is not None and one.outcome.state == "failed"]
    if failed:
        yield ""
        for repository in failed:
            outcome = repository.outcome
            assert outcome is not None
            yield f"failed: {printable(shown[repository.target.key])}: {outcome.reason}: {printable(outcome.detail)}"


def _slowest(results: Results, shown: dict[str, str]) -> Iterator[str]:
    """Yield the times: all together, and the repositories that took most of it."""
    looked = [one.outcome for one in results.repositories if one.outcome is not None]
    if not looked:
        return
    yield ""
    rows = []
    for name, chosen in [("all", looked)] + [
        (printable(shown[one.key]), [one]) for one in sorted(looked, key=lambda one: -one.seconds)[:_MOST]
    ]:
        seconds = [
            sum(getattr(one, field) for one in chosen)
            for field in ("fetch_seconds", "files_seconds", "command_seconds", "processor_seconds")
        ]
        worker = chosen[0].worker if len(chosen) == 1 else ""
        rows.append([name, str(sum(one.lines for one in chosen)), *(f"{value:.2f}" for value in seconds), worker])
    yield from _table(["seconds", "lines", "fetch", "files", "command", "processor", "worker"], rows)


def _by_repository(results: Results, shown: dict[str, str], columns: Sequence[str]) -> Iterator[str]:
    ranked = sorted(
        (one for one in results.repositories if one.outcome is not None and one.outcome.findings),
        key=lambda one: (-len(one.outcome.findings if one.outcome else ()), one.target.key),
    )
    if not ranked:
        return
    yield ""
    rows = []
    for repository in ranked[:_MOST]:
        outcome = repository.outcome
        assert outcome is not None
        counts = Counter(str(found.get("status", "")) for found in outcome.findings)
        row = [printable(shown[repository.target.key]), *(str(counts[name]) for name in columns), str(counts.total())]
        rows.append(row)
    yield from _table(["repository", *columns, "all"], rows)
    if len(ranked) > _MOST:
        yield f"and {len(ranked) - _MOST} more"


def _trend(now: _Figures, then: _Figures) -> str:
    names_ = _known(now.statuses + then.statuses)
    parts = [f"findings {then.findings} -> {now.findings}"]
    parts += [f"{name} {then.statuses[name]} -> {now.statuses[name]}" for name in names_]
    if now.states["failed"] or then.states["failed"]:
        parts.append(f"failed repositories {then.states['failed']} -> {now.states['failed']}")
    return ", ".join(parts)


def _known(statuses: Iterable[str]) -> list[str]:
    """The statuses that occur, in their usual order."""
    there = set(statuses)
    return [name for name in _STATUSES if name in there] + sorted(there - set(_STATUSES))


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    """Columns of text, then of numbers."""
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    for row in [head, *rows]:
        cells = [
            text.rjust(width) if all(re.fullmatch(r"[\d.]*", other[at]) for other in rows) else text.ljust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


# --- programs ---


def _json(results: Results, *, times: bool) -> str:
    figures = _figures(results)
    shown = names(repository.target.key for repository in results.repositories)
    data: dict[str, Any] = {
        "version": 1,
        "tool": results.run.tool,
        "command": list(results.run.command),
        "repositories": [_repository(one, shown[one.target.key], times=times) for one in results.repositories],
        "summary": {
            "repositories": len(results.repositories),
            **{state: figures.states[state] for state in _STATES},
            "modules": figures.modules,
            "files": figures.files,
            "lines": figures.lines,
            "changed": figures.changed,
            "findings": figures.findings,
            "statuses": dict(sorted(figures.statuses.items())),
            "rules": {rule: dict(sorted(counts.items())) for rule, counts in sorted(figures.rules.items())},
        },
    }
    if times:
        data["started"], data["ended"] = results.run.started, results.run.ended
    return json.dumps(data, indent=2) + "\n"


def _repository(repository: Repository, name: str, *, times: bool) -> dict[str, Any]:
    outcome, target = repository.outcome, repository.target
    shown: dict[str, Any] = {"repository": target.key, "name": name, "state": _state(repository)}
    if outcome is None:
        return shown
    shown |= {
        "reason": outcome.reason,
        "detail": outcome.detail,
        "commit": outcome.commit,
        "dirty": outcome.dirty,
        "exit_status": outcome.exit_status,
        "modules": outcome.modules,
        "files": outcome.files,
        "lines": outcome.lines,
        "findings": outcome.findings,
        "changes": [
            {
                "path": change.path,
                "diff": change.diff.decode("utf-8", "surrogateescape"),
                "validators": change.validators,
            }
            for change in outcome.changes
        ],
        "messages": outcome.messages,
    }
    if times:
        shown |= {
            **{name: getattr(outcome, name) for name in _TIMES},
            "attempts": repository.attempts,
        }
    return shown


def _csv(results: Results, *, times: bool) -> str:
    """One row for each finding, and one for each repository without any."""
    shown = names(repository.target.key for repository in results.repositories)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_COLUMNS, *(_TIMES if times else ())])
    for repository in results.repositories:
        outcome = repository.outcome
        head = [shown[repository.target.key], outcome.commit if outcome else "", _state(repository)]
        head.append(outcome.reason if outcome else "")
        findings = outcome.findings if outcome else []
        for found in findings or [{}]:
            fix = found.get("fix") or {}
            cells = [
                found.get(name, "") for name in ("rule", "path", "line", "column", "function", "severity", "status")
            ]
            cells += [fix.get("safety", ""), code(found), found.get("message", "")]
            if times:
                cells += [getattr(outcome, name) if outcome else "" for name in _TIMES]
            writer.writerow([_cell(cell) for cell in [*head, *cells]])
    return out.getvalue()


def _cell(value: object) -> object:
    """Text that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value


# --- HTML ---


def _html(results: Results, before: Results | None) -> str:
    figures = _figures(results)
    shown = names(repository.target.key for repository in results.repositories)
    values = {
        "style": resources.files("defermod.report").joinpath("page", "page.css").read_text("utf-8")
        + _resource("fleet.css"),
        "script": _resource("fleet.js"),
        "sentence": escape(
            f"{len(results.repositories)} repositories, {figures.modules} modules, {figures.lines:,} lines; "
            f"defermod {' '.join(results.run.command)}"
        ),
        "tiles": "".join(_tiles(figures, None if before is None else _figures(before))),
        "rules": _html_table("rules", _rule_rows(figures), ["rule", *_known(figures.statuses), "all"]),
        "reasons": _html_table("reasons", _reason_rows(figures), ["rule", "reason", "findings"]),
        "packages": _html_table(
            "packages", _package_rows(figures, shown), ["repository", "package", *_known(figures.statuses), "all"]
        ),
        "repositories": _repository_table(results, shown, _known(figures.statuses)),
        "failures": _failures(results, shown),
        "details": "".join(_details(results, shown)),
        "version": escape(results.run.tool),
    }
    page = _resource("fleet.html")
    # In one pass: what is put in may hold anything.
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], page)


def _resource(name: str) -> str:
    return resources.files("defermod.fleet").joinpath("page", name).read_text("utf-8")


def _tiles(now: _Figures, then: _Figures | None) -> Iterator[str]:
    tiles: list[tuple[str, int, int | None, str]] = [
        ("findings", now.findings, None if then is None else then.findings, "")
    ]
    statuses = _known(now.statuses + (then.statuses if then else Counter()))
    tiles += [(name, now.statuses[name], None if then is None else then.statuses[name], name) for name in statuses]
    tiles.append(("files changed", now.changed, None if then is None else then.changed, ""))
    for state in ("partial", "failed", "waiting"):
        if now.states[state] or (then is not None and then.states[state]):
            tiles.append(
                (f"repositories {state}", now.states[state], None if then is None else then.states[state], "rejected")
            )
    for name, count, earlier, tone in tiles:
        trend = ""
        if earlier is not None:
            change = count - earlier
            trend = f'<small title="the run before: {earlier:,}">{change:+,}</small>' if change else "<small>=</small>"
        yield f'<div class="tile {tone}"><b>{count:,}</b>{trend}<span>{escape(name)}</span></div>'


def _rule_rows(figures: _Figures) -> Iterator[list[str | int]]:
    for rule, counts in sorted(figures.rules.items()):
        yield [rule, *(counts[name] for name in _known(figures.statuses)), counts.total()]


def _reason_rows(figures: _Figures) -> Iterator[list[str | int]]:
    for (rule, named), count in sorted(figures.codes.items(), key=lambda item: (-item[1], item[0])):
        yield [rule, named, count]


def _package_rows(figures: _Figures, shown: dict[str, str]) -> Iterator[list[str | int]]:
    ranked = sorted(figures.packages.items(), key=lambda item: (-item[1].total(), item[0]))
    for (key, directory), counts in ranked:
        yield [shown[key], directory, *(counts[name] for name in _known(figures.statuses)), counts.total()]


def _html_table(identity: str, rows: Iterable[list[str | int]], head: list[str]) -> str:
    body = []
    for row in rows:
        cells = "".join(
            f'<td class="number">{cell:,}</td>' if isinstance(cell, int) else f"<td>{escape(printable(cell))}</td>"
            for cell in row
        )
        body.append(f"<tr>{cells}</tr>")
    if not body:
        return '<p class="reason">none</p>'
    titles = "".join(f'<th scope="col"><button type="button">{escape(title)}</button></th>' for title in head)
    return (
        f'<table class="plain" id="{identity}"><thead><tr>{titles}</tr></thead><tbody>{"".join(body)}</tbody></table>'
    )


def _repository_table(results: Results, shown: dict[str, str], columns: Sequence[str]) -> str:
    rows: list[list[str | int]] = []
    for repository in results.repositories:
        outcome = repository.outcome
        name = shown[repository.target.key]
        if outcome is None:
            rows.append([name, "waiting", "", *(0 for _ in columns), 0, 0, 0, "", "", ""])
            continue
        counts = Counter(str(found.get("status", "")) for found in outcome.findings)
        commit = outcome.commit[:12] + (" (dirty)" if outcome.dirty else "")
        rows.append(
            [
                name,
                outcome.state,
                commit,
                *(counts[status] for status in columns),
                counts.total(),
                len(outcome.changes),
                outcome.lines,
                f"{outcome.seconds:.2f}",
                f"{outcome.processor_seconds:.2f}",
                outcome.worker,
            ]
        )
    head = ["repository", "state", "commit", *columns, "all", "changed", "lines", "seconds", "processor", "worker"]
    return _html_table("repositories", rows, head)


def _failures(results: Results, shown: dict[str, str]) -> str:
    items = []
    for repository in results.repositories:
        outcome = repository.outcome
        if outcome is None or outcome.state == "done":
            continue
        said = outcome.detail if outcome.state == "failed" else outcome.messages.strip()[:2000]
        title = f"{shown[repository.target.key]}: {outcome.reason or outcome.state}"
        lines = "<br>".join(escape(printable(line)) for line in said.splitlines())
        items.append(f"<li><b>{escape(printable(title))}</b><br>{lines}</li>")
    if not items:
        return ""
    return f'<section class="problems"><h2>What could not be done</h2><ul>{"".join(items)}</ul></section>'


def _details(results: Results, shown: dict[str, str]) -> Iterator[str]:
    for repository in results.repositories:
        outcome = repository.outcome
        if outcome is None or not (outcome.findings or outcome.changes):
            continue
        name = printable(shown[repository.target.key])
        diffs = {change.path: change.diff for change in outcome.changes}
        rows = []
        for found in outcome.findings:
            fix, refusal = found.get("fix") or {}, found.get("refusal") or {}
            why = str(fix.get("reason") or refusal.get("explanation") or "")
            status = str(found.get("status", ""))
            place = f"{found.get('path', '')}:{found.get('line', '')}"
            rows.append(
                f'<tr><td><span class="badge status {escape(status)}">{escape(printable(verdict(found)))}</span></td>'
                f"<td>{escape(printable(place))}</td><td>{escape(printable(str(found.get('function', ''))))}</td>"
                f"<td>{escape(str(found.get('rule', '')))}</td>"
                f'<td class="said">{escape(printable(str(found.get("message", ""))))}'
                f"{f'<br>{escape(printable(why))}' if why else ''}</td></tr>"
            )
        table = f'<table class="plain"><tbody>{"".join(rows)}</tbody></table>' if rows else ""
        shown_diffs = "".join(_diff(path, diff) for path, diff in sorted(diffs.items()))
        yield (
            f'<details class="card" data-name="{escape(name)}"><summary><b>{escape(name)}</b> '
            f"<small>{len(outcome.findings)} findings, {len(diffs)} files changed</small></summary>"
            f"{table}{shown_diffs}</details>"
        )


def _diff(path: str, diff: bytes) -> str:
    lines = []
    for raw in diff.decode("utf-8", "replace").split("\n")[2:]:
        kind = {"+": "ins", "-": "del", "@": "gap"}.get(raw[:1], "")
        lines.append(f'<span class="{kind}">{escape(_printable_line(raw))}</span>')
    joined = "\n".join(lines)
    return f"<h3>{escape(printable(path))}</h3><pre>{joined}</pre>"


def _printable_line(text: str) -> str:
    """A line of a file with its tabs, and other control characters made harmless."""
    return "\t".join(printable(part) for part in text.split("\t"))
