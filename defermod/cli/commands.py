"""``check`` and ``fix``: a run, its report, its exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from defermod.cli import FAILED, FOUND, output
from defermod.cli.flags import Flags, line_range, report_files, settings, stdin_text
from defermod.cli.progress import Watcher
from defermod.config import ConfigError
from defermod.model import FileResult, Finding, Problem, Status
from defermod.pipeline.request import Mode, Request, RunResult, merged
from defermod.pipeline.run import Buffer, apply, run
from defermod.report.places import Places, printable

if TYPE_CHECKING:
    from defermod.cli.interactive import Questions

_MANY = 3
"""A warning about more files than this is printed only once."""


def check(flags: Flags) -> int:
    """Show the findings; the exit status is 1 if there are any of the kind that ``--fail-on`` names."""
    requests = requests_of(flags, Mode.VERDICTS if flags.types else Mode.CHECK)
    if not requests:
        return FAILED
    if any(request.settings.fail_on == "fixable" for request in requests):
        # What can be fixed only types tell.
        requests = [replace(request, mode=Mode.VERDICTS) for request in requests]
    with Watcher(quiet=flags.quiet) as watch:
        result = merged([run(request, watch=watch) for request in requests])
    if _misnamed(flags, result):
        return FAILED
    written = _write_reports(result, flags)
    _put_report(result, requests[0].settings.output_format, flags)
    found = {"all": result.findings, "fixable": _fixable(result), "never": ()}[requests[0].settings.fail_on]
    status = _status(result, found=bool(found) and not flags.exit_zero)
    return status if written else FAILED


def _fixable(result: RunResult) -> list[Finding]:
    return [finding for finding in result.findings if finding.status is Status.FIXABLE]


def fix(flags: Flags) -> int:
    """Apply the fixes, or show them as a diff; for text on stdin, print the fixed text."""
    requests = requests_of(flags, Mode.DIFF if flags.diff else Mode.FIX)
    if not requests:
        return FAILED
    output_format, buffer = requests[0].settings.output_format, requests[0].buffer
    with Watcher(quiet=flags.quiet) as watch:
        chooser = _questions(watch) if flags.interactive else None
        try:
            result = merged([run(request, watch=watch, chooser=chooser) for request in requests])
        except KeyboardInterrupt:
            output.say("\ndefermod: interrupted; nothing was changed")
            raise
    if _misnamed(flags, result):
        return FAILED
    if not flags.diff and (flags.interactive or buffer is None):
        result = apply(result)
    written = _write_reports(result, flags)
    if flags.interactive:
        _show_outcome(result, flags)
    elif flags.diff:
        _show_diff(result, output_format, flags)
    elif buffer is not None:
        _show_buffer(result, buffer, output_format, flags)
    else:
        _put_report(result, output_format, flags)
    status = _status(result, found=flags.diff and bool(result.changed))
    return status if written else FAILED


def _write_reports(result: RunResult, flags: Flags) -> bool:
    """Write the reports that ``--output`` asks for; return False, after an error message, if one can't be written."""
    done = True
    for output_format, file in report_files(flags):
        try:
            with file.open("wb") as stream:
                for piece in _pieces(result, output_format):
                    stream.write(piece.encode("utf-8", "surrogateescape"))
        except OSError as error:
            output.error(f"--output: {file}: cannot be written: {(error.strerror or str(error)).lower()}")
            done = False
    return done


def bench(
    flags: Flags, pattern: str, count: int, benchtime: str, *, profile: bool, profiles: str | None, raw: str | None
) -> int:
    """Run the benchmarks of the packages that the fixes change, without them and with them.

    ``profile``: CPU profiles of both sides, too, kept in the directory ``profiles``; ``raw``: a file for benchstat.
    """
    from defermod.cli.machine import the_go

    requests = requests_of(flags, Mode.DIFF)
    if not requests or (go := the_go("run benchmarks")) is None:
        return FAILED
    with Watcher() as watch:
        result = merged([run(request, watch=watch) for request in requests])
    if _misnamed(flags, result):
        return FAILED
    status = _status(result, found=False)
    if not result.changed or status:
        output.say(f"defermod: nothing to compare: no fix applies{_only_unsafe(result)}")
        return status
    import tempfile

    from defermod.report import benchmarks
    from defermod.toolchain.bench import Asked, compare

    with tempfile.TemporaryDirectory(prefix="defermod-profiles-") as scratch:
        directory = Path(profiles or scratch).absolute() if profile or profiles else None
        try:
            if directory is not None:
                directory.mkdir(parents=True, exist_ok=True)
            compared = compare(go, result.changed, cwd=Path.cwd(), asked=Asked(pattern, count, benchtime, directory))
            if raw is not None:
                Path(raw).write_text("\n".join([*compared.raw, ""]), "utf-8")
        except OSError as error:
            output.error(f"{error.filename}: can't be written: {error.strerror}")
            return FAILED
    output.put(benchmarks.render(compared.comparisons))
    output.put(benchmarks.render_profiles(compared.shares))
    for complaint in compared.complaints:
        output.say(f"defermod: {complaint}")
    return 0 if compared.comparisons else FAILED


def _only_unsafe(result: RunResult) -> str:
    """Return a phrase about the fixes that would apply if unsafe ones were allowed."""
    count = sum(finding.status is Status.UNSAFE for finding in result.findings)
    return f"; {count} would with --unsafe-fixes" if count else ""


def _misnamed(flags: Flags, result: RunResult) -> bool:
    """Report flags whose value matches nothing; keys of a file are exempt, as they may be meant for other
    directories.
    """
    found = [said for (name, value), said in result.unmatched.items() if value in flags.settings.get(name, ())]
    for message in found:
        output.error(message)
    return bool(found)


def requests_of(flags: Flags, mode: Mode) -> list[Request]:
    """Return the requests that the flags make; nothing, after an error message, if they can't be used."""
    try:
        lines = line_range(flags.lines)
        output.choose_colour(flags.color)
        report_files(flags)
        groups = settings(flags)
    except ConfigError as error:
        output.error(str(error))
        return []
    buffer = Buffer(flags.stdin_filename, stdin_text()) if flags.from_stdin and flags.stdin_filename else None
    return [Request(mode, paths, wanted, lines, flags.since, buffer) for paths, wanted in groups]


def _status(result: RunResult, *, found: bool) -> int:
    """Print the problems, and return the exit status."""
    if show_problems(result):
        return FAILED
    return FOUND if found else 0


def show_problems(result: RunResult) -> bool:
    """Print what could not be done, and return True if the run has failed."""
    for place, problem in _gathered(result.all_problems):
        output.say(f"{place}: {'error' if problem.fatal else 'warning'}: {problem.message}")
    return result.failed


def _gathered(problems: Iterable[tuple[FileResult | None, Problem]]) -> Iterator[tuple[str, Problem]]:
    """Yield the problems with their places; a problem that many files share is yielded once."""
    sharers: dict[Problem, list[str]] = {}
    for file, problem in problems:
        sharers.setdefault(problem, []).append(_place(file, problem))
    for problem, places in sharers.items():
        if len(places) > _MANY and problem.span is None:
            yield f"{places[0]} and {len(places) - 1} other files", problem
        else:
            yield from ((place, problem) for place in places)


def _place(file: FileResult | None, problem: Problem) -> str:
    if file is None:
        return "defermod"
    if problem.span is None:
        return printable(file.path)
    line, column = Places(file.before).position(problem.span.start)
    return f"{printable(file.path)}:{line}:{column}"


def _show_diff(result: RunResult, output_format: str, flags: Flags) -> None:
    """Print a diff on stdout and the findings on stderr; in a format for programs, print the findings alone."""
    if output_format not in ("text", "concise"):
        _put_report(result, output_format, flags)
        return
    from defermod.report.diff import is_elsewhere, patch_names, unified

    names = patch_names(file.path for file in result.changed)
    diffs = (unified(names[file.path], file.before, file.after) for file in result.changed)
    if sys.stdout.isatty():
        output.page_diff(b"".join(diffs))
    else:
        for diff in diffs:
            output.put(diff)
    output.say(_report(result, output_format, flags, to_stderr=True).rstrip("\n"))
    if any(is_elsewhere(path) for path in names):
        output.say("Files outside this directory: the diff names all from the root, where patch -d / -p1 applies it.")


def _questions(watch: Watcher) -> Questions:
    from defermod.cli.interactive import Questions

    return Questions(before_asking=watch.end)


def _show_outcome(result: RunResult, flags: Flags) -> None:
    """Print a summary after the dialogue, or the whole report if a validator rejected a chosen fix."""
    from defermod.report.summary import sentence

    rejected = any(finding.status is Status.REJECTED for finding in result.findings)
    output.put(_report(result, "text", flags) if rejected else f"{sentence(result)}\n")


def _show_buffer(result: RunResult, buffer: Buffer, output_format: str, flags: Flags) -> None:
    """Print the fixed text on stdout and the findings on stderr; in a format for programs, print the findings alone."""
    if output_format not in ("text", "concise"):
        _put_report(result, output_format, flags)
        return
    if not result.failed:
        changed = {file.path: file.after for file in result.changed}
        output.put(changed.get(buffer.path, buffer.text))
    output.say(_report(result, output_format, flags, to_stderr=True).rstrip("\n"))


def _put_report(result: RunResult, output_format: str, flags: Flags) -> None:
    """Write the report to stdout."""
    if output_format in ("text", "concise"):
        output.put(_report(result, output_format, flags))
        return
    for piece in _pieces(result, output_format):
        output.put(piece)


def _report(result: RunResult, output_format: str, flags: Flags, *, to_stderr: bool = False) -> str:
    """Return the report in a format for people, which adapts to its stream and to the flags about detail."""
    if flags.statistics:
        from defermod.report import statistics

        return statistics.render(result)
    if output_format == "concise":
        return _rendered(result, output_format)
    from defermod.report import text

    stream = sys.stderr if to_stderr else sys.stdout
    return text.render(result, colour=output.colour(stream), width=output.width(stream), brief=flags.quiet)


def _pieces(result: RunResult, output_format: str) -> Iterator[str]:
    """Yield the report in one format, in the pieces in which that format is made."""
    if output_format == "json":
        from defermod.report import json

        yield from json.pieces(result)
    else:
        yield _rendered(result, output_format)


def _rendered(result: RunResult, output_format: str) -> str:
    """Return the report in one format, made by the module of that name in ``defermod.report``."""
    if output_format == "html":
        from defermod.report import html, provenance

        return html.render(result, provenance.gather(asks_go=result.mode is not Mode.CHECK))
    rendered: str = import_module(f"defermod.report.{output_format}").render(result)
    return rendered
