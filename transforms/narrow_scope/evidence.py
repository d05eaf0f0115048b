"""Evidence that functions hold something too long: profiles of waiting for locks, and patterns that match nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from defermod.config import Settings
from defermod.golang.function_names import unmatched
from defermod.model import FileResult, Problem

from .waits import LEAST, Waits

if TYPE_CHECKING:
    from defermod.toolchain.go import Go


class WideFunctions:
    """``EVIDENCE`` of the rule; see ``defermod.pipeline.evidence.EvidenceSource``."""

    def gather(
        self, texts: Mapping[str, bytes], settings: Settings, find_go: Callable[[], Go | None]
    ) -> tuple[Mapping[str, Waits], tuple[Problem, ...]]:
        from defermod.toolchain.pprof import ProfileError, read_locks
        from defermod.toolchain.profiled import shares_of_files, shown_path

        profile = settings.value("profile")
        go = find_go() if profile is not None else None
        if go is None:
            return {}, ()  # hot-defer says what is wrong with a profile
        try:
            shares = read_locks(go, profile)
        except (ProfileError, OSError):
            return {}, ()
        found: dict[str, dict[str, float]] = {}
        for path, function, share in shares_of_files(shares or {}, texts):
            functions = found.setdefault(path, {})
            functions[function] = max(share.total, functions.get(function, 0.0))
        if shares is not None and not any(share >= LEAST for each in found.values() for share in each.values()):
            said = f"{shown_path(profile)}: no function that was looked at is in this profile"
            return {}, (Problem(said, fatal=False),)
        return {path: Waits(tuple(each.items()), shown_path(profile)) for path, each in found.items()}, ()

    def complete(self, results: Iterable[FileResult], evidence: Mapping[str, Any], go: Go) -> Mapping[str, Any]:
        return {}

    def correct(self, results: Iterable[FileResult], evidence: Mapping[str, Any], go: Go) -> Mapping[str, Any]:
        return {}

    def unmatched(self, texts: Mapping[str, bytes], settings: Settings) -> Mapping[tuple[str, str], str]:
        return {("wide", pattern): said for pattern, said in unmatched("wide", settings.value("wide"), texts).items()}


EVIDENCE = WideFunctions()
