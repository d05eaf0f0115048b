"""Benchmarks before and after, as tables: median, interval, change, and whether the change is more than noise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from math import comb, erfc, exp, inf, log, sqrt
from statistics import median
from typing import TYPE_CHECKING

from defermod.toolchain.bench import TIME, UNITS

if TYPE_CHECKING:
    from defermod.toolchain.bench import Comparison
    from defermod.toolchain.pprof import Share

SIGNIFICANT = 0.05
"""A change is shown where chance alone would give such a difference less often than this."""
CONFIDENCE = 0.95
_EXACT = 900
"""Pairs of runs, one of each side, up to which the probability is counted out: more take seconds a row."""
_MANY = 10
"""From as many rows on, some change by chance alone, and that is said."""
_FUNCTIONS = 12
"""Functions of a profile that are shown for each package."""
_NOTED = 0.05
"""Percent of a profile from which on the handling of a function's defers is shown."""


def render(comparisons: Sequence[Comparison]) -> str:
    """A table for each package and unit; empty if there is nothing to compare."""
    lines: list[str] = []
    for package, of_package in groupby(comparisons, key=lambda each: each.package):
        lines.append(f"pkg: {package}")
        group = list(of_package)
        for unit in UNITS:
            measured = [each for each in group if each.unit == unit]
            if unit == TIME or any(any(each.before) or any(each.after) for each in measured):
                lines += _table(unit, measured)
        lines.append("")
    if comparisons:
        lines.append(
            f"± is the {100 * CONFIDENCE:.0f} % confidence interval of the median; a change is shown for "
            f"p < {SIGNIFICANT} (Mann-Whitney U test), ~ for none."
        )
    if (rows := sum(each.unit == TIME for each in comparisons)) >= _MANY:
        chance = max(1, round(rows * SIGNIFICANT))
        lines.append(f"Of {rows} rows without any change, about {chance} would show one by chance alone.")
    return "\n".join([*lines, ""]) if lines else ""


def render_profiles(shares: Mapping[str, tuple[Mapping[str, Share], Mapping[str, Share]]]) -> str:
    """Return a table of the runtime's share for defers in the CPU profiles, by function, before and after."""
    lines: list[str] = []
    for package, (before, after) in shares.items():
        names = {name for side in (before, after) for name, share in side.items() if share.deferring >= _NOTED}
        total = [sum(share.deferring for share in side.values()) for side in (before, after)]
        rows: list[tuple[str, ...]] = [("handling of defers, % of CPU", "before", "after")]
        for name in sorted(names, key=lambda each: (-_deferring(before, each), each))[:_FUNCTIONS]:
            rows.append((name, f"{_deferring(before, name):.2f}", f"{_deferring(after, name):.2f}"))
        rows.append(("all functions", f"{total[0]:.2f}", f"{total[1]:.2f}"))
        lines += [f"pkg: {package}", *_aligned(rows), ""]
    if lines:
        lines.append("What an open-coded defer costs is part of its function's own code, and not in these numbers.")
    return "\n".join([*lines, ""]) if lines else ""


def _deferring(side: Mapping[str, Share], name: str) -> float:
    return side[name].deferring if name in side else 0.0


def _table(unit: str, comparisons: Sequence[Comparison]) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [(unit, "before", "after", "change", ""), *(_row(each) for each in comparisons)]
    pairs = [(median(each.before), median(each.after)) for each in comparisons]
    if len(pairs) > 1 and all(one > 0 and other > 0 for one, other in pairs):
        means = [exp(sum(log(pair[side]) for pair in pairs) / len(pairs)) for side in (0, 1)]
        change = f"{100 * (means[1] / means[0] - 1):+.1f} %"
        rows.append(("geomean", f"{_number(means[0])}        ", f"{_number(means[1])}        ", change, ""))
    yield from _aligned(rows)


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        numbers = [cell.rjust(width) for cell, width in zip(row[1:4], widths[1:4], strict=False)]
        yield "  ".join([row[0].ljust(widths[0]), *numbers, *row[4:]]).rstrip()


def _row(each: Comparison) -> tuple[str, ...]:
    chance = mann_whitney(each.before, each.after)
    first, second = median(each.before), median(each.after)
    change = "~"
    if chance < SIGNIFICANT:
        change = f"{100 * (second / first - 1):+.1f} %" if first else f"+{_number(second)}"
    counted = f"(p={chance:.3f} n={len(each.before)}+{len(each.after)})"
    return each.name.removeprefix("Benchmark"), _summary(each.before), _summary(each.after), change, counted


def _summary(values: Sequence[float]) -> str:
    """The median, and how far the ends of its confidence interval are from it, in percent."""
    spread = interval(values)
    shown = "∞" if spread == inf else f"{100 * spread:.0f}"
    return f"{_number(median(values))} ± {shown:>3} %"


def _number(value: float) -> str:
    digits = max(0, 3 - len(str(int(value)))) if value != int(value) or value < 1000 else 0
    return f"{value:.{digits}f}" if value else "0"


def interval(values: Sequence[float]) -> float:
    """Return the half-width of the median's confidence interval relative to the median; infinite for few values.

    Its ends are values of the sample, as few places apart as will do: the i-th least and the j-th least hold the median
    between them if at least i and fewer than j values are below it, which has the probability of as many heads in as
    many tosses.
    """
    ordered, middle, n = sorted(values), median(values), len(values)
    tosses = [comb(n, heads) / 2**n for heads in range(n + 1)]
    for width in range(1, n):
        for first in sorted(range(1, n - width + 1), key=lambda at: (abs(2 * at + width - n - 1), at)):
            if sum(tosses[first : first + width]) >= CONFIDENCE:
                reach = max(middle - ordered[first - 1], ordered[first + width - 1] - middle)
                return reach / abs(middle) if middle else inf if reach else 0.0
    return inf


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided p-value of the Mann-Whitney U test: how often chance alone orders two samples so unevenly.

    Counted out for samples of up to 30 values each, ties or not; otherwise by the normal approximation with corrections
    for ties and continuity (H. B. Mann, D. R. Whitney, 1947).
    """
    n, m = len(one), len(other)
    if not n or not m:
        return 1.0
    doubled = sum(2 * (x > y) + (x == y) for x in one for y in other)
    ties = [count for _, count in sorted(Counter((*one, *other)).items())]
    if n * m <= _EXACT:
        ways = _distribution(n, ties)
        least = min(doubled, 2 * n * m - doubled)
        return min(1.0, 2 * sum(count for u, count in ways.items() if u <= least) / comb(n + m, n))
    u = min(doubled, 2 * n * m - doubled) / 2
    total = n + m
    variance = n * m / 12 * (total + 1 - sum(t**3 - t for t in ties) / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    return min(1.0, erfc(max(0.0, n * m / 2 - u - 0.5) / sqrt(variance) / sqrt(2)))


def _distribution(n: int, ties: Iterable[int]) -> Mapping[int, int]:
    """In how many ways n of the values can be chosen so that twice the statistic is u, by u.

    ``ties``: how many values are the same, from the least value to the greatest.
    """
    ways: dict[tuple[int, int], int] = {(0, 0): 1}
    below = 0
    for tied in ties:
        grown: dict[tuple[int, int], int] = {}
        for (chosen, u), count in ways.items():
            for here in range(min(tied, n - chosen) + 1):
                # Each value that is chosen here beats the others below, and draws with the others here.
                key = chosen + here, u + here * (2 * (below - chosen) + tied - here)
                grown[key] = grown.get(key, 0) + count * comb(tied, here)
        ways, below = grown, below + tied
    return {u: count for (chosen, u), count in ways.items() if chosen == n}
