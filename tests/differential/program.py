"""One Go program from many functions in two versions: written, built, run, and its words understood."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path

from defermod.golang.facts import FileFacts
from defermod.toolchain import typefacts
from defermod.toolchain.go import Go, find_go
from tests.differential.tree import Function, Site, header

_RUNTIME = Path(__file__).parent / "runtime"
_FUNCTION = re.compile(r"^func (?:\([^)]*\) )?(F\d+)", re.MULTILINE)
_ERROR = re.compile(r"^(?:vet: )?(before|after)[/\\](u\d+\.go):(\d+):\d+: (.*)$", re.MULTILINE)
_PER_FILE = 50
_ROUNDS = 8
_HUNG = 3
_COMPILER = {"GOGC": "off", "GOMEMLIMIT": "1GiB"}
"""A compiler lives so shortly that it need not collect its garbage; a third of its time goes there."""


class Contract(Enum):
    """The relation that must hold between the two versions of a function."""

    EARLIER = "earlier"
    """Deferred calls run no later, and at the end of their iteration at the latest."""
    EARLIER_OR_LOST = "earlier lossy"
    """The same, but a panic may lose them."""
    EXACT = "exact"
    """Deferred calls run when they did."""
    EXACT_OR_LOST = "exact lossy"
    """The same, but a panic may lose them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A function before and after, the defers that the rewrite moved, and those that the tool passed over."""

    function: Function
    before: str
    after: str
    sites: tuple[Site, ...]
    silent: tuple[Site, ...] = ()
    """Defers in loops that the tool does not report, because they can run only once."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of building and running one pair."""

    number: int
    trouble: str = ""
    """The class of the first difference; empty if there is none.  ``invalid`` is the generator's fault."""
    detail: str = ""
    input: str = ""
    runs: int = 0
    moved: int = 0
    """Runs in which a release came earlier: what the rewrite is for."""
    seen: int = 0
    """Different events that were reached."""


@dataclass(slots=True)
class _Layout:
    """The places of functions in the files of one version."""

    texts: dict[str, str] = field(default_factory=dict)
    starts: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def owner(self, file: str, line: int) -> int | None:
        found = [number for start, number in self.starts.get(file, []) if start <= line]
        return found[-1] if found else None


def split(text: str) -> dict[str, str]:
    """The functions of a printed file, by name."""
    found = list(_FUNCTION.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return {match[1]: text[match.start() : end].rstrip("\n") + "\n" for match, end in zip(found, ends, strict=True)}


@cache
def the_go() -> Go:
    found = find_go()
    if found is None:
        raise FileNotFoundError("the differential tests need Go")
    return found


class Program:
    """A directory with the Go module, used again and again."""

    def __init__(
        self,
        directory: Path,
        version: tuple[int, int],
        runs: int = 40,
        patience: int = 10,
        contract: Contract = Contract.EARLIER,
    ) -> None:
        """``patience``: seconds that all runs of one function may take."""
        self.directory = directory
        self.runs = runs
        self.patience = patience
        self.contract = contract
        shutil.copytree(_RUNTIME / "rt", directory / "rt", dirs_exist_ok=True)
        shutil.copy(_RUNTIME / "main.go", directory / "main.go")
        typed = directory / "facts" / "rt"
        typed.mkdir(parents=True, exist_ok=True)
        for source in ("rt/resource.go", "rt/values.go", "rt/state.go", "typed/trace.go"):
            shutil.copy(_RUNTIME / source, typed)
        for home in (directory, directory / "facts"):
            shutil.copytree(_RUNTIME / "std", home / "std", dirs_exist_ok=True)
            (home / "go.mod").write_text(f"module difftest\n\ngo {version[0]}.{version[1]}\n")
        for side in ("before", "after"):
            (directory / side).mkdir(exist_ok=True)
            shutil.copy(_RUNTIME / "gen" / "names.go", directory / side / "names.go")

    def judge(self, pairs: Sequence[Pair]) -> list[Verdict]:
        """One verdict for each pair."""
        verdicts, left = self._build(pairs)
        if left:
            verdicts += self._run([pair.function.number for pair in left])
        return sorted(verdicts, key=lambda verdict: verdict.number)

    # --- writing ----------------------------------------------------------------------------

    def _write(self, pairs: Sequence[Pair]) -> dict[str, _Layout]:
        layouts = {}
        for side in ("before", "after"):
            for old in (self.directory / side).glob("u*.go"):
                old.unlink()
            layouts[side] = layout = _lay_out(pairs, side)
            for file, text in layout.texts.items():
                (self.directory / side / file).write_text(text)
            (self.directory / side / "table.go").write_text(_table(pairs))
        return layouts

    # --- facts ------------------------------------------------------------------------------

    def facts(self, texts: Sequence[str]) -> list[FileFacts | None]:
        """Return the type checker's facts about files of functions; each is a package of its own."""
        paths = []
        for number, text in enumerate(texts):
            place = self.directory / "facts" / f"p{number}"
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(_RUNTIME / "gen" / "names.go", place / "names.go")
            paths.append(place / "u.go")
            paths[-1].write_text(text)
        found = typefacts.collect(the_go(), paths)
        return [one if isinstance(one := found[path], FileFacts) else None for path in paths]

    # --- building ---------------------------------------------------------------------------

    def _build(self, pairs: Sequence[Pair]) -> tuple[list[Verdict], list[Pair]]:
        """Build; what doesn't compile is left out, and the rest is tried again."""
        verdicts: list[Verdict] = []
        left = list(pairs)
        for _ in range(_ROUNDS):
            if not left:
                return verdicts, left
            layouts = self._write(left)
            done = self._go("build", "-gcflags=difftest/...=-l -e -dwarf=0", "-o", "program", ".")
            if done.returncode == 0:
                return verdicts, left
            broken = _attribute(done.stdout + done.stderr, layouts)
            if not broken:
                raise RuntimeError(f"go build failed without naming a function:\n{done.stderr[:2000]}")
            for number, (side, message) in broken.items():
                trouble = "invalid" if side == "before" else "compile"
                verdicts.append(Verdict(number, trouble, message))
            left = [pair for pair in left if pair.function.number not in broken]
        raise RuntimeError("the program still doesn't compile after many functions were left out")

    def _go(self, *args: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **_COMPILER}
        return subprocess.run(
            [the_go().path, *args], cwd=self.directory, env=environment, capture_output=True, text=True, check=False
        )

    def vet(self, pairs: Sequence[Pair]) -> list[Verdict]:
        """Return the complaints of vet and gofmt about the after versions that are new since the before ones."""
        layouts = self._write(pairs)
        done = self._go("vet", "./before", "./after")
        said = _attribute(done.stdout + done.stderr, layouts)
        verdicts = [Verdict(number, f"vet-{side}", message) for number, (side, message) in said.items()]
        for side, layout in layouts.items():
            verdicts += self._gofmt(side, layout)
        return verdicts

    def _gofmt(self, side: str, layout: _Layout) -> list[Verdict]:
        done = subprocess.run(
            [the_go().gofmt, "-d", side], cwd=self.directory, capture_output=True, text=True, check=False
        )
        found: dict[int, Verdict] = {}
        file, number = "", None
        for line in done.stdout.splitlines():
            if line.startswith("+++ "):
                file = Path(line.split()[1]).name
            elif hunk := re.match(r"@@ -(\d+)", line):
                number = layout.owner(file, int(hunk[1]) + 3)
            elif line[:1] in "+-" and line[1:].strip() and number is not None and not line.startswith("---"):
                found.setdefault(number, Verdict(number, f"gofmt-{side}", line))
        return list(found.values())

    # --- running ----------------------------------------------------------------------------

    def _run(self, numbers: Iterable[int]) -> list[Verdict]:
        """Run; a function that takes the program down is left out, and the rest goes on.

        One that takes too long gets a second try: it may be the machine that was busy.
        """
        left = set(numbers)
        late: set[int] = set()
        skip: list[int] = []
        verdicts: list[Verdict] = []
        while left:
            done = subprocess.run(
                [
                    self.directory / "program",
                    str(self.runs),
                    str(self.patience),
                    ",".join(map(str, skip)),
                    self.contract.value,
                ],
                capture_output=True,
                text=True,
                check=False,
            )
            reports, last = _reports(done.stdout)
            verdicts += reports
            skip += [report.number for report in reports]
            left -= {report.number for report in reports}
            if done.returncode == 0:
                break
            if last is None or last not in left:
                raise RuntimeError(f"the program failed outside of any function:\n{done.stderr[:2000]}")
            if done.returncode == _HUNG and last not in late:
                late.add(last)
                continue
            trouble = "hang" if done.returncode == _HUNG else "crash"
            verdicts.append(Verdict(last, trouble, done.stderr[:400]))
            skip.append(last)
            left.discard(last)
        return verdicts


def _lay_out(pairs: Sequence[Pair], side: str) -> _Layout:
    layout = _Layout()
    for at in range(0, len(pairs), _PER_FILE):
        chunk = pairs[at : at + _PER_FILE]
        texts = [pair.before if side == "before" else pair.after for pair in chunk]
        name = f"u{at // _PER_FILE}.go"
        head = header("".join(texts), stand_ins=True)
        line = head.count("\n") + 1
        starts = []
        for pair, text in zip(chunk, texts, strict=True):
            starts.append((line, pair.function.number))
            line += text.count("\n") + 1
        layout.starts[name] = starts
        layout.texts[name] = head + "\n".join(texts)
    return layout


def _table(pairs: Sequence[Pair]) -> str:
    lines = []
    for pair in pairs:
        function = pair.function
        sites = ", ".join(
            f'{{Tag: "{site.tag}", Loops: []int{{{", ".join(map(str, site.loops))}}}, Block: {site.block}}}'
            for site in pair.sites
        )
        silent = ", ".join(f'"{site.tag}"' for site in pair.silent if not site.nested)
        run = f"func() {{ {function.driver()} }}"
        defers = f"Sites: []rt.Site{{{sites}}}, Silent: []string{{{silent}}}"
        lines.append(f"\t{{ID: {function.number}, Seed: {function.seed}, Run: {run}, {defers}}},\n")
    body = "".join(lines)
    return f'package gen\n\nimport "difftest/rt"\n\n// Cases are the functions.\nvar Cases = []rt.Case{{\n{body}}}\n'


def _attribute(output: str, layouts: dict[str, _Layout]) -> dict[int, tuple[str, str]]:
    """The first message for each function; one about the before version goes first."""
    found: dict[int, tuple[str, str]] = {}
    for side, file, line, message in _ERROR.findall(output):
        number = layouts[side].owner(file, int(line))
        if number is not None and (number not in found or (side == "before" and found[number][0] == "after")):
            found[number] = (side, message)
    return found


def _reports(output: str) -> tuple[list[Verdict], int | None]:
    """The verdicts that the program printed, and the last function that it began."""
    verdicts: list[Verdict] = []
    last = None
    for line in output.splitlines():
        try:
            report = json.loads(line)
        except json.JSONDecodeError:
            continue
        if "begin" in report:
            last = int(report["begin"])
            continue
        verdicts.append(
            Verdict(
                number=report["id"],
                trouble=report["class"],
                detail=report["detail"],
                input=report["input"],
                runs=report["runs"],
                moved=report["moved"],
                seen=report["seen"],
            )
        )
    return verdicts, last
