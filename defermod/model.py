"""The nouns of the whole program: frozen, picklable values with no behaviour beyond checking themselves.

Positions are byte offsets into one baseline text, 0-based, half-open.  Lines and columns (1-based,
columns in bytes, as Go's own tools count them) are made from offsets only where results are shown.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from defermod.codes import Shared
from defermod.printable import printable

UNDECIDABLE = frozenset({Shared.NO_TYPES, Shared.NOT_VETTED})
"""The codes of outcomes that decide nothing."""


def one_line(value: object, *names: str) -> None:
    """Make these texts of a frozen value printable, on one line: what they quote came from outside."""
    for name in names:
        text = getattr(value, name)
        if (harmless := printable(text)) is not text:
            object.__setattr__(value, name, harmless)


class Safety(Enum):
    """Degrees of certainty that a fix keeps the contract (docs/semantics.md)."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class Severity(Enum):
    """The badness of a finding: a warning piles up, an error never runs at all."""

    WARNING = "warning"
    ERROR = "error"


class Status(Enum):
    """The states of a finding in a run."""

    FIXED = "fixed"
    """The fix is part of the new text."""
    FIXABLE = "fixable"
    """``fix`` with the same flags would write the fix (``check --types``, ``fix --diff``)."""
    UNDECIDED = "undecided"
    """Nothing but the text was asked, or could be: whether there is a safe fix isn't known."""
    UNSAFE = "unsafe"
    """Only an UNSAFE fix exists and it was not asked for."""
    REFUSED = "refused"
    """No fix: the refusal says why."""
    REJECTED = "rejected"
    """The fix was made, and a validator (gofmt, go vet, the tests) said no to it."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Bytes ``start`` (included) to ``end`` (excluded) of a baseline text."""

    start: int
    end: int

    def __contains__(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Return True if the two spans share a byte, or one lies strictly inside the other."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace bytes ``start`` to ``end`` of the baseline by ``new``; an insertion has ``start == end``."""

    start: int
    end: int
    new: bytes


class EditError(ValueError):
    """Edits that are not sorted, overlap, or reach outside the text they are for: a bug in a transform."""


def apply_edits(text: bytes, edits: Iterable[Edit]) -> bytes:
    """Return ``text`` with ``edits`` applied.

    Raises EditError unless the edits are sorted by start, disjoint and inside ``text``.
    Several insertions at one offset are taken in the order given.
    """
    out: list[bytes] = []
    at = 0
    for edit in edits:
        if not at <= edit.start <= edit.end <= len(text):
            raise EditError(f"edit {edit.start}-{edit.end} overlaps an earlier one or leaves the text")
        out += (text[at : edit.start], edit.new)
        at = edit.end
    out.append(text[at:])
    return b"".join(out)


def joined(text: bytes, edits: Sequence[Edit]) -> Edit:
    """Return the one edit of ``text`` that does what ``edits`` do, of which there is one at least.

    It replaces all from the start of the first to the end of the last.  Raises EditError as ``apply_edits`` does.
    """
    start, end = edits[0].start, edits[-1].end
    inner = [Edit(edit.start - start, edit.end - start, edit.new) for edit in edits]
    return Edit(start, end, apply_edits(text[start:end], inner))


class Shift:
    """Maps offsets of a text to offsets after edits, which are sorted and disjoint."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._edits = edits
        self._starts = [edit.start for edit in edits]
        self._ends = [edit.end for edit in edits]
        self._totals = [0]
        for edit in edits:
            self._totals.append(self._totals[-1] + len(edit.new) - (edit.end - edit.start))

    def moved(self, offset: int) -> int:
        """Return the offset, in the new text, of the byte at ``offset``; insertions at the offset go before it."""
        before = bisect_right(self._starts, offset)
        if before and self._ends[before - 1] > offset:
            before -= 1
        return offset + self._totals[before]

    def written(self, edit: Edit) -> int:
        """Return where, in the new text, the new bytes of one of the edits begin."""
        return edit.start + self._totals[self._edits.index(edit, bisect_left(self._starts, edit.start))]

    def moved_span(self, span: Span) -> Span:
        """Return a node's span in the new text: insertions inside it are included, insertions around it are not."""
        before = bisect_left(self._starts, span.end)
        if before and self._starts[before - 1] == self._ends[before - 1] == span.end:
            before -= 1
        return Span(self.moved(span.start), span.end + self._totals[before])


@dataclass(frozen=True, slots=True)
class Hazard:
    """A reason why a fix is not proven safe."""

    code: str
    """A name of ``defermod.codes`` (``flushes``, ``may-panic`` ...)."""
    sentence: str
    """The risk as a sentence, without a final stop."""
    place: Span | None = None
    """The place that shows the risk, in the text that the finding was made on; None if no place does."""

    def __post_init__(self) -> None:
        one_line(self, "sentence")


@dataclass(frozen=True, slots=True)
class Joint:
    """Identifies one change to several files of a package, whose parts are applied all or none."""

    name: str
    files: tuple[str, ...]
    """The names, without their directory, of the files that have a part; sorted."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A rewrite, which is applied or dropped as a whole."""

    title: str
    edits: tuple[Edit, ...]
    """Sorted, disjoint, against the text that the finding was made on."""
    safety: Safety
    hazards: tuple[Hazard, ...] = ()
    """The risks that make the fix UNSAFE; empty for a SAFE one."""
    assumes: tuple[str, ...] = ()
    """The names of the assumptions (``defermod.codes``) that a SAFE fix rests on; empty where nothing is trusted."""
    proof: str = ""
    """The sentence that justifies a SAFE fix."""
    alone: bool = False
    """True if it can't be applied in one round with another such fix of the file: both change uses of labels."""
    header: tuple[Edit, ...] = ()
    """The ``edits`` that change imports: another fix of the file may contain the same ones."""
    joint: Joint | None = None
    """The change to several files that this fix is part of; None for an independent fix."""

    def __post_init__(self) -> None:
        one_line(self, "title", "proof")

    @property
    def reason(self) -> str:
        """The justification of the safety: the hazards' sentences, each once, or the proof."""
        return "; ".join(dict.fromkeys(hazard.sentence for hazard in self.hazards)) or self.proof

    @property
    def span(self) -> Span:
        """The smallest span that contains all edits except those of the header."""
        edits = [edit for edit in self.edits if edit not in self.header] if self.header else self.edits
        edits = edits or self.edits
        return Span(edits[0].start, max(edit.end for edit in edits))


@dataclass(frozen=True, slots=True)
class Blocker:
    """A place in the source that forbids a rewrite, with its effect."""

    span: Span
    note: str

    def __post_init__(self) -> None:
        one_line(self, "note")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why a finding has no fix."""

    code: str
    """A stable kebab-case name, one per hazard (``escapes-iteration``, ``recovers`` ...)."""
    explanation: str
    blockers: tuple[Blocker, ...] = ()
    settled: bool = False
    """True if no types can change it; for some codes that is always so (``SETTLED_BY_TEXT``)."""

    def __post_init__(self) -> None:
        one_line(self, "explanation")


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, at one place, with a fix or the reason why there is none."""

    rule: str
    """Named by the problem: ``defer-in-loop``."""
    transform: str
    """Named by the rewrite: ``loop-closure``."""
    span: Span
    """The place of the finding, such as a defer statement, in the text that was read from the user."""
    function: str
    """The enclosing function as the Go runtime names it, less the package: ``F``, ``(*T).M``, ``F.func1``."""
    message: str
    outcome: Fix | Refusal
    status: Status
    severity: Severity = Severity.WARNING

    def __post_init__(self) -> None:
        one_line(self, "message", "function")

    @property
    def key(self) -> FindingKey:
        """The finding's identity within the file."""
        return self.rule, self.span

    @property
    def fix(self) -> Fix | None:
        return self.outcome if isinstance(self.outcome, Fix) else None

    @property
    def refusal(self) -> Refusal | None:
        return self.outcome if isinstance(self.outcome, Refusal) else None


FindingKey = tuple[str, Span]
"""Rule and place: two rules may find something at one place, and one rule at two that begin together."""


def status_of(outcome: Fix | Refusal) -> Status:
    """Return the status of a finding with this outcome before anything is applied."""
    codes = {outcome.code} if isinstance(outcome, Refusal) else {hazard.code for hazard in outcome.hazards}
    if codes & UNDECIDABLE:
        return Status.UNDECIDED
    if isinstance(outcome, Refusal):
        return Status.REFUSED
    return Status.FIXABLE if outcome.safety is Safety.SAFE else Status.UNSAFE


class ProblemKind(Enum):
    """The kinds of problems that call for an action."""

    OTHER = "other"
    SYNTAX_BLIND = "syntax-blind"
    """A syntax error, by the grammar used here, in code that may contain a finding."""
    SYNTAX_ELSEWHERE = "syntax-elsewhere"
    """A syntax error, by the grammar used here, in code that can't contain a finding."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that kept the program from doing its work on a file or a part of it."""

    message: str
    """One line: the problem, and its remedy."""
    span: Span | None = None
    fatal: bool = True
    """Fatal problems make the exit status 2; others are only reported."""
    kind: ProblemKind = ProblemKind.OTHER

    def __post_init__(self) -> None:
        one_line(self, "message")


@dataclass(frozen=True, slots=True)
class PackageFile:
    """Another file of a package, as a rule that looks at whole packages sees it."""

    name: str
    """Without its directory."""
    text: bytes | None = field(repr=False)
    """None if it can't be read."""


@dataclass(frozen=True, slots=True)
class Options:
    """The settings that a transform and the engine may read."""

    select: frozenset[str] = frozenset({"defer-in-loop"})
    """The rules to run."""
    unsafe_fixes: bool = False
    """True if fixes are made that are not proven safe; by the text alone, that is all of them."""
    go_version: tuple[int, int] | None = None
    """The language version of the file's module (``go`` line of go.mod); None if it is not known."""
    lines: tuple[int, int] | None = None
    """Only findings whose defer starts on these lines (1-based, both included)."""
    changed: tuple[tuple[int, int], ...] | None = None
    """Only findings whose defer statement has one of these lines (1-based ranges, both ends included)."""
    evidence: tuple[tuple[str, Any], ...] = ()
    """Evidence about the file besides its text, types and settings, by rule; see ``EvidenceSource``."""
    given: tuple[tuple[str, Any], ...] = ()
    """The values of the settings that rules declare, by name, where they are not the defaults."""
    rule_options: tuple[tuple[str, bool | int | str], ...] = ()
    """The rules' own settings, by ``RULE.NAME``."""
    file_name: str = ""
    """The file's name, without its directory; known to rules that look at whole packages."""
    package: tuple[PackageFile, ...] = ()
    """The other files of the package, for rules that look at whole packages."""
    trust: bool = True
    """True if a SAFE fix may rest on the assumptions of ``defermod.codes``."""

    def evidence_for(self, rule: str) -> Any:
        """Return the evidence for the rule; None where nothing was gathered for it."""
        return dict(self.evidence).get(rule)

    def with_evidence(self, rule: str, told: Any) -> Options:
        """These options with other evidence for a rule."""
        return replace(self, evidence=tuple(sorted({**dict(self.evidence), rule: told}.items())))


@dataclass(frozen=True, slots=True)
class FileResult:
    """The result for one file: findings in ``before``, and the text after the applied fixes."""

    path: str
    before: bytes = field(repr=False)
    after: bytes = field(repr=False)
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def changed(self) -> bool:
        return self.before != self.after

    def with_problem(self, problem: Problem) -> FileResult:
        return replace(self, problems=(*self.problems, problem))


__all__ = [
    "Blocker",
    "Edit",
    "EditError",
    "FileResult",
    "Finding",
    "FindingKey",
    "Fix",
    "Hazard",
    "Joint",
    "Options",
    "PackageFile",
    "Problem",
    "ProblemKind",
    "Refusal",
    "Safety",
    "Severity",
    "Shift",
    "Span",
    "Status",
    "apply_edits",
    "status_of",
]
