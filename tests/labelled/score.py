"""Compare the program's verdicts with the labels: ``python -m tests.labelled.score``.

Runs the program, with type facts, over ``programs/`` and prints each disagreement, a table of label
against verdict, and precision and recall of SAFE.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from defermod.engine.fixpoint import analyse
from defermod.golang.facts import FileFacts
from defermod.model import Finding, Options, Status
from defermod.toolchain.go import find_go
from defermod.toolchain.modules import language_version
from defermod.toolchain.typefacts import collect

HERE = Path(__file__).resolve().parent
_VERDICTS = {Status.FIXED: "safe", Status.UNSAFE: "unsafe", Status.REFUSED: "refuse", Status.UNDECIDED: "undecided"}
_DEFAULT_VERSION = (1, 22)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One labelled defer, and what the program says of it."""

    file: str
    line: int
    label: str
    verdict: str
    said: str


def judgements() -> Iterator[Judgement]:
    """Every labelled defer of the programs with the program's verdict.  Raises RuntimeError without Go."""
    go = find_go()
    if go is None:
        raise RuntimeError("no go command: pip install 'defermod[go]'")
    programs = tomllib.loads((HERE / "programs.toml").read_text("utf-8"))["program"]
    files = sorted({HERE / program["file"] for program in programs})
    facts = collect(go, files)
    found = {file: _findings(file, facts[file]) for file in files}
    for program in programs:
        for line in program["lines"]:
            finding = found[HERE / program["file"]].get(line)
            verdict = "none" if finding is None else _VERDICTS[finding.status]
            yield Judgement(program["file"], line, program["verdict"], verdict, _said(finding))


def _findings(file: Path, facts: object) -> dict[int, Finding]:
    text = file.read_bytes()
    options = Options(go_version=language_version(file, text) or _DEFAULT_VERSION)
    known = facts if isinstance(facts, FileFacts) else None
    result = analyse(str(file), text, options, facts=known)
    return {text.count(b"\n", 0, finding.span.start) + 1: finding for finding in result.findings}


def _said(finding: Finding | None) -> str:
    if finding is None:
        return ""
    if finding.refusal is not None:
        return f"{finding.refusal.code}: {finding.refusal.explanation}"
    return finding.fix.reason if finding.fix is not None else ""


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall of SAFE, and the table behind them."""

    table: Counter[tuple[str, str]]

    @property
    def precision(self) -> float:
        """Of what the program calls safe, the share that the label calls safe."""
        called = sum(count for (_, verdict), count in self.table.items() if verdict == "safe")
        return self.table["safe", "safe"] / called if called else 1.0

    @property
    def recall(self) -> float:
        """Of what the label calls safe, the share that the program calls safe."""
        labelled = sum(count for (label, _), count in self.table.items() if label == "safe")
        return self.table["safe", "safe"] / labelled if labelled else 1.0


def score(judged: list[Judgement]) -> Score:
    """Count the judgements."""
    return Score(Counter((judgement.label, judgement.verdict) for judgement in judged))


def report(judged: list[Judgement]) -> int:
    """Print each disagreement, the table, precision and recall.

    Returns the exit status: 1 if anything is called safe that the label does not.
    """
    for judgement in judged:
        if judgement.label != judgement.verdict:
            where = f"{judgement.file}:{judgement.line}"
            print(f"{where}: label {judgement.label}, verdict {judgement.verdict}: {judgement.said}")
    total = score(judged)
    print("\n| label \\ verdict | safe | unsafe | refuse | none |\n|---|---|---|---|---|")
    for label in ("safe", "unsafe", "refuse", "none"):
        cells = " | ".join(str(total.table[label, verdict]) for verdict in ("safe", "unsafe", "refuse", "none"))
        print(f"| {label} | {cells} |")
    print(f"\nprecision of SAFE {total.precision:.1%}, recall {total.recall:.1%}, {len(judged)} defers")
    return int(total.precision < 1)


if __name__ == "__main__":
    sys.exit(report(list(judgements())))
