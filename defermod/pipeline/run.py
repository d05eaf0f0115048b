"""The one pipeline that every command uses.  It prints nothing.

discover ─ read ─ scan ─► engine ─► syntax errors confirmed by gofmt ─► validate ─► verify ─► RunResult ─ apply ─► disk
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from defermod.config import Settings
from defermod.engine.registry import is_codemod
from defermod.engine.without_types import in_vain
from defermod.files import FileError, Stamp, write
from defermod.model import (
    FileResult,
    Finding,
    Fix,
    Joint,
    Options,
    Problem,
    ProblemKind,
    Refusal,
    Status,
    status_of,
)
from defermod.pipeline import joint
from defermod.pipeline.evidence import EvidenceByRule, complete, correct, gather, unmatched
from defermod.pipeline.inputs import Buffer as Buffer
from defermod.pipeline.inputs import Inputs, read_buffer, read_files
from defermod.pipeline.pool import Job, Workers, analyse_one
from defermod.pipeline.request import ASKING, Chooser, Mode, Request, RunResult, Watch, order
from defermod.pipeline.syntax_errors import confirm_syntax_errors, suspected
from defermod.pipeline.unit import Unit
from defermod.pipeline.validation import needs_go, validate_units

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from defermod.golang.facts import FileFacts, NoFacts
    from defermod.toolchain.git import Lines
    from defermod.toolchain.go import Go
    from defermod.toolchain.validate import Refix


@dataclass(slots=True)
class _Run:
    """The state that the stages share, besides that of single files."""

    request: Request
    workers: Workers
    watch: Watch
    chooser: Chooser | None
    read: Inputs
    problems: list[Problem]

    @property
    def settings(self) -> Settings:
        return self.request.settings

    @property
    def checks(self) -> bool:
        """Return True if the run uses the text alone."""
        return self.request.mode is Mode.CHECK

    def analyse_again(self, units: Iterable[Unit]) -> None:
        """The engine's results for jobs that have changed."""
        units = list(units)
        for unit, result in zip(units, self.workers.analyse([unit.job for unit in units]), strict=True):
            unit.result = result


Stage = Callable[[list[Unit], _Run], None]


def run(
    request: Request,
    *,
    watch: Watch = lambda what, done, of: None,
    chooser: Chooser | None = None,
    executor: Executor | None = None,
) -> RunResult:
    """Do everything that ``request`` asks for except writing, which ``apply`` does.

    ``chooser`` is asked after validation; a file that it changes is validated again.
    ``executor`` analyses the files in place of processes of this run's own; see ``Workers``.
    """
    with Workers(request.settings.jobs, executor) as workers:
        watch("reading", 0, 0)
        read, changed = _read(request, workers)
        this = _Run(request, workers, watch, chooser, read, [*read.problems])
        units = [_unit(buffer, this, changed) for buffer in read.texts]
        for stage in _STAGES:
            stage(units, this)
    results = [unit.result for unit in units]
    everything = [*read.failures, *(r for r in results if r.findings or r.problems or r.changed)]
    return RunResult(
        mode=request.mode,
        files=tuple(sorted(everything, key=order)),
        validations={unit.path: unit.validations for unit in units if unit.validations},
        problems=tuple(this.problems),
        places=read.places,
        looked_at=read.looked_at,
        unmatched={} if request.buffer is not None else unmatched(_texts(units), request.settings),
        codemod=is_codemod(request.settings.select),
    )


def _unit(buffer: Buffer, this: _Run, changed: Mapping[str, Lines] | None) -> Unit:
    """The file at the start of its way."""
    # Nothing is written, and nobody has asked for this file's errors: what can't hold a finding is passed over.
    named = buffer.path in this.read.explicit
    options = _options(buffer, this.request, None if changed is None else changed[buffer.path])
    job = Job(buffer.path, buffer.text, options, partly=this.checks and not named)
    return Unit(job, FileResult(buffer.path, buffer.text, buffer.text), named)


def _texts(units: Iterable[Unit]) -> dict[str, bytes]:
    return {unit.path: unit.job.text for unit in units}


def _show_packages(units: list[Unit], this: _Run) -> None:
    """Give rules that look at whole packages the other files of each package."""
    from defermod.engine.registry import any_rule_reads_packages

    looking = [unit for unit in units if any_rule_reads_packages(unit.job.options.select)]
    if looking:
        joint.show_packages(looking)


def _gather_evidence(units: list[Unit], this: _Run) -> None:
    """Gather the rules' evidence besides a file's text, such as profiles."""
    told, problems = gather(_texts(units), this.settings, _go)
    for unit in units:
        for rule, by_path in told.items():
            if unit.path in by_path:
                unit.job = replace(unit.job, options=unit.job.options.with_evidence(rule, by_path[unit.path]))
    this.problems += problems


def _analyse(units: list[Unit], this: _Run) -> None:
    """Run the engine on the text alone; results of an earlier run are reused."""

    def done(count: int) -> None:
        this.watch("analysing", count, len(units))

    # All else that an analysis is told is in the cache's key.
    cache_keys = {
        unit.path: f"{job.partly} {options.go_version} {options.unsafe_fixes} {options.trust} {options.evidence}"
        for unit in units
        for job, options in [(unit.job, unit.job.options)]
    }
    known = [this.read.recall(unit.path, unit.job.text, cache_keys[unit.path]) for unit in units]
    unknown = [unit for unit, result in zip(units, known, strict=True) if result is None]
    for unit, result in zip(units, known, strict=True):
        unit.result = result or unit.result
    for unit, fresh in zip(unknown, this.workers.analyse([unit.job for unit in unknown], done), strict=True):
        unit.result = fresh
    this.read.remember({u.path: u.result for u in units}, {u.path: cache_keys[u.path] for u in unknown})


def _note_unusable_modules(units: list[Unit], this: _Run) -> None:
    """Report files of the modules that can't be read, such as go.mod."""
    this.problems += _unusable_modules(this.read.texts)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The types that a file's rules ask for, besides those of its findings."""

    unit: Unit
    defers: bool
    """Of all declarations with a ``defer``."""
    everything: bool


def _add_types(units: list[Unit], this: _Run) -> None:
    """Run the engine again on files with findings, with Go's type facts.

    The jobs keep the facts: whatever is analysed again later is judged by the same ones.  Without Go, or for a
    package that doesn't type-check, the results stay undecided, and a problem says why.
    """
    if this.checks:
        return
    from defermod.engine.registry import any_rule_wants_defer_facts, wanted_types
    from defermod.golang.facts import FileFacts

    this.watch(ASKING, 0, 0)
    all_wanted = [_Wanted(unit, *wanted_types(unit.job.options.select, unit.job.text)) for unit in units]
    asking = [one for one in all_wanted if one.unit.result.findings or one.defers or one.everything]
    asking.sort(key=lambda one: one.unit.path)
    needed = not _fixes_undecided(this.request)
    go = _go() if asking else None
    if go is None:
        if needed and any(f.status is Status.UNDECIDED for unit in units for f in unit.result.findings):
            this.problems.append(_no_go(this.settings))
        return
    every = any(one.defers for one in asking)
    every = every or any_rule_wants_defer_facts({finding.rule for unit in units for finding in unit.result.findings})
    typed = [one.unit for one in asking]
    facts = _facts(typed, this, go, every_defer=every, everything=any(one.everything for one in asking))
    completed = complete([unit.result for unit in units if unit.result.findings], _evidence(units), go)
    for unit, known in zip(typed, facts, strict=True):
        if isinstance(known, FileFacts):
            options = replace(unit.job.options, unsafe_fixes=this.settings.unsafe_fixes)
            unit.job = replace(unit.job, facts=known, options=options)
    told = _give_evidence(typed, completed)
    this.analyse_again(unit for unit in typed if unit.job.facts or unit in told)
    for unit, known in zip(typed, facts, strict=True):
        if not isinstance(known, FileFacts):
            writes = this.request.mode is not Mode.VERDICTS
            unit.result = _with_cause(unit.result, known, fatal=needed, writes=writes)


def _facts(units: list[Unit], this: _Run, go: Go, *, every_defer: bool, everything: bool) -> list[FileFacts | NoFacts]:
    """Return Go's facts about the files, or the reason why there are none."""
    from defermod.golang.facts import NoFacts
    from defermod.toolchain.typefacts import ToolError, collect

    buffer = this.request.buffer
    places = [Path(unit.path) for unit in units]
    try:
        known = collect(
            go,
            places,
            {Path(buffer.path): buffer.text} if buffer is not None else None,
            every_defer=every_defer,
            everything=everything,
            watch=partial(this.watch, ASKING),
        )
    except (ToolError, OSError) as error:
        return [NoFacts(f"the type checker cannot be run: {error}") for _ in units]
    return [known[place] for place in places]


def _evidence(units: Iterable[Unit]) -> dict[str, dict[str, Any]]:
    """Return the evidence that the rules received, by rule and path."""
    found: dict[str, dict[str, Any]] = {}
    for unit in units:
        for rule, told in unit.job.options.evidence:
            found.setdefault(rule, {})[unit.path] = told
    return found


def _give_evidence(units: Iterable[Unit], told: EvidenceByRule) -> list[Unit]:
    """Give the jobs new evidence; returns the units whose evidence has changed."""
    changed: list[Unit] = []
    for unit in units:
        news = [(rule, by_path[unit.path]) for rule, by_path in told.items() if unit.path in by_path]
        for rule, evidence in news:
            unit.job = replace(unit.job, options=unit.job.options.with_evidence(rule, evidence))
        if news:
            changed.append(unit)
    return changed


def _correct_evidence(units: list[Unit], this: _Run) -> None:
    """Run the engine again for files whose evidence changes once the fixes are known."""
    if this.checks:
        return
    fixable = [unit for unit in units if any(finding.fix for finding in unit.result.findings)]
    told = correct([unit.result for unit in fixable], _evidence(units), _go)
    this.analyse_again(_give_evidence(units, told))


def _confirm_syntax_errors(units: list[Unit], this: _Run) -> None:
    """Confirm or dismiss syntax errors; a file that has any stays unchanged.

    The engine skips code that can't contain a finding, errors included; a named file is checked for them.
    """
    for unit in units:
        if not unit.result.problems and not unit.result.findings and unit.named:
            unit.result = replace(unit.result, problems=suspected(unit.result.before))
        unit.result = confirm_syntax_errors(unit.result, _go)
        # What Go accepts is well-formed, and the functions that were analysed can be fixed beside one that was not.
        problems = unit.result.problems
        if any(problem.fatal and problem.kind is not ProblemKind.SYNTAX_BLIND for problem in problems):
            unit.result = _undone(unit.result)


def _withdraw_parts(units: list[Unit], this: _Run) -> None:
    """Run the engine again without changes to several files of which a part is not made."""
    if not this.checks:
        joint.withdraw_parts(units, _refix(units), unsafe_fixes=this.settings.unsafe_fixes)


def _validate(units: list[Unit], this: _Run) -> None:
    """Validate the changes with gofmt, go vet and the tests, as asked; the engine may run again."""
    if this.checks or not needs_go([unit.result for unit in units], this.settings):
        return
    go = _go()
    if go is None:
        if (problem := _no_go(this.settings)) not in this.problems:
            this.problems.append(problem)
        for unit in units:
            unit.result = _undone(unit.result)
        return
    this.watch("asking Go to validate", 0, 0)
    validate_units(units, _refix(units), go, this.settings)


def _choose(units: list[Unit], this: _Run) -> None:
    """Ask the chooser for the fixes to keep, and validate those again."""
    if this.chooser is None:
        return
    chosen = this.chooser.choose([unit.result for unit in units], _refix(units))
    for unit, result in zip(units, chosen, strict=True):
        unit.result = result
    joint.withdraw_parts(units, this.chooser.again, unsafe_fixes=this.settings.unsafe_fixes)
    if (go := _go()) and any(unit.result.changed for unit in units):
        validate_units(units, this.chooser.again, go, this.settings)


def _call_fixable(units: list[Unit], this: _Run) -> None:
    """Mark fixes as fixable, not fixed, in modes that write nothing."""
    if this.request.mode is Mode.FIX:
        return
    for unit in units:
        unit.result = replace(unit.result, findings=_as_fixable(unit.result.findings))


_STAGES: tuple[Stage, ...] = (
    _show_packages,
    _gather_evidence,
    _analyse,
    _note_unusable_modules,
    _add_types,
    _correct_evidence,
    _confirm_syntax_errors,
    _withdraw_parts,
    _validate,
    _choose,
    _call_fixable,
)
"""The way of a file, in order; those that have the engine run again say so."""


def _refix(units: Iterable[Unit]) -> Refix:
    """Return the function that makes a file's result again without some fixes."""
    by_path = {unit.path: unit for unit in units}
    return lambda result, skip: analyse_one(replace(by_path[result.path].job, skip=skip))


def apply(result: RunResult) -> RunResult:
    """Write the changed files.  A file that can't be written is returned unchanged, with a problem.

    Each file is written atomically, so an interruption leaves every file either old or new.  A change to several files
    is several writes: if one of them fails, the others are changed back.
    """
    problems = list(result.problems)
    broken: set[tuple[Path, str, Joint]] = set()
    after: list[FileResult] = []
    for file in result.files:
        if file.changed:
            try:
                write(Path(file.path), file.after, Stamp.of(file.before, result.places[file.path]))
            except FileError as error:
                problems.append(Problem(str(error)))
                broken |= joint.parts(file)
                file = _undone(file)
        after.append(file)
    for at, file in enumerate(after):
        if broken & joint.parts(file):
            problems.append(Problem(f"{file.path}: restored, since another file of the same change can't be written"))
            try:
                write(Path(file.path), file.before, Stamp.of(file.after, result.places[file.path]))
                after[at] = _undone(file)
            except FileError as error:
                problems.append(Problem(str(error)))
    return replace(result, files=tuple(after), problems=tuple(problems))


def _no_go(settings: Settings) -> Problem:
    """Return the problem that there is no go command, with what helps."""
    from defermod.toolchain.go import no_go

    if settings.verify:
        return Problem(
            f"{no_go('to run the tests with')}, so nothing was changed: install Go, or pip install 'defermod[go]',"
            " or do without --verify"
        )
    return Problem(
        f"{no_go()}, so nothing was decided or changed: install Go, or pip install 'defermod[go]',"
        " or do without types and validation: --unsafe-fixes --validate none"
    )


def _read(request: Request, workers: Workers) -> tuple[Inputs, Mapping[str, Lines] | None]:
    """Find and read the files, or take the buffer; with ``since``, only what has changed, and its changed lines."""
    if request.buffer is not None:
        read = read_buffer(request.buffer, request.settings)
    else:
        whole = request.lines is None and request.since is None
        read = read_files(request.paths, request.settings, workers, whole=whole)
    return (read, None) if request.since is None else _since(request.since, read, request.paths)


def _since(revision: str, read: Inputs, paths: Sequence[str]) -> tuple[Inputs, Mapping[str, Lines]]:
    """Return the inputs without files that are unchanged since the revision, and the changed lines of the others."""
    from defermod.toolchain.git import GitError, changed_lines, require_revision

    places = {Path(text.path).absolute(): text.path for text in read.texts}
    try:
        if not places:  # the revision may be misspelt all the same
            asked = {Path(path.removesuffix("...") or ".") for path in paths or (".",)}
            for directory in sorted({path if path.is_dir() else path.parent for path in asked}):
                require_revision(revision, directory)
        found = changed_lines(revision, {Path(text.path).absolute(): text.text for text in read.texts})
    except GitError as error:
        problem = Problem(f"--since: {error}")
        return replace(read, texts=(), problems=(*read.problems, problem)), {}
    lines = {places[place]: changed for place, changed in found.items() if changed}
    return replace(read, texts=tuple(text for text in read.texts if text.path in lines)), lines


def _unusable_modules(texts: Iterable[Buffer]) -> Iterator[Problem]:
    """Yield problems with files of the texts' modules that can't be read."""
    from defermod.toolchain.modules import module_root, unusable

    roots = {module_root(directory) for directory in {Path(buffer.path).parent for buffer in texts}}
    for root in sorted(root for root in roots if root is not None):
        if said := unusable(root):
            yield Problem(f"{root / said[0]}: {said[1]}", fatal=False)


def _options(buffer: Buffer, request: Request, changed: Lines | None) -> Options:
    from defermod.toolchain.modules import language_version

    return Options(
        select=request.settings.rules_for(buffer.text),
        unsafe_fixes=_fixes_undecided(request),  # until there are types: see _add_types
        trust=request.settings.trust == "default",
        go_version=language_version(Path(buffer.path), buffer.text),
        lines=request.lines,
        changed=changed,
        given=request.settings.given,
        rule_options=request.settings.rule_options,
    )


def _fixes_undecided(request: Request) -> bool:
    """Return True if fixes are wanted of which nothing is decided, for lack of types.

    By the text alone every fix is unsafe.  Once a file has its types, ``--unsafe-fixes`` means those that they leave
    unsafe; without them vet could not confirm any.
    """
    settings = request.settings
    return settings.unsafe_fixes and "vet" not in settings.validate and request.mode is not Mode.CHECK


def _with_cause(result: FileResult, facts: NoFacts | None, *, fatal: bool, writes: bool) -> FileResult:
    """Return the result with the reason for missing types and, if fixes are asked for, a way round it."""
    if facts is None:
        return result
    if any(finding.status is Status.UNDECIDED for finding in result.findings):
        message = f"undecided, because Go's types can't be had: {facts.reason}"
        if writes:
            message += "; --unsafe-fixes --validate gofmt does without them"
        return in_vain(result).with_problem(Problem(message, fatal=fatal))
    if result.changed:
        return result.with_problem(Problem(f"changed without types: {facts.reason}", fatal=False))
    return result


def _undone(result: FileResult) -> FileResult:
    """Return the result without its changes; fixed findings become fixable, or undecided."""
    findings = tuple(replace(f, status=_offered(f.outcome)) if f.status is Status.FIXED else f for f in result.findings)
    return replace(result, after=result.before, findings=findings)


def _offered(outcome: Fix | Refusal) -> Status:
    """Return the status of a requested fix that is not made."""
    return Status.UNDECIDED if status_of(outcome) is Status.UNDECIDED else Status.FIXABLE


def _as_fixable(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(replace(f, status=Status.FIXABLE) if f.status is Status.FIXED else f for f in findings)


@lru_cache(maxsize=1)
def _go() -> Go | None:
    """Return the Go installation, searched on first use."""
    from defermod.toolchain.go import find_go

    return find_go()
