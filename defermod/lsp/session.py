"""Queries of the server to the pipeline: one open text, judged as ``check`` and ``fix`` would judge the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from defermod import config
from defermod.config import Settings
from defermod.engine.ignore_comments import comment
from defermod.files import is_generated, passed_over
from defermod.model import Edit, FileResult, Finding, Safety, Status, apply_edits
from defermod.pipeline.request import Mode, Request, RunResult
from defermod.pipeline.run import Buffer, run
from defermod.report.places import Places
from defermod.settings import ConfigError, check_choices


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An open text at one version."""

    uri: str
    path: Path
    """Absolute."""
    version: int | None
    text: bytes


@dataclass(frozen=True, slots=True)
class Analysis:
    """The verdicts about a snapshot."""

    snapshot: Snapshot
    result: FileResult
    settings: Settings
    typed: bool
    """True if Go's type checker was asked."""
    notes: tuple[str, ...] = ()
    """Problems, for the server's log."""


def analyse(snapshot: Snapshot, *, typed: bool) -> Analysis:
    """The findings of a text: by the text alone, or with what Go's type checker knows of it.

    Raises ConfigError for a ``.defermod.toml`` that can't be used.
    """
    settings = settings_for(snapshot.path)
    if not concerns(snapshot, settings):
        return Analysis(snapshot, FileResult(str(snapshot.path), snapshot.text, snapshot.text), settings, typed)
    # A dry run without validators asks for types and for nothing else.
    asked = replace(settings, validate=(), verify=False, jobs=1, unsafe_fixes=False)
    done = run(_request(snapshot, asked, Mode.DIFF if typed else Mode.CHECK))
    notes = tuple(problem.message for _, problem in done.all_problems if "syntax" not in problem.kind.value)
    return Analysis(snapshot, _only_file(done, snapshot), settings, typed, notes)


def fixed(snapshot: Snapshot, *, offset: int | None = None) -> RunResult:
    """Run ``fix`` on the text; with ``offset``, on the defers on the line of that byte alone.

    An unsafe fix is made only where it is asked for by offset.  Without Go nothing validates the rewrite.
    """
    settings = settings_for(snapshot.path)
    lines = None
    if offset is not None:
        line, _ = Places(snapshot.text).position(offset)
        lines = (line, line)
    settings = replace(
        settings,
        unsafe_fixes=settings.unsafe_fixes or offset is not None,
        validate=settings.validate if has_go() else (),
        verify=False,
        jobs=1,
    )
    return run(_request(snapshot, settings, Mode.DIFF, lines))


def fixed_by_text(analysis: Analysis, finding: Finding) -> FileResult:
    """The fix of one finding as the analysis made it, for a client that can't wait for the validators."""
    assert finding.fix is not None
    result = analysis.result
    return replace(result, after=apply_edits(result.before, finding.fix.edits))


def all_fixed_by_types(analysis: Analysis) -> FileResult:
    """Every fix that the analysis calls safe, for a client that can't wait for the validators."""
    if analysis.typed:
        return analysis.result
    return analyse(analysis.snapshot, typed=True).result


def silenced(snapshot: Snapshot, finding: Finding) -> Edit | None:
    """The insertion of a line that silences ``finding`` when it stands above it; None if none does."""
    text, start = snapshot.text, snapshot.text.rfind(b"\n", 0, finding.span.start) + 1
    line = text[start : finding.span.start]
    indent = line[: len(line) - len(line.lstrip(b" \t"))]
    end = b"\r\n" if text[start : text.find(b"\n", start) + 1].endswith(b"\r\n") else b"\n"
    reason = finding.refusal.code if finding.refusal and finding.status is Status.REFUSED else "on purpose"
    edit = Edit(start, start, indent + comment([finding.rule], reason) + end)
    # Above a line that begins inside a raw string, for one, it would be no comment.
    after = replace(snapshot, text=apply_edits(text, [edit]))
    at = finding.span.start + len(edit.new)
    still = analyse(after, typed=False).result.findings
    return None if any(other.span.start == at for other in still) else edit


def offered(finding: Finding) -> bool:
    """Return True if the finding's fix may be applied, be it with a warning; not if it takes changes to other files."""
    if finding.fix is None or finding.fix.joint is not None:
        return False
    return finding.status not in (Status.REJECTED, Status.UNDECIDED)


def is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.safety is Safety.SAFE


def settings_for(path: Path) -> Settings:
    """The settings that govern ``path``.  Raises ConfigError."""
    file = config.find(path)
    if file is None:
        return Settings()
    settings = Settings(exclude_root=file.parent).overridden(config.load(file))
    if unknown := settings.rules - _known_rules():
        check_choices(tuple(sorted(unknown)), tuple(sorted(_known_rules())), "rule")
    return settings


def concerns(snapshot: Snapshot, settings: Settings) -> bool:
    """Return True if ``check ./...`` would look at the file.  Raises ConfigError."""
    if not settings.include_generated and is_generated(snapshot.text):
        return False
    try:
        return not passed_over(
            snapshot.path,
            exclude=settings.exclude,
            exclude_root=settings.exclude_root,
            include_vendor=settings.include_vendor,
        )
    except ValueError as error:
        raise ConfigError(f"exclude: {error}") from error


@lru_cache(maxsize=1)
def has_go() -> bool:
    from defermod.toolchain.go import find_go

    return find_go() is not None


def _known_rules() -> frozenset[str]:
    from defermod.engine.registry import transforms

    return frozenset(transforms())


def _request(snapshot: Snapshot, settings: Settings, mode: Mode, lines: tuple[int, int] | None = None) -> Request:
    return Request(mode, (str(snapshot.path),), settings, lines, buffer=Buffer(str(snapshot.path), snapshot.text))


def _only_file(done: RunResult, snapshot: Snapshot) -> FileResult:
    unchanged = FileResult(str(snapshot.path), snapshot.text, snapshot.text)
    return next((file for file in done.files), unchanged)
