"""A report of the names in ``--wide`` that match nothing; besides the patterns of the user the rule has no evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from defermod.config import Settings
from defermod.golang.function_names import unmatched
from defermod.model import FileResult, Problem

if TYPE_CHECKING:
    from defermod.toolchain.go import Go


class WideFunctions:
    """``EVIDENCE`` of the rule; see ``defermod.pipeline.evidence.EvidenceSource``."""

    def gather(
        self, texts: Mapping[str, bytes], settings: Settings, find_go: Callable[[], Go | None]
    ) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
        return {}, ()

    def complete(self, results: Iterable[FileResult], evidence: Mapping[str, Any], go: Go) -> Mapping[str, Any]:
        return {}

    def correct(self, results: Iterable[FileResult], evidence: Mapping[str, Any], go: Go) -> Mapping[str, Any]:
        return {}

    def unmatched(self, texts: Mapping[str, bytes], settings: Settings) -> Mapping[tuple[str, str], str]:
        return {("wide", pattern): said for pattern, said in unmatched("wide", settings.value("wide"), texts).items()}


EVIDENCE = WideFunctions()
