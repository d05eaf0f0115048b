"""``--loop-style explicit``: no closure, but the call at the iteration's end and before each way out of it.

What ``explicit-call`` does with a function is done here with one iteration: the tail of a statement list from
the defers on.  Its ways out are falling off the list's end and every jump or ``return`` that leads out of it.
The same rules hold for what is saved, for results, and for what may panic: a call that a panic would lose
makes the fix unsafe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from defermod.codemod import Blocker, Declaration, Fix, Node, Options, Refusal, Safety, Shared
from defermod.golang.statements import CASES
from defermod.rewrite.codes import Obstacle
from defermod.rewrite.explicit.planner import ExplicitCalls
from defermod.rewrite.region import Region

from ..hotness import Evidence, hot_evidence, package_recovers
from .early import EarlyRelease
from .hazard import ReleaseHazard

TITLE = "make the call at the iteration's end, and before each way out of it"
_SAFE = "nothing between the defer and the iteration's ends can panic, stack overflow and running out of memory aside"


def is_for(declaration: Declaration, function: Node, options: Options) -> bool:
    """Return True for a function whose loop defers are to become explicit calls where the style is asked for.

    Where something says which functions are hot, only these are.
    """
    evidence = hot_evidence(options)
    some = evidence.patterns or evidence.samples
    return not some or Evidence(declaration.source, evidence).hot(function) is not None


def explicit(
    declaration: Declaration, function: Node, members: Sequence[EarlyRelease], options: Options
) -> Fix | Refusal:
    """The fix for loop defers whose iterations end with the same statement list, or why there is none.

    ``members`` are in source order; nothing forbids to run any of them at the end of that list.
    """
    first = members[0]
    place = first.home
    if any(member.home.statement is not member.defer.node for member in members):
        blocker = Blocker(first.defer.node.span, "reached in some iterations only")
        return Refusal(Obstacle.CONDITIONAL, "not every iteration passes the defer", (blocker,))
    region = Region(place, place.index, len(place.body) - 1)
    own = [node for node in region.own() if node.kind == "defer_statement"]
    nodes = [member.defer.node for member in members]
    stays = next((node for node in own if node not in nodes), None)
    if stays is not None:
        blocker = Blocker(stays.span, "registered later, and stays")
        return Refusal(Obstacle.LATER_DEFER_STAYS, "a deferred call that has to run first stays", (blocker,))
    if (refusal := _layout(region)) is not None:
        return refusal
    iterators = options.go_version is None or options.go_version >= (1, 23)
    recovers = package_recovers(options, declaration.source)
    calls = ExplicitCalls.of_iteration(declaration, function, region, iterators=iterators, recovers=recovers)
    made = calls.together(nodes)
    if isinstance(made, Refusal):
        return made
    hazards: list[ReleaseHazard] = [hazard for member in members for hazard in member.hazards]
    reported = next((member for member in members if member.reported is not None), None)
    if reported is not None:
        blocker = Blocker(reported.defer.node.span, "reports it")
        return Refusal(Shared.WRITES_RESULT, "the deferred literal reports an error in a result", (blocker,))
    if not hazards:
        assumes = dict.fromkeys(chain(made.assumes, *(member.assumes_at(member.home) for member in members)))
        return replace(made, title=TITLE, proof=_SAFE, assumes=tuple(assumes))
    return Fix(TITLE, made.edits, Safety.UNSAFE, (*(hazard.value for hazard in hazards), *made.hazards))


def _layout(region: Region) -> Refusal | None:
    """A refusal where the calls can't stand on lines of their own at the end of the list."""
    holder, last = region.place.holder, region.statements[-1]
    text = holder.tree.text
    ends = [statement.end for statement in region.statements]
    split = all(text.find(b"\n", end, _until(region, end)) >= 0 for end in ends)
    fallen = last.kind == "fallthrough_statement"
    trailing = holder.kind in CASES and last.kind == "defer_statement"
    labelled = any(statement.kind == "labeled_statement" for statement in region.statements)
    if split and not (fallen or trailing or labelled):
        return None
    return Refusal(Obstacle.LAYOUT, "the calls can't stand at the end of the list", (Blocker(last.span, "its end"),))


def _until(region: Region, end: int) -> int:
    """Return the start of what follows the statement that ends at ``end``: the next one, or the list's end."""
    following = next((s.start for s in region.statements if s.start >= end), None)
    if following is not None:
        return following
    holder = region.place.holder
    return holder.end if holder.kind in CASES else holder.children[-1].start + 1
