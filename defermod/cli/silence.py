"""``silence``: writes comments above findings, each with the rule and the reason."""

from __future__ import annotations

from dataclasses import replace

from defermod.cli import FAILED, output
from defermod.cli.commands import requests_of, show_problems
from defermod.cli.flags import Flags
from defermod.cli.progress import Watcher
from defermod.engine.ignore_comments import above, behind
from defermod.model import FileResult, Finding, Problem, Shift, Status, apply_edits
from defermod.pipeline.request import Mode, Request, RunResult, merged
from defermod.pipeline.run import Buffer, apply, run
from defermod.report.statistics import code_of

_REASONS = {Status.FIXABLE: "fixable", Status.FIXED: "fixable", Status.REJECTED: "rejected"}


def silence(flags: Flags, *, dry_run: bool) -> int:
    """Write a comment for each finding, or show the diff; afterwards ``check`` finds nothing."""
    requests = requests_of(flags, Mode.CHECK)
    if not requests:
        return FAILED
    with Watcher() as watch:
        runs = [run(request, watch=watch) for request in requests]
        decided = merged([run(replace(request, mode=Mode.VERDICTS), watch=watch) for request in requests])
    reasons = {(file.path, f.span.start): _reason(f) for file in decided.files for f in file.findings}
    files = [
        _silenced(file, request, reasons) for request, done in zip(requests, runs, strict=True) for file in done.files
    ]
    result = replace(merged(runs), mode=Mode.DIFF if dry_run else Mode.FIX, files=tuple(files))
    return _shown(result) if dry_run else _written(result)


def _reason(finding: Finding) -> str:
    return _REASONS.get(finding.status) or code_of(finding) or finding.status.value


def _silenced(file: FileResult, request: Request, reasons: dict[tuple[str, int], str]) -> FileResult:
    """Return the file with a comment for each of its findings."""
    if any(problem.fatal for problem in file.problems):
        return replace(file, after=file.before)
    text = file.before
    left = [(finding, reasons.get((file.path, finding.span.start), "undecided")) for finding in file.findings]
    for comments in (above, behind):
        edits = comments(text, left)
        text, shift = apply_edits(text, edits), Shift(edits)
        moved = {shift.moved(finding.span.start): reason for finding, reason in left}
        left = [(f, moved[f.span.start]) for f in _findings(file.path, text, request) if f.span.start in moved]
        if not left:
            break
    result = replace(file, after=text)
    for finding, _ in left:
        result = result.with_problem(Problem(f"no comment silences the {finding.rule} here", finding.span))
    return result


def _findings(path: str, text: bytes, request: Request) -> list[Finding]:
    alone = replace(request, mode=Mode.CHECK, buffer=Buffer(path, text), since=None)
    return [finding for file in run(alone).files for finding in file.findings]


def _written(result: RunResult) -> int:
    done = apply(result)
    changed = [file for file in done.files if file.changed]
    count = sum(len(file.findings) for file in changed)
    output.put(f"Silenced {_plural(count, 'finding')} in {_plural(len(changed), 'file')}.\n")
    return FAILED if show_problems(done) else 0


def _shown(result: RunResult) -> int:
    from defermod.report.diff import patch_names, unified

    changed = [file for file in result.files if file.changed]
    names = patch_names(file.path for file in changed)
    for file in changed:
        output.put(unified(names[file.path], file.before, file.after))
    return FAILED if show_problems(result) else 0


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
