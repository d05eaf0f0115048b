"""The one pipeline that every command uses.  It prints nothing.

discover ─ read ─ scan ─► engine ─► syntax errors confirmed by gofmt ─► validate ─► verify ─► RunResult ─ apply ─► disk
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from defermod.codes import NOT_VETTED
from defermod.config import HOT_RULE, Settings
from defermod.files import FileError, Stamp, write
from defermod.model import (
    FileResult,
    Finding,
    Fix,
    Hazard,
    HotEvidence,
    Options,
    Problem,
    ProblemKind,
    Refusal,
    Safety,
    Status,
    status_of,
)
from defermod.pipeline.inputs import Buffer as Buffer
from defermod.pipeline.inputs import Reading, read_buffer, read_files
from defermod.pipeline.pool import Job, Workers, analyse_one
from defermod.pipeline.syntax_errors import settled, suspected

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from defermod.golang.facts import FileFacts, NoFacts
    from defermod.toolchain.git import Lines
    from defermod.toolchain.go import Go
    from defermod.toolchain.validate import Refix, Verdict


class Mode(Enum):
    """What is to become of the fixes."""

    CHECK = "check"
    """Nothing: the text alone was asked, and decides next to nothing."""
    VERDICTS = "verdicts"
    """Validated, and shown as fixable."""
    DIFF = "diff"
    """Validated, and shown as a diff."""
    FIX = "fix"
    """Validated and written."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked to do."""

    mode: Mode
    paths: tuple[str, ...]
    """Files, directories and Go patterns, relative to the working directory."""
    settings: Settings = field(default_factory=Settings)
    lines: tuple[int, int] | None = None
    """Only findings that start on these lines (1-based, both included)."""
    since: str | None = None
    """Only findings on lines that have changed since the merge base of this revision and HEAD."""
    buffer: Buffer | None = None
    """Instead of ``paths``: this one text."""


@dataclass(frozen=True)
class RunResult:
    """What a run gave; frozen, and complete before anything is written."""

    mode: Mode
    files: tuple[FileResult, ...] = ()
    """Those files that gave anything at all, sorted by path."""
    verdicts: Mapping[str, tuple[Verdict, ...]] = field(default_factory=dict)
    """What each validator said, by path, of the files that change."""
    problems: tuple[Problem, ...] = ()
    """What belongs to no single file, or to one that has no text; the message names it."""
    places: Mapping[str, str] = field(default_factory=dict)
    """The real path of each file when it was read."""
    looked_at: int = 0
    """Files that were read."""
    unmatched: Mapping[str, str] = field(default_factory=dict)
    """The patterns of hot functions that name none in these files, each with a message for the user."""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all files."""
        return tuple(finding for result in self.files for finding in result.findings)

    @cached_property
    def changed(self) -> tuple[FileResult, ...]:
        """The files that change, or would; none in a check."""
        return () if self.mode is Mode.CHECK else tuple(result for result in self.files if result.changed)

    @property
    def judged(self) -> Iterator[tuple[FileResult, tuple[Verdict, ...]]]:
        """The files that change, or would have but for a validator, with all that was said of them."""
        for result in self.files:
            if self.mode is not Mode.CHECK and (result.changed or result.path in self.verdicts):
                yield result, self.verdicts.get(result.path, ())

    @property
    def all_problems(self) -> Iterator[tuple[FileResult | None, Problem]]:
        """Every problem, with its file if it has one."""
        yield from ((None, problem) for problem in self.problems)
        yield from ((result, problem) for result in self.files for problem in result.problems)

    @property
    def failed(self) -> bool:
        """Was there anything that the run could not do?"""
        return any(problem.fatal for _, problem in self.all_problems)


Watch = Callable[[str, int, int], None]
"""Told what is being done, and how much of how much is done; 0 of 0 where that is not known."""
ASKING = "asking Go for types"
"""What a watch is told while the type checker works; it counts packages."""


class Chooser(Protocol):
    """Somebody who says which of the fixes that could be made are wanted."""

    def choose(self, results: list[FileResult], refix: Refix) -> list[FileResult]:
        """The results with what is wanted; ``refix`` makes one again without some of its fixes."""

    def again(self, result: FileResult, skip: frozenset[int]) -> FileResult:
        """A chosen result once more, because a validator said no to the fixes of the defers at ``skip``."""


def run(
    request: Request,
    *,
    watch: Watch = lambda what, done, of: None,
    chooser: Chooser | None = None,
    executor: Executor | None = None,
) -> RunResult:
    """Do all that ``request`` asks for but the writing, which ``apply`` does.

    ``chooser`` is asked once the validators have spoken; what it leaves is held against them again.
    ``executor`` analyses the files in place of processes of this run's own; see ``Workers``.
    """
    with Workers(request.settings.jobs, executor) as workers:
        return _run(request, workers, watch, chooser)


def _run(request: Request, workers: Workers, watch: Watch, chooser: Chooser | None) -> RunResult:
    watch("reading", 0, 0)
    read = _read(request, workers)
    changed: Mapping[str, Lines] | None = None
    if request.since is not None:
        read, changed = _since(request, request.since, read)
    evidence, told = _evidence(read.texts, request)
    # Nothing is written, and nobody has asked for this file's errors: what can't hold a finding is passed over.
    partly = {b.path: request.mode is Mode.CHECK and b.path not in read.explicit for b in read.texts}
    jobs = {
        b.path: Job(b.path, b.text, _options(b, request, evidence, changed), partly=partly[b.path]) for b in read.texts
    }
    analysing = partial(watch, "analysing")

    def refix(result: FileResult, skip: frozenset[int]) -> FileResult:
        return analyse_one(replace(jobs[result.path], skip=skip))

    results = _analysed(jobs, read, workers, lambda done: analysing(done, len(jobs)))
    problems = (*read.problems, *told, *_unusable_modules(read.texts))
    if request.mode is not Mode.CHECK:
        watch(ASKING, 0, 0)
        results, problems = _typed(results, jobs, problems, request, workers, watch)
        results = _confirmed(results, jobs, workers)
    results = [_settled(result, read) for result in results]
    verdicts: dict[str, tuple[Verdict, ...]] = {}
    if request.mode is not Mode.CHECK and _needs_go(results, request.settings):
        if go := _go():
            watch("asking Go to validate", 0, 0)
            results, verdicts = _judged(results, refix, go, request.settings)
        else:
            problems = (*problems, _NO_GO_TO_VERIFY if request.settings.verify else _NO_GO)
            results = [_undone(result) for result in results]
    if chooser is not None:
        results = chooser.choose(results, refix)
        if (go := _go()) and any(result.changed for result in results):
            results, again = _judged(results, chooser.again, go, request.settings)
            verdicts = {**verdicts, **again}
    if request.mode is not Mode.FIX:
        results = [replace(result, findings=_as_fixable(result.findings)) for result in results]
    everything = [*read.failures, *(r for r in results if r.findings or r.problems or r.changed)]
    return RunResult(
        mode=request.mode,
        files=tuple(sorted(everything, key=_place)),
        verdicts=verdicts,
        problems=problems,
        places=read.places,
        looked_at=read.looked_at,
        unmatched=_unmatched(read.texts, request),
    )


def merged(results: Sequence[RunResult]) -> RunResult:
    """Several runs of one mode as one; a file that more than one has looked at counts with the first."""
    if len(results) == 1:
        return results[0]
    files = {file.path: file for result in reversed(results) for file in result.files}
    return RunResult(
        mode=results[0].mode,
        files=tuple(sorted(files.values(), key=_place)),
        verdicts={path: said for result in reversed(results) for path, said in result.verdicts.items()},
        problems=tuple(dict.fromkeys(problem for result in results for problem in result.problems)),
        places={path: place for result in reversed(results) for path, place in result.places.items()},
        looked_at=sum(result.looked_at for result in results),
        unmatched={p: said for p, said in results[0].unmatched.items() if all(p in r.unmatched for r in results)},
    )


def apply(result: RunResult) -> RunResult:
    """Write what changed.  A file that could not be written comes back unchanged, with a problem.

    Each file is written atomically, so an interruption leaves every file either old or new.
    """
    problems = list(result.problems)
    after: list[FileResult] = []
    for file in result.files:
        if file.changed:
            try:
                write(Path(file.path), file.after, Stamp.of(file.before, result.places[file.path]))
            except FileError as error:
                problems.append(Problem(str(error)))
                file = _undone(file)
        after.append(file)
    return replace(result, files=tuple(after), problems=tuple(problems))


_NO_GO = Problem(
    "no go command was found, so nothing was decided or changed: install Go, or pip install 'defermod[go]',"
    " or do without types and validation: --unsafe-fixes --validate none"
)
_NO_GO_TO_VERIFY = Problem(
    "no go command was found to run the tests with, so nothing was changed: install Go,"
    " or pip install 'defermod[go]', or do without --verify"
)


def _read(request: Request, workers: Workers) -> Reading:
    """Find and read the files, or take the buffer."""
    if request.buffer is not None:
        return read_buffer(request.buffer, request.settings)
    whole = request.lines is None and request.since is None
    return read_files(request.paths, request.settings, workers, whole=whole)


def _since(request: Request, revision: str, read: Reading) -> tuple[Reading, Mapping[str, Lines]]:
    """The reading less the files that have not changed since the revision, and the changed lines of the others."""
    from defermod.toolchain.git import GitError, changed_lines

    places = {Path(text.path).absolute(): text.path for text in read.texts}
    try:
        found = changed_lines(revision, {Path(text.path).absolute(): text.text for text in read.texts})
    except GitError as error:
        problem = Problem(f"--since: {error}")
        return replace(read, texts=(), problems=(*read.problems, problem)), {}
    lines = {places[place]: changed for place, changed in found.items() if changed}
    return replace(read, texts=tuple(text for text in read.texts if text.path in lines)), lines


def _analysed(
    jobs: Mapping[str, Job], read: Reading, workers: Workers, done: Callable[[int], None]
) -> list[FileResult]:
    """The engine's results for the jobs, in their order; those that an earlier run knows are taken from there."""
    # All else that an analysis is told is in the cache's key.
    given = {
        path: f"{job.partly} {job.options.go_version} {job.options.unsafe_fixes} {job.options.trust} {job.options.hot}"
        for path, job in jobs.items()
    }
    known = {path: read.recall(path, job.text, given[path]) for path, job in jobs.items()}
    unknown = [job for path, job in jobs.items() if known[path] is None]
    fresh = {result.path: result for result in workers.analyse(unknown, done)}
    results = {path: known[path] or fresh[path] for path in jobs}
    read.remember(results, {path: given[path] for path in fresh})
    return list(results.values())


def _unusable_modules(texts: Iterable[Buffer]) -> Iterator[Problem]:
    """What the modules of the texts bring along and is no file that can be read."""
    from defermod.toolchain.modules import module_root, unusable

    roots = {module_root(directory) for directory in {Path(buffer.path).parent for buffer in texts}}
    for root in sorted(root for root in roots if root is not None):
        if said := unusable(root):
            yield Problem(f"{root / said[0]}: {said[1]}", fatal=False)


def _options(
    buffer: Buffer, request: Request, evidence: Mapping[str, HotEvidence], changed: Mapping[str, Lines] | None
) -> Options:
    from defermod.toolchain.modules import language_version

    return Options(
        select=request.settings.rules_for(buffer.text),
        unsafe_fixes=_takes_unproven(request),
        trust=request.settings.trust == "default",
        go_version=language_version(Path(buffer.path), buffer.text),
        lines=request.lines,
        changed=None if changed is None else changed[buffer.path],
        hot=evidence.get(buffer.path, HotEvidence()),
        loop_style=request.settings.loop_style,
        rule_options=request.settings.rule_options,
    )


def _takes_unproven(request: Request) -> bool:
    """Are fixes wanted of which nobody has seen the types?  Until a file's types are there, this holds for it."""
    settings = request.settings
    return settings.unsafe_fixes and "vet" not in settings.validate and request.mode is not Mode.CHECK


def _evidence(texts: Sequence[Buffer], request: Request) -> tuple[dict[str, HotEvidence], tuple[Problem, ...]]:
    """What says which functions are hot, by file."""
    settings = request.settings
    explicit = settings.loop_style == "explicit"
    files = {b.path: b.text for b in texts if explicit or HOT_RULE in settings.rules_for(b.text)}
    if not files:
        return {}, ()
    from defermod.hot import gather

    return gather(files, settings, _go)


def _unmatched(texts: Sequence[Buffer], request: Request) -> dict[str, str]:
    if not request.settings.hot or request.buffer is not None:
        return {}
    from defermod.hot import unmatched

    return unmatched({buffer.path: buffer.text for buffer in texts}, request.settings.hot)


def _typed(
    results: list[FileResult],
    jobs: dict[str, Job],
    problems: tuple[Problem, ...],
    request: Request,
    workers: Workers,
    watch: Watch,
) -> tuple[list[FileResult], tuple[Problem, ...]]:
    """The results again, where there are findings, with what Go's type checker knows of these files.

    ``jobs`` get the facts, too: whatever is analysed again later is judged by the same ones.  Without Go,
    or for a package that doesn't type-check, the results stay undecided, and a problem says why.
    """
    from defermod.engine.registry import about_defers
    from defermod.golang.facts import FileFacts, NoFacts
    from defermod.toolchain.typefacts import ToolError, collect

    asked = {path: _asks_for_types(job) for path, job in jobs.items()}
    described = {path for path, wanted in asked.items() if any(wanted)}
    found = sorted({result.path for result in results if result.findings} | described)
    go = _go() if found else None
    spared = _takes_unproven(request)
    undecided = any(finding.status is Status.UNDECIDED for result in results for finding in result.findings)
    if go is None:
        return results, (*problems, _NO_GO) if undecided and not spared else problems
    texts = {Path(request.buffer.path): request.buffer.text} if request.buffer is not None else None
    every = any(HOT_RULE in jobs[path].options.select or asked[path][0] for path in found)
    every = every or about_defers({finding.rule for result in results for finding in result.findings})
    everything = any(asked[path][1] for path in found)
    known: Mapping[Path, FileFacts | NoFacts]
    try:
        known = collect(
            go,
            [Path(path) for path in found],
            texts,
            every_defer=every,
            everything=everything,
            watch=partial(watch, ASKING),
        )
    except (ToolError, OSError) as error:
        known = dict.fromkeys(map(Path, found), NoFacts(f"the type checker cannot be run: {error}"))
    _ask_compiler(results, jobs, go)
    unknown: dict[str, NoFacts] = {}
    for path in found:
        facts, job = known[Path(path)], jobs[path]
        if isinstance(facts, FileFacts):
            options = replace(job.options, unsafe_fixes=request.settings.unsafe_fixes)
            jobs[path] = replace(job, facts=facts, options=options)
        else:
            unknown[path] = facts
    renewed = [jobs[path] for path in found if jobs[path].facts or jobs[path].options.hot.compiled]
    again = {r.path: r for r in workers.analyse(renewed)}
    judged = [again.get(result.path, result) for result in results]
    return [_with_cause(r, unknown.get(r.path), fatal=not spared) for r in judged], problems


def _asks_for_types(job: Job) -> tuple[bool, bool]:
    """Reports whether a rule wants to know the types where there are defers, or everywhere, whatever the text gives."""
    from defermod.engine.registry import types_of

    return types_of(job.options.select, job.text)


def _ask_compiler(results: Iterable[FileResult], jobs: dict[str, Job], go: Go) -> None:
    """Give the jobs with findings of hot defers what the compiler makes of these."""
    hot = {r.path: jobs[r.path].options.hot for r in results if any(f.rule == HOT_RULE for f in r.findings)}
    if not hot:
        return
    from defermod.hot import with_compiled

    for path, evidence in with_compiled(hot, {path: jobs[path].text for path in hot}, go).items():
        jobs[path] = replace(jobs[path], options=replace(jobs[path].options, hot=evidence))


def _confirmed(results: list[FileResult], jobs: dict[str, Job], workers: Workers) -> list[FileResult]:
    """The results, without the splits of which the compiler does not say that they help."""
    if not any(finding.rule == HOT_RULE and finding.fix for result in results for finding in result.findings):
        return results
    from defermod.pipeline.splits import unconfirmed_splits

    go = _go()
    vain = unconfirmed_splits(results, go) if go is not None else {}
    for path, lines in vain.items():
        hot = replace(jobs[path].options.hot, unsplit=lines)
        jobs[path] = replace(jobs[path], options=replace(jobs[path].options, hot=hot))
    again = {result.path: result for result in workers.analyse([jobs[path] for path in vain])}
    return [again.get(result.path, result) for result in results]


def _with_cause(result: FileResult, facts: NoFacts | None, *, fatal: bool) -> FileResult:
    """The result with the reason why there are no types, if that leaves anything undecided, and what helps."""
    if facts is None:
        return result
    if any(finding.status is Status.UNDECIDED for finding in result.findings):
        message = f"undecided, so left alone: there are no types: {facts.reason}; {facts.cure}"
        return result.with_problem(Problem(message, fatal=fatal))
    if result.changed:
        return result.with_problem(Problem(f"changed without types: {facts.reason}", fatal=False))
    return result


def _needs_go(results: Iterable[FileResult], settings: Settings) -> bool:
    """Can't the results be judged as asked without Go?  Those without a change may have one with it."""
    if settings.verify:
        return any(result.changed or any(found.fix for found in result.findings) for result in results)
    return bool(settings.validate) and any(result.changed for result in results)


def _judged(
    results: list[FileResult], refix: Refix, go: Go, settings: Settings
) -> tuple[list[FileResult], dict[str, tuple[Verdict, ...]]]:
    """The results as the validators and the tests let them pass, and what these said."""
    verdicts: dict[str, tuple[Verdict, ...]] = {}
    if settings.validate:
        from defermod.toolchain.validate import validate

        named = frozenset(settings.validate)
        results, verdicts = validate(results, go=go, refix=refix, cwd=Path.cwd(), validators=named)
        results = [_vouched(result, verdicts.get(result.path, ())) for result in results]
    if settings.verify and any(result.changed for result in results):
        from defermod.toolchain.verify import verify

        results, tested = verify(results, go=go, cwd=Path.cwd(), timeout=settings.verify_timeout)
        verdicts |= {path: (*verdicts.get(path, ()), verdict) for path, verdict in tested.items()}
    return results, verdicts


def _vouched(result: FileResult, verdicts: Sequence[Verdict]) -> FileResult:
    """The result, without its changes and with a problem if a validator that was asked for could not look."""
    from defermod.toolchain.validate import VerdictStatus

    blind = [verdict for verdict in verdicts if verdict.status is VerdictStatus.SKIPPED]
    if not blind or not result.changed:
        return result
    first = blind[0]
    findings = tuple(_unvouched(f, first) if f.status is Status.FIXED else f for f in result.findings)
    cure = "mend that, or do without vet: --unsafe-fixes --validate gofmt"
    message = f"undecided, so left alone: {first.validator} could not look at it: {first.message}; {cure}"
    return replace(result, after=result.before, findings=findings).with_problem(Problem(message))


def _unvouched(finding: Finding, verdict: Verdict) -> Finding:
    assert finding.fix is not None
    hazard = Hazard(NOT_VETTED, f"{verdict.validator} could not look at the file: {verdict.message}")
    fix = replace(finding.fix, safety=Safety.UNSAFE, hazards=(hazard, *finding.fix.hazards), assumes=(), proof="")
    return replace(finding, outcome=fix, status=Status.UNDECIDED)


def _place(result: FileResult) -> tuple[str, ...]:
    """The key by which files are sorted: a directory's own files stand together."""
    return Path(result.path).parts


def _settled(result: FileResult, read: Reading) -> FileResult:
    """The result, its syntax errors confirmed or dismissed; a file that has any stays as it is.

    The engine passes over what can't hold a finding, errors and all; in a file that the user named,
    they are asked for.
    """
    if not result.problems and not result.findings and result.path in read.explicit:
        result = replace(result, problems=suspected(result.before))
    result = settled(result, _go)
    # What Go accepts is well-formed, and the functions that were analysed can be fixed beside one that was not.
    broken = any(problem.fatal and problem.kind is not ProblemKind.SYNTAX_BLIND for problem in result.problems)
    return _undone(result) if broken else result


def _undone(result: FileResult) -> FileResult:
    """The result without its changes; what was fixed is only fixable again, or undecided."""
    findings = tuple(replace(f, status=_offered(f.outcome)) if f.status is Status.FIXED else f for f in result.findings)
    return replace(result, after=result.before, findings=findings)


def _offered(outcome: Fix | Refusal) -> Status:
    """The status of a fix that the user asked for and that isn't made."""
    return Status.UNDECIDED if status_of(outcome) is Status.UNDECIDED else Status.FIXABLE


def _as_fixable(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(replace(f, status=Status.FIXABLE) if f.status is Status.FIXED else f for f in findings)


@lru_cache(maxsize=1)
def _go() -> Go | None:
    """The Go installation, looked for only when it is needed."""
    from defermod.toolchain.go import find_go

    return find_go()
