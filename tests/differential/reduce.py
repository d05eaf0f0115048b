"""Making a failing function small: variants with something taken out, many to a program, until nothing can go.

Variants need not be valid: those that don't compile before the rewrite are no longer failures of the
same kind, and drop out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.differential.campaign import Exempt, Failure, judge, renumbered, rewrite_files
from tests.differential.program import Contract, Program
from tests.differential.rewriters import Rewriter
from tests.differential.tree import Function, Kind, Stmt, walk

_BATCH = 160
_ROUNDS = 14
_RUNS = 60

Change = Callable[[list[Stmt]], bool]
"""Changes a copied body; False if there was nothing to change."""


def reduce(
    failure: Failure,
    tool: Rewriter,
    exempt: Exempt,
    *,
    facts: bool = False,
    contract: Contract = Contract.EARLIER,
) -> Failure:
    """The smallest failure of the same class that was found; ``facts`` and ``contract``: as in the campaign."""
    best = failure
    with TemporaryDirectory(prefix="defermod-reduce-") as directory:
        program = Program(Path(directory), failure.version, _RUNS, contract=contract)
        for _ in range(_ROUNDS):
            smaller = _round(best, program, tool, exempt, facts)
            if smaller is None:
                return best
            best = smaller
    return best


def _round(best: Failure, program: Program, tool: Rewriter, exempt: Exempt, facts: bool) -> Failure | None:
    """The best of one round of variants, all at once if they go together."""
    changes = list(_changes(best.function.body))
    good = _failing(best, [[change] for change in changes[:_BATCH]], program, tool, exempt, facts)
    if not good:
        return None
    together = [good[0][0] + change for change, _ in good[1:]]
    every = [one for change, _ in good for one in change]
    halves = [every, every[: len(every) // 2], every[len(every) // 2 :], every[::2], every[1::2]]
    quarters = [every[at::4] for at in range(4)]
    better = _failing(best, [*halves, *quarters, *together[:20]], program, tool, exempt, facts)
    return min([failure for _, failure in (*good, *better)], key=lambda failure: _weight(failure.function))


def _weight(function: Function) -> int:
    return sum(1 + len(stmt.head) // 40 for stmt in walk(function.body))


def _failing(
    best: Failure, attempts: list[list[Change]], program: Program, tool: Rewriter, exempt: Exempt, facts: bool
) -> list[tuple[list[Change], Failure]]:
    """The attempts that still fail in the same way, smallest first."""
    made: dict[str, list[Change]] = {}
    variants: list[Function] = []
    for number, attempt in enumerate(attempts):
        variant = renumbered(deepcopy(best.function), number)
        if _apply(attempt, variant.body):
            variants.append(variant)
            made[variant.name] = attempt
    rewrites = rewrite_files([[one] for one in variants], best.version, tool, program if facts else None)
    _, failures = judge(rewrites, program, best.version, exempt, vet="-after" in best.trouble)
    same = [failure for failure in failures if failure.trouble == best.trouble]
    same.sort(key=lambda failure: _weight(failure.function))
    return [(made[failure.function.name], failure) for failure in same]


# --- changes --------------------------------------------------------------------------------
#
# A change names the statement by its path, because it is applied to a copy.  Paths are taken from the
# end of the body to its beginning, so that several changes can be applied one after the other.

Path_ = tuple[int, ...]
"""Index of a statement in a body, then of an arm, then of a statement in that, and so on."""


def _changes(body: list[Stmt]) -> Iterator[Change]:
    paths = sorted(_paths(body), key=lambda path: (len(path), [-i for i in path]))
    for path in paths:
        stmt = _find(body, path)
        if stmt.pinned:
            continue
        yield _deletion(path)
        yield _deletion(path, 2)
        for index in range(len(stmt.arms)):
            if stmt.kind is not Kind.DEFER:
                yield _hoisting(path, index)
            if len(stmt.arms) > 1 and index > 0:
                yield _amputation(path, index)


def _paths(body: list[Stmt], prefix: Path_ = ()) -> Iterator[Path_]:
    for i, stmt in enumerate(body):
        yield (*prefix, i)
        for j, arm in enumerate(stmt.arms):
            yield from _paths(arm.body, (*prefix, i, j))


def _holder(body: list[Stmt], path: Path_) -> list[Stmt] | None:
    for i, j in zip(path[:-1:2], path[1:-1:2], strict=True):
        if i >= len(body) or j >= len(body[i].arms):
            return None
        body = body[i].arms[j].body
    return body if path[-1] < len(body) else None


def _find(body: list[Stmt], path: Path_) -> Stmt:
    holder = _holder(body, path)
    assert holder is not None
    return holder[path[-1]]


def _apply(attempt: list[Change], body: list[Stmt]) -> bool:
    """Make the changes, last place first; False if one of them had nothing to change."""
    applied = [change(body) for change in attempt]
    return all(applied)


def _deletion(path: Path_, count: int = 1) -> Change:
    """Take out statements; two at a time for a declaration and its only use."""

    def change(body: list[Stmt]) -> bool:
        holder = _holder(body, path)
        if holder is None:
            return False
        gone = holder[path[-1] : path[-1] + count]
        if len(gone) < count or any(stmt.pinned for stmt in gone):
            return False
        del holder[path[-1] : path[-1] + count]
        return True

    return change


def _hoisting(path: Path_, arm: int) -> Change:
    """Put a block's statements in the place of the statement around it."""

    def change(body: list[Stmt]) -> bool:
        holder = _holder(body, path)
        if holder is None or arm >= len(holder[path[-1]].arms):
            return False
        inner = [stmt for stmt in holder[path[-1]].arms[arm].body if not stmt.pinned]
        holder[path[-1] : path[-1] + 1] = inner
        return True

    return change


def _amputation(path: Path_, arm: int) -> Change:
    def change(body: list[Stmt]) -> bool:
        holder = _holder(body, path)
        if holder is None or arm >= len(holder[path[-1]].arms):
            return False
        del holder[path[-1]].arms[arm]
        return True

    return change
