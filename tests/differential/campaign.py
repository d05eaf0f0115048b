"""A campaign: generate, rewrite, build, run, count; and make what fails small."""

from __future__ import annotations

import gc
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from defermod.golang.facts import FileFacts
from tests.differential import rewriters
from tests.differential.generator import generate
from tests.differential.program import Contract, Pair, Program, Verdict, split
from tests.differential.rewriters import Found, Rewriter, Rewritten
from tests.differential.tree import Function, Site, print_file

VERSIONS = ((1, 23), (1, 22), (1, 23), (1, 21))
"""Languages, batch by batch: loop variables are shared before 1.22, range over functions came with 1.23."""

_TAG = re.compile(r'"[atu]\d+"')
FILE = 8
"""Functions in a file that the tool is given."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A function whose rewrite broke the contract."""

    function: Function
    version: tuple[int, int]
    trouble: str
    detail: str
    input: str = ""
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        language = f"go{self.version[0]}.{self.version[1]}"
        head = f"{self.function.name} (seed {self.function.seed}, {language}): {self.trouble}: {self.detail}"
        where = f"\ninput {self.input}" if self.input else ""
        return f"{head}{where}\n--- before\n{self.before}--- after\n{self.after}"


@dataclass(slots=True)
class Counts:
    """The totals of a campaign."""

    functions: int = 0
    invalid: int = 0
    """Functions that the generator got wrong."""
    findings: int = 0
    rewritten: int = 0
    unsafe: int = 0
    """Rewritten findings whose fix is unsafe."""
    with_findings: int = 0
    with_rewrites: int = 0
    exempt: int = 0
    """Functions with an unsafe fix that may well change what they do."""
    missed: int = 0
    """Loop defers of the generator that the tool reports nothing about: those that can run only once."""
    runs: int = 0
    moved: int = 0
    seen: int = 0
    """Events of the text that some run reached, of ``tags``."""
    tags: int = 0
    differences: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        for name in Counts.__slots__:
            if name == "refused":
                self.refused.update(other.refused)
            else:
                setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def share(self) -> float:
        """Of the functions with findings, those in which something was rewritten."""
        return self.with_rewrites / max(1, self.with_findings)

    def __str__(self) -> str:
        lines = [
            f"functions    {self.functions} ({self.invalid} invalid), {self.with_findings} with findings, "
            f"{self.with_rewrites} rewritten ({self.share:.0%})",
            f"findings     {self.findings}, {self.rewritten} rewritten ({self.unsafe} unsafe), "
            f"{self.missed} defers in loops not reported",
            f"runs         {self.runs}, {self.moved} with a release that came earlier, "
            f"{self.exempt} functions not compared",
            f"reached      {self.seen / max(1, self.tags):.0%} of the events in the compared functions",
            f"differences  {self.differences}",
        ]
        lines += [f"  refused {count:6} {code}" for code, count in self.refused.most_common()]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A function with what the tool did to it."""

    pair: Pair
    found: tuple[Found, ...]
    sites: tuple[Site, ...]
    """All loop defers; those of the pair were rewritten."""
    error: str = ""
    stable: bool = True

    @property
    def changed(self) -> bool:
        return self.pair.before != self.pair.after


def rewrite_file(
    functions: list[Function], version: tuple[int, int], tool: Rewriter, facts: FileFacts | None = None
) -> list[Rewrite]:
    """Give one file of functions to the tool and take the result apart."""
    printed = print_file(functions, stand_ins=facts is not None)
    result = tool(printed.text, version, facts)
    if len(functions) > 1 and (result.error or not result.stable):
        return [rewrite for one in functions for rewrite in rewrite_file([one], version, tool)]
    before, after = split(printed.text), split(result.after)
    data = printed.text.encode()  # offsets count bytes
    out = []
    for function in functions:
        name = function.name
        sites = tuple(printed.sites[name]) if result.loops else ()
        text = before[name].encode()
        start = data.index(text)
        found = _within(result, start, start + len(text))
        fixed = {one.offset for one in found if one.fixed}
        staying = [data[site.offset :].decode() for site in sites if site.offset not in fixed]
        moved = tuple(site for site in sites if site.offset in fixed and not _shared(site, before[name], staying))
        reported = {one.offset for one in found}
        silent = tuple(
            site
            for site in sites
            if site.offset not in reported
            and not _shared(site, before[name], (data[other.offset :].decode() for other in sites if other is not site))
        )
        pair = Pair(function, before[name], after.get(name, ""), moved, silent)
        out.append(Rewrite(pair, found, sites, result.error, result.stable))
    return out


def _shared(site: Site, text: str, staying: Iterable[str]) -> bool:
    """Return True if a deferred literal that stays may release what the defer does, in a variable that was reassigned.

    Then a moved call, if control passes it, comes first, now as before; if not, the literal's is no concern of it.
    """
    variable = re.search(rf'(\w+), _ = open\("{site.tag}"\)', text)
    return variable is not None and any(
        literal.startswith("defer func(") and re.search(rf"\b{variable[1]}\b", literal[: literal.find("}(")])
        for literal in staying
    )


def _within(result: Rewritten, start: int, end: int) -> tuple[Found, ...]:
    return tuple(one for one in result.found if start <= one.offset < end)


def rewrite_files(
    files: list[list[Function]],
    version: tuple[int, int],
    tool: Rewriter,
    program: Program | None,
) -> list[Rewrite]:
    """Give files to the tool, with the type checker's facts if there is a program to type-check them in."""
    known: list[FileFacts | None] = [None] * len(files)
    if program is not None:
        known = program.facts([print_file(functions, stand_ins=True).text for functions in files])
    return [one for functions, facts in zip(files, known, strict=True)
            for one in rewrite_file(functions, version, tool, facts)]  # fmt: skip


Exempt = Callable[[str], bool]
"""Does the reason for an unsafe fix say that the contract need not hold?"""


def judge(
    rewrites: Sequence[Rewrite], program: Program, version: tuple[int, int], exempt: Exempt, *, vet: bool = False
) -> tuple[Counts, list[Failure]]:
    """Count what the tool did, and run what it changed."""
    counts = Counts(functions=len(rewrites))
    suspects: dict[int, Failure] = {}
    to_run: dict[int, Rewrite] = {}
    for rewrite in rewrites:
        _count(counts, rewrite)
        verdict = _at_once(rewrite)
        if verdict is not None:
            suspects[verdict.number] = _failure(rewrite, version, verdict)
        elif rewrite.changed and any(one.fixed and not one.safe and exempt(one.reason) for one in rewrite.found):
            counts.exempt += 1
            continue
        elif not rewrite.changed and not rewrite.pair.silent:
            continue
        to_run[rewrite.pair.function.number] = rewrite
    pairs = [rewrite.pair for rewrite in to_run.values()]
    verdicts = program.judge(pairs)
    if vet:
        good = {verdict.number for verdict in verdicts if verdict.trouble not in ("invalid", "compile")}
        verdicts += program.vet([pair for pair in pairs if pair.function.number in good])
    failures: list[Failure] = []
    for verdict in verdicts:
        counts.runs += verdict.runs
        counts.moved += verdict.moved
        counts.seen += verdict.seen
        counts.tags += len(set(_TAG.findall(to_run[verdict.number].pair.before))) if verdict.runs else 0
        if verdict.trouble in ("invalid", "vet-before", "gofmt-before"):
            counts.invalid += 1
            suspects.pop(verdict.number, None)
        elif verdict.trouble and verdict.number not in suspects:  # which may be exempt, and has failed already
            failures.append(_failure(to_run[verdict.number], version, verdict))
    failures += suspects.values()
    counts.differences = len(failures)
    return counts, failures


def _at_once(rewrite: Rewrite) -> Verdict | None:
    """Return what is wrong with a rewrite before anything is run."""
    number = rewrite.pair.function.number
    if rewrite.error:
        return Verdict(number, "exception", rewrite.error)
    if not rewrite.stable:
        return Verdict(number, "unstable", "a second run changes the text")
    if any(one.fixed and one.refused for one in rewrite.found):
        reasons = {one.reason for one in rewrite.found if one.fixed and one.refused}
        return Verdict(number, "inconsistent", f"refused ({', '.join(sorted(reasons))}) and rewritten all the same")
    return None


def _count(counts: Counts, rewrite: Rewrite) -> None:
    found = rewrite.found
    counts.findings += len(found)
    counts.rewritten += sum(one.fixed for one in found)
    counts.unsafe += sum(one.fixed and not one.safe for one in found)
    counts.with_findings += bool(found)
    counts.with_rewrites += any(one.fixed for one in found)
    offsets = {one.offset for one in found}
    counts.missed += sum(site.offset not in offsets for site in rewrite.sites)
    counts.refused.update(_why(one) for one in found if not one.fixed)


def _why(one: Found) -> str:
    """A short reason why a finding was left."""
    if one.safe:
        return "left for another round"
    return one.reason if one.refused else f"unsafe: {', '.join(sorted(rewriters.kinds(one.reason)))}"


def _failure(rewrite: Rewrite, version: tuple[int, int], verdict: Verdict) -> Failure:
    pair = rewrite.pair
    return Failure(pair.function, version, verdict.trouble, verdict.detail, verdict.input, pair.before, pair.after)


def nothing_exempt(_reason: str) -> bool:
    """Every rewrite must keep the contract."""
    return False


TASKS: dict[tuple[bool, bool, bool], tuple[Rewriter, Exempt, Contract]] = {
    (False, False, False): (rewriters.safe, nothing_exempt, Contract.EARLIER),
    (False, False, True): (rewriters.unsafe, rewriters.may_differ, Contract.EARLIER),
    (True, False, False): (rewriters.explicit_safe, nothing_exempt, Contract.EARLIER),
    (True, False, True): (rewriters.explicit, rewriters.may_differ_explicitly, Contract.EARLIER_OR_LOST),
    (False, True, False): (rewriters.hot_safe, nothing_exempt, Contract.EXACT),
    (False, True, True): (rewriters.hot, rewriters.may_differ_explicitly, Contract.EXACT_OR_LOST),
}
"""By ``--explicit``, ``--hot`` and ``--unsafe``: what rewrites, what need not hold, and what must."""


@dataclass(slots=True)
class Campaign:
    """Many functions from one seed."""

    seed: int
    tool: Rewriter = rewriters.safe
    exempt: Exempt = nothing_exempt
    jobs: int = 1
    """Processes; each does whole batches."""
    runs: int = 40
    batch: int = 800
    vet: bool = False
    facts: bool = True
    """Give the tool the type checker's facts, without which it calls nothing safe."""
    together: int = FILE
    """Functions in one file."""
    contract: Contract = Contract.EARLIER
    hot: bool = False
    """Make functions with defers outside of loops."""
    counts: Counts = field(default_factory=Counts)

    def run(self, count: int) -> Iterator[Failure]:
        """Check ``count`` functions; yields the failures of each batch as it is done."""
        starts = range(0, count, self.batch)
        batches = [range(first, min(count, first + self.batch)) for first in starts]
        versions = [VERSIONS[number % len(VERSIONS)] for number in range(len(batches))]
        with TemporaryDirectory(prefix="defermod-differential-") as directory, self._applying() as apply:
            for counts, failures in apply(partial(self._check, Path(directory)), batches, versions):
                self.counts.add(counts)
                yield from failures

    def _check(self, directory: Path, numbers: range, version: tuple[int, int]) -> tuple[Counts, list[Failure]]:
        """One batch, from generation to verdict; each process has a program of its own for each version."""
        place = directory / f"{os.getpid()}-go{version[0]}_{version[1]}"
        place.mkdir(exist_ok=True)
        program = Program(place, version, self.runs, contract=self.contract)
        rewrites = rewrite_files(self._files(numbers, version), version, self.tool, program if self.facts else None)
        return judge(rewrites, program, version, self.exempt, vet=self.vet)

    def _files(self, numbers: range, version: tuple[int, int]) -> list[list[Function]]:
        functions = [generate(number, self.seed * 1_000_000 + number, version, hot=self.hot) for number in numbers]
        return [functions[at : at + self.together] for at in range(0, len(functions), self.together)]

    @contextmanager
    def _applying(self) -> Iterator[Callable[..., Iterable[tuple[Counts, list[Failure]]]]]:
        """``map``, in as many processes as were asked for."""
        if self.jobs == 1:
            yield map
            return
        pool = ProcessPoolExecutor(self.jobs, initializer=_collect_rarely)
        try:
            yield pool.map
        finally:
            pool.shutdown(cancel_futures=True)


def _collect_rarely() -> None:
    """Syntax trees are many objects that all live equally long: looking at them often finds nothing to free."""
    gc.set_threshold(50_000, 20, 20)


def renumbered(function: Function, number: int) -> Function:
    """The same function under another name, so that many variants fit into one program."""
    return replace(function, name=f"F{number}")
