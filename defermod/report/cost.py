"""Reports of what defers cost under benchmarks or tests: a table for people, and JSON as in docs/cost.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from defermod.printable import printable, without_commands
from defermod.toolchain.calibration import HEAP, OPEN_CODED, STACK, Costs
from defermod.toolchain.cost import CostRun, CountedDefer, Measured

PILE = 100
"""Deferred calls pending at once in one call of a function, from which on the defer is worth a look for that alone."""
LEAVE, LOOK, NEVER, UNKNOWN = "leave it", "worth a look", "never ran", "not counted"
_SHOWN = 48
"""Characters of a defer statement that are shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """One defer in one run."""

    defer: CountedDefer
    path: str
    ran: int
    pending: int
    cost: float
    """Nanoseconds per call, at most."""
    share: float
    """Percent of the run's CPU time, at most."""
    verdict: str


def cpu_seconds(run: CostRun, costs: Costs) -> float:
    """The run's CPU time less what the counters took of it; a tenth is always left."""
    counting = sum(ran for ran, _ in run.counts.values()) * costs.counter / 1e9
    return max(run.cpu_seconds - counting, run.cpu_seconds / 10)


def rows(run: CostRun, costs: Costs, threshold: float, shown: Mapping[Path, str]) -> list[Row]:
    """The defers that ran in ``run``, the dearest first."""
    seconds = max(cpu_seconds(run, costs), 1e-9)
    found = []
    for defer, (ran, pending) in run.counts.items():
        cost = costs.of(defer.kind)
        share = min(100.0, 100 * ran * cost / 1e9 / seconds)
        dear = share >= threshold and defer.kind != OPEN_CODED
        verdict = LOOK if dear or pending >= PILE else LEAVE
        found.append(Row(defer, shown[defer.path], ran, pending, cost, share, verdict))
    return sorted(found, key=lambda row: (-row.share, row.path, row.defer.counted.line))


def render(measured: Measured, costs: Costs, threshold: float, shown: Mapping[Path, str], version: str) -> str:
    """A table for each run, and a sentence about what was counted in none."""
    lines: list[str] = []
    for run in measured.runs:
        lines.append(f"{run.package}: {cpu_seconds(run, costs):.2f} s of CPU time")
        cells: list[tuple[str, ...]] = [
            ("defer", "function", "compiled as", "ran", "most pending", "at most", "of CPU", "")
        ]
        cells += [_cells(row) for row in rows(run, costs, threshold, shown)]
        if len(cells) == 1:
            lines += ["  no defer ran", ""]
            continue
        if not any(row[4] for row in cells[1:]):
            cells = [(*row[:4], *row[5:]) for row in cells]
        widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
        for row in cells:
            left = [cell.ljust(width) for cell, width in zip(row[:3], widths[:3], strict=True)]
            right = [cell.rjust(width) for cell, width in zip(row[3:-1], widths[3:-1], strict=True)]
            lines.append("  ".join(["", *left, *right, row[-1]]).rstrip()[1:])
        lines.append("")
    ran = {defer for run in measured.runs for defer in run.counts}
    never = [d for d in measured.defers if d not in ran and d not in measured.uncounted]
    if measured.runs and never:
        lines.append(f"{len(never)} of {len(measured.defers)} defers never ran.")
    if measured.uncounted:
        lines.append(f"{len(measured.uncounted)} of {len(measured.defers)} defers were not counted.")
    lines.append(
        f"A defer costs on this machine, with {version}: {costs.open_coded:.1f} ns if it is {OPEN_CODED}, "
        f"{costs.stack_allocated:.1f} ns if {STACK}, {costs.heap_allocated:.1f} ns if {HEAP}."
    )
    if any(defer.kind == OPEN_CODED for defer in ran):
        lines.append(f"Leave {OPEN_CODED} defers alone: no rewrite saves more than that per call.")
    return without_commands("\n".join(lines) + "\n")


def as_json(
    measured: Measured, costs: Costs, threshold: float, shown: Mapping[Path, str], version: str, asked: str | None
) -> str:
    """The same, and every defer that never ran; see docs/cost.md."""
    best: dict[CountedDefer, tuple[Row, str]] = {}
    total: dict[CountedDefer, int] = {}
    for run in measured.runs:
        for row in rows(run, costs, threshold, shown):
            total[row.defer] = total.get(row.defer, 0) + row.ran
            if row.defer not in best or best[row.defer][0].share < row.share:
                best[row.defer] = row, run.package
    value = {
        "version": 1,
        "go": version,
        "asked": {"tests": asked is None, "bench": asked},
        "threshold": threshold,
        "nanoseconds": asdict(costs),
        "runs": [
            {
                "package": run.package,
                "cpu_seconds": round(cpu_seconds(run, costs), 6),
                "defers": [_row(row) for row in rows(run, costs, threshold, shown)],
            }
            for run in measured.runs
        ],
        "defers": [
            _defer(each, best.get(each), total.get(each, 0), each in measured.uncounted, shown)
            for each in sorted(measured.defers, key=lambda d: (shown[d.path], d.counted.line, d.counted.column))
        ],
        "problems": list(measured.complaints),
    }
    return json.dumps(value, indent=2) + "\n"


def _row(row: Row) -> dict[str, object]:
    place = row.defer.counted
    return {
        "path": row.path,
        "line": place.line,
        "column": place.column,
        "ran": row.ran,
        "pending": row.pending or None,
        "seconds": round(row.ran * row.cost / 1e9, 9),
        "share": round(row.share, 4),
        "verdict": row.verdict,
    }


def _defer(
    defer: CountedDefer, best: tuple[Row, str] | None, total: int, uncounted: bool, shown: Mapping[Path, str]
) -> dict[str, object]:
    counted = defer.counted
    row = best[0] if best else None
    return {
        "path": shown[defer.path],
        "line": counted.line,
        "column": counted.column,
        "function": counted.function,
        "package": defer.package,
        "compiled": defer.kind or None,
        "in_loop": counted.in_loop,
        "ran": None if uncounted else total,
        "pending": (row.pending or None) if row else None,
        "share": round(row.share, 4) if row else None,
        "run": best[1] if best else None,
        "verdict": row.verdict if row else UNKNOWN if uncounted else NEVER,
    }


def _cells(row: Row) -> tuple[str, ...]:
    counted = row.defer.counted
    text = printable(counted.text)
    text = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return (
        f"{printable(row.path)}:{counted.line}  {text}",
        counted.function,
        row.defer.kind or "unknown",
        f"{row.ran:,}",
        f"{row.pending:,}" if row.pending else "",
        duration(row.ran * row.cost),
        f"{row.share:.2f} %",
        row.verdict,
    )


def duration(nanoseconds: float) -> str:
    """A duration with three digits or so: ``162.8 ms``."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.1f} {unit}"
    return f"{nanoseconds:.1f} ns"


def names(paths: Iterable[tuple[str, Path]]) -> dict[Path, str]:
    """The paths as the user knows them, by the real ones."""
    return {real: shown for shown, real in paths}
