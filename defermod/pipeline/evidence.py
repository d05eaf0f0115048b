"""Evidence that rules receive besides a file's text, types and settings: each rule has its own source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from defermod.config import Settings
from defermod.engine.registry import abouts, package_of
from defermod.model import FileResult, Problem

if TYPE_CHECKING:
    from defermod.toolchain.go import Go

EvidenceByRule = Mapping[str, Mapping[str, Any]]
"""Evidence by rule and by path; picklable, and opaque to everything except the rule."""
FindGo = Callable[[], "Go | None"]


class EvidenceSource(Protocol):
    """``EVIDENCE`` of the module that ``About.evidence`` names."""

    def gather(
        self, texts: Mapping[str, bytes], settings: Settings, find_go: FindGo
    ) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
        """Return the evidence by path, before anything is analysed, and the problems."""

    def complete(self, results: Iterable[FileResult], evidence: Mapping[str, Any], go: Go) -> Mapping[str, Any]:
        """Return changed evidence, by path, once the rule's findings are known; ``results`` are those with one."""

    def correct(self, results: Iterable[FileResult], evidence: Mapping[str, Any], go: Go) -> Mapping[str, Any]:
        """Return changed evidence, by path, once the rule's fixes are known; ``results`` has all files of the run."""

    def unmatched(self, texts: Mapping[str, bytes], settings: Settings) -> Mapping[tuple[str, str], str]:
        """Return settings' values that match nothing in the files: setting and value, each with a message."""


@lru_cache(maxsize=8)
def _source(rule: str) -> EvidenceSource:
    source: EvidenceSource = import_module(f"{package_of(rule)}.{abouts()[rule].evidence}").EVIDENCE
    return source


def _rules() -> list[str]:
    return [rule for rule, about in abouts().items() if about.evidence]


def gather(texts: Mapping[str, bytes], settings: Settings, find_go: FindGo) -> tuple[EvidenceByRule, list[Problem]]:
    """Return the evidence for the rules, each about the files for which ``wants_evidence`` is true."""
    evidence: dict[str, Mapping[str, Any]] = {}
    problems: list[Problem] = []
    for rule in _rules():
        wanted = {path: text for path, text in texts.items() if abouts()[rule].wants_evidence(settings, text)}
        if wanted:
            evidence[rule], more = _source(rule).gather(wanted, settings, find_go)
            problems += more
    return evidence, problems


def complete(results: Sequence[FileResult], evidence: EvidenceByRule, go: Go) -> EvidenceByRule:
    """Return the evidence that changes once the findings are known."""
    found: dict[str, Mapping[str, Any]] = {}
    for rule in _rules():
        having = [result for result in results if any(finding.rule == rule for finding in result.findings)]
        if having:
            found[rule] = _source(rule).complete(having, evidence.get(rule, {}), go)
    return found


def correct(results: Sequence[FileResult], evidence: EvidenceByRule, find_go: FindGo) -> EvidenceByRule:
    """Return the evidence that changes once the fixes are known."""
    found: dict[str, Mapping[str, Any]] = {}
    for rule in _rules():
        fixed = any(finding.rule == rule and finding.fix for result in results for finding in result.findings)
        go = find_go() if fixed else None
        if go is not None:
            found[rule] = _source(rule).correct(results, evidence.get(rule, {}), go)
    return found


def unmatched(texts: Mapping[str, bytes], settings: Settings) -> dict[tuple[str, str], str]:
    """Return settings' values that match nothing in the files: setting and value, each with a message for the user."""
    found: dict[tuple[str, str], str] = {}
    for rule in _rules():
        about = abouts()[rule]
        if any(one.wakes and settings.value(one.name) != one.default for one in about.settings):
            found |= _source(rule).unmatched(texts, settings)
    return found


__all__ = ["EvidenceSource", "FindGo"]
