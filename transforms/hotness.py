"""Hot functions, and the evidence for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from defermod.codemod import Node, Options, Source
from defermod.golang.function_names import matching, package_name
from defermod.golang.loops import function_name
from defermod.golang.scopes import enclosing_function

_COMMENT = re.compile(rb"//[ \t]*defermod:hot(?=[ \t]|$)")
_RECOVERS = re.compile(rb"\brecover[ \t]*\(")
OPEN_CODED = "open-coded"


RULE = "hot-defer"
"""The rule that the evidence is for; other rules may look at it."""
READS_LOCK_PROFILES = "wide-defer"
"""The rule that profiles of waiting for locks are for, where a CPU profile is for ``RULE``."""


@lru_cache(maxsize=1)
def recovers_by_text(text: bytes) -> bool:
    """Return True if a file may recover panics; asked about one file for each of its functions."""
    return _RECOVERS.search(text) is not None


def package_recovers(options: Options, source: Source) -> bool:
    """Return True if the file's package recovers panics somewhere, as far as that is known."""
    return hot_evidence(options).recovers or recovers_by_text(source.text)


@dataclass(frozen=True, slots=True)
class HotSample:
    """A CPU profile's shares of one function, in percent of all samples."""

    function: str
    """As ``Finding.function`` names it."""
    own: float
    """Samples in the function's own code."""
    total: float
    """Samples in it and in all that it calls."""
    deferring: float
    """Samples in the runtime's handling of its defers, the deferred calls themselves left out."""
    profile: str
    """The source of the samples as the user knows it."""
    start: int = 0
    """The 1-based line of its ``func`` when the profile was made; 0 where that is not known."""
    lines: tuple[tuple[int, float], ...] = ()
    """``own`` by line, 1-based, with what the compiler's wrappers of deferred calls have of their own."""


@dataclass(frozen=True, slots=True)
class HotEvidence:
    """The evidence that some functions of a file are hot; none by default."""

    patterns: tuple[str, ...] = ()
    """Glob patterns over ``pkg.Func``, ``Func``, ``(*T).Method`` and ``T.Method``, given by the user."""
    samples: tuple[HotSample, ...] = ()
    threshold: float = 1.0
    """The share of the profile, in percent, from which on a function is hot."""
    recovers: bool = False
    """True if another file of the package recovers panics, so they are part of how it works."""
    compiled: tuple[tuple[int, str], ...] = ()
    """1-based lines of defers, and what the compiler makes of them: ``open-coded``, ``stack-allocated``,
    ``heap-allocated``; empty where it was not asked."""
    unsplit: tuple[int, ...] = ()
    """1-based lines of defers that the compiler does not open-code even where what follows moves into a literal."""


def hot_evidence(options: Options) -> HotEvidence:
    """Return the evidence that functions of the file are hot."""
    evidence = options.evidence_for(RULE)
    return evidence if isinstance(evidence, HotEvidence) else HotEvidence()


@dataclass(frozen=True, slots=True)
class Hot:
    """The reason why one function counts as hot."""

    said: str
    """The evidence as half a sentence: ``12.3 % of cpu.prof``."""
    sample: HotSample | None = None
    """Set where it is a profile, and nothing else, that says so."""


class Evidence:
    """The evidence about the functions of one file."""

    def __init__(self, source: Source, evidence: HotEvidence) -> None:
        self.evidence = evidence
        self.source = source
        self.package = package_name(source.text)
        self._samples = {sample.function: sample for sample in evidence.samples}
        self._compiled = dict(evidence.compiled)

    def hot(self, function: Node) -> Hot | None:
        """Return why the function is hot, or None if nothing says so."""
        name = function_name(function)
        if _marked(self.source, function):
            return Hot("marked //defermod:hot")
        if pattern := self._pattern(name):
            return Hot(f"named by --hot {pattern}")
        sample = self._sample(function, name)
        if sample is not None and sample.total >= self.evidence.threshold:
            return Hot(f"{percent(sample.total)} of {sample.profile}", sample)
        return None

    def compiled(self, defer: Node) -> str:
        """Return the compiler's kind of a defer; empty if it is not known."""
        return self._compiled.get(self.source.line(defer.start), "")

    def splits_in_vain(self, defer: Node) -> bool:
        """Return True if the compiler was asked, and does not open-code the defer after a split."""
        return self.source.line(defer.start) in self.evidence.unsplit

    def cost(self, hot: Hot, defer: Node) -> float:
        """The percent of the profile that is the defer's own: its lines, its wrapper, the runtime's handling of it.

        The runtime handles all defers of a function together, open-coded ones only on the way of a panic.
        """
        if hot.sample is None:
            return 0.0
        lines = range(self.source.line(defer.start), self.source.line(defer.end) + 1)
        own = sum(share for line, share in hot.sample.lines if line in lines)
        return own if self.compiled(defer) == OPEN_CODED else own + hot.sample.deferring

    def _sample(self, function: Node, name: str) -> HotSample | None:
        """Return a profile's sample of the function; of a literal, that of all copies of it."""
        if function.kind != "func_literal":
            return self._samples.get(name)
        line, outermost = self.source.line(function.start), name.partition(".func")[0]
        copies = [
            each
            for each in self.evidence.samples
            if each.function == name or (each.start == line and ".func" in each.function and outermost in each.function)
        ]
        if len(copies) < 2:
            return copies[0] if copies else None
        lines: dict[int, float] = {}
        for at, share in (pair for each in copies for pair in each.lines):
            lines[at] = lines.get(at, 0.0) + share
        own, total, deferring = (sum(getattr(c, part) for c in copies) for part in ("own", "total", "deferring"))
        return HotSample(name, own, total, deferring, copies[0].profile, line, tuple(lines.items()))

    def _pattern(self, name: str) -> str:
        """The first pattern that names the function, or the declaration that it is a literal of."""
        return matching(self.evidence.patterns, name, self.package)


def worth(hot: Hot, cost: float, threshold: float) -> bool:
    """Return True if the defer is worth removing, as far as a profile can tell; ``cost``: see ``Evidence.cost``.

    What the user has named or marked is worth it because the user says so.
    """
    return hot.sample is None or cost >= threshold


def message(name: str, hot: Hot, compiled: str, cost: float) -> str:
    """The finding's sentence: the evidence first, then what the compiler makes of the defer."""
    parts = [hot.said]
    if hot.sample is not None:
        parts.append(f"{percent(cost)} for the defer itself")
    if compiled == OPEN_CODED:
        parts.append("the compiler makes it open-coded, about 1 ns a call: better left as it is")
    elif compiled:
        parts.append(f"the compiler makes it {compiled}")
    return f"defer in hot {name}: {', '.join(parts)}"


def percent(share: float) -> str:
    return f"{share:.1f} %"


def _marked(source: Source, function: Node) -> bool:
    """Return True if a comment directly above the function, or the declaration around it, says that it is hot."""
    outer: Node | None = function
    while outer is not None:
        if _comment_above(source, outer.start):
            return True
        outer = enclosing_function(outer)
    return False


def _comment_above(source: Source, offset: int) -> bool:
    line = source.line(offset) - 1
    while line > 0:
        span = source.line_span(line)
        text = source.text[span.start : span.end].strip()
        if not text.startswith(b"//"):
            return False
        if _COMMENT.match(text):
            return True
        line -= 1
    return False
