"""Benchmarks before and after, as a table: median, spread, change, and whether the change is more than noise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from math import comb, erfc, sqrt
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from defermod.toolchain.bench import Comparison

SIGNIFICANT = 0.05
"""A change is shown where chance alone would give such a difference less often than this."""
_EXACT = 50
"""Runs on one side up to which the probability is counted out; ties are left to the approximation."""


def render(comparisons: Iterable[Comparison]) -> str:
    """A table a package; empty if there is nothing to compare."""
    lines: list[str] = []
    for package, group in groupby(comparisons, key=lambda each: each.package):
        rows = [("ns/op", "before", "after", "change", "")] + [_row(each) for each in group]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines.append(f"pkg: {package}")
        for row in rows:
            numbers = [cell.rjust(width) for cell, width in zip(row[1:4], widths[1:4], strict=True)]
            lines.append("  ".join([row[0].ljust(widths[0]), *numbers, row[4]]).rstrip())
        lines.append("")
    return "\n".join(lines)


def _row(each: Comparison) -> tuple[str, str, str, str, str]:
    chance = mann_whitney(each.before, each.after)
    change = f"{100 * (median(each.after) / median(each.before) - 1):+.1f} %" if chance < SIGNIFICANT else "~"
    counted = f"(p={chance:.3f} n={len(each.before)}+{len(each.after)})"
    return each.name.removeprefix("Benchmark"), _summary(each.before), _summary(each.after), change, counted


def _summary(values: Sequence[float]) -> str:
    """The median, and half the distance between the quartiles in percent of it."""
    middle = median(values)
    first, _, third = quantiles(values, n=4) if len(values) > 1 else (middle,) * 3
    digits = max(0, 3 - len(str(int(middle))))
    return f"{middle:.{digits}f} ± {50 * (third - first) / middle:.0f} %"


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided p-value of the Mann-Whitney U test: how often chance alone orders two samples so unevenly.

    Counted out for small samples without ties, else by the normal approximation with corrections for ties
    and continuity (H. B. Mann, D. R. Whitney, 1947).
    """
    n, m = len(one), len(other)
    if not n or not m:
        return 1.0
    u = sum((x > y) + (x == y) / 2 for x in one for y in other)
    u = min(u, n * m - u)
    pooled = sorted((*one, *other))
    ties = [len(list(group)) for _, group in groupby(pooled)]
    if max(ties) == 1 and max(n, m) <= _EXACT:
        below = sum(_orders(n, m, k) for k in range(int(u) + 1))
        return min(1.0, 2 * below / comb(n + m, n))
    total = n + m
    variance = n * m / 12 * (total + 1 - sum(t**3 - t for t in ties) / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    return min(1.0, erfc(max(0.0, n * m / 2 - u - 0.5) / sqrt(variance) / sqrt(2)))


@cache
def _orders(n: int, m: int, u: int) -> int:
    """In how many orders of n and m distinct values the statistic is u."""
    if u < 0:
        return 0
    if not n or not m:
        return int(u == 0)
    return _orders(n - 1, m, u - m) + _orders(n, m - 1, u)
