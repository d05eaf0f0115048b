"""Which functions are hot, and what says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from defermod.golang.loops import function_name
from defermod.golang.scopes import enclosing_function
from defermod.model import Blocker, HotEvidence, HotSample, Refusal
from defermod.syntax.source import Source
from defermod.syntax.tree import Node

_PACKAGE = re.compile(rb"^[ \t]*package[ \t]+(\w+)", re.MULTILINE)
_COMMENT = re.compile(rb"//[ \t]*defermod:hot(?=[ \t]|$)")
RECOVERS = re.compile(rb"\brecover\(\)")
OPEN_CODED = "open-coded"


@dataclass(frozen=True, slots=True)
class Hot:
    """Why one function counts as hot."""

    said: str
    """What says so, as half a sentence: ``12.3 % of cpu.prof``."""
    sample: HotSample | None = None
    """Set where it is a profile, and nothing else, that says so."""


class Evidence:
    """What is known about the functions of one file."""

    def __init__(self, source: Source, evidence: HotEvidence) -> None:
        self.evidence = evidence
        self.source = source
        found = _PACKAGE.search(source.text)
        self.package = found[1].decode() if found else ""
        self._samples = {sample.function: sample for sample in evidence.samples}
        self._compiled = dict(evidence.compiled)

    def hot(self, function: Node) -> Hot | None:
        """Why the function is hot, or None if nothing says so."""
        name = function_name(function)
        if _marked(self.source, function):
            return Hot("marked //defermod:hot")
        if pattern := self._pattern(name):
            return Hot(f"named by --hot {pattern}")
        sample = self._samples.get(name)
        if sample is not None and sample.total >= self.evidence.threshold:
            return Hot(f"{_percent(sample.total)} of {sample.profile}", sample)
        return None

    def compiled(self, defer: Node) -> str:
        """What the compiler makes of a defer; empty if that is not known."""
        return self._compiled.get(self.source.line(defer.start), "")

    def _pattern(self, name: str) -> str:
        """The first pattern that names the function, or the declaration that it is a literal of."""
        bare = name.replace("(*", "").replace(")", "")
        names = [name, bare]
        outer = re.sub(r"(\.func\d+)+$", "", name)
        names += [outer, outer.replace("(*", "").replace(")", "")]
        names += [f"{self.package}.{each}" for each in names]
        return next((p for p in self.evidence.patterns if any(p == n or fnmatchcase(n, p) for n in names)), "")


def worth(hot: Hot, compiled: str, threshold: float) -> bool:
    """Is the defer worth removing, as far as a profile can tell?

    An open-coded defer costs some 2 ns and shows up in the function's own samples only; the others in the
    runtime's.  What the user has named or marked is worth it because the user says so.
    """
    if hot.sample is None:
        return True
    cost = hot.sample.own if compiled in (OPEN_CODED, "") else hot.sample.own + hot.sample.deferring
    return cost >= threshold


def unworthy(defer: Node, compiled: str) -> Refusal:
    """The refusal for a defer that is not ``worth`` it."""
    if compiled in (OPEN_CODED, ""):
        sentence = "an open-coded defer costs about 2 ns, and the profile shows too little time in the function itself"
        return Refusal("open-coded", sentence, (Blocker(defer.span, "open-coded"),))
    sentence = "the profile shows too little time in the function itself and in the handling of its defers"
    return Refusal("below-threshold", sentence, (Blocker(defer.span, compiled),))


def message(name: str, hot: Hot, compiled: str) -> str:
    """The finding's sentence: the evidence first, then what the compiler makes of the defer."""
    parts = [hot.said]
    if hot.sample is not None:
        parts.append(f"{_percent(hot.sample.own)} in its own code")
        parts.append(f"{_percent(hot.sample.deferring)} in the runtime's handling of defers")
    if compiled == OPEN_CODED:
        parts.append("the compiler makes it open-coded, about 2 ns a call")
    elif compiled:
        parts.append(f"the compiler makes it {compiled}")
    return f"defer in hot {name}: {', '.join(parts)}"


def _percent(share: float) -> str:
    return f"{share:.1f} %"


def _marked(source: Source, function: Node) -> bool:
    """Does a comment directly above the function, or above the declaration it lies in, say that it is hot?"""
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
