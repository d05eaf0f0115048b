"""Verdicts of a judge who has little to say, for tests that are about something else than verdicts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from defermod.engine.fixpoint import analyse
from defermod.golang.facts import DeferFact, FileFacts, HazardFact, PlaceFact
from defermod.golang.loops import functions
from defermod.golang.scopes import LOOP, own_nodes
from defermod.golang.statements import CASES, statements
from defermod.model import FileResult, Options
from defermod.syntax.source import Source
from defermod.syntax.tree import Node


def analyse_judged(path: str, text: bytes, options: Options) -> FileResult:
    """The engine's result where nothing speaks against any fix."""
    return analyse(path, text, options, facts=judged(text))


def judged(text: bytes, **against: tuple[str, bool]) -> FileFacts:
    """Facts about ``text`` in which nothing speaks against an earlier call.

    ``against``: by the variable or function whose call is deferred, the code of what does speak against it, and
    whether that forbids an earlier call.
    """
    root = Source(text).root
    defers = {}
    for function in functions(root):
        for node in own_nodes(function):
            if node.kind == "defer_statement" and node.named_children:
                hazards = tuple(_hazards(node, against))
                defers[node.start, node.end] = DeferFact(tuple(_places(node, function, hazards)))
    return FileFacts(
        digest=hashlib.sha256(text).hexdigest(),
        language=None,
        declarations=((0, len(text)),),
        types=(),
        expression_types={},
        calls={},
        ranges={},
        defers=defers,
    )


def _hazards(defer: Node, against: dict[str, tuple[str, bool]]) -> Iterator[HazardFact]:
    for name, (code, forbids) in against.items():
        if defer.named_children[0].text.startswith(name):
            yield HazardFact(code, f"{name} is wanted later", (defer.start, defer.end), "deferred here", "", forbids)


def _places(defer: Node, function: Node, hazards: tuple[HazardFact, ...]) -> Iterator[PlaceFact]:
    loops: list[Node] = [up for up in defer.ancestors() if up.kind == LOOP and up.within(function)]
    for up in defer.ancestors():
        if up is function or not any(up.within(loop) for loop in loops):
            return
        body = statements(up) if up.kind == "block" or up.kind in CASES else []
        if body:
            loop = next(loop for loop in loops if up.within(loop))
            yield PlaceFact((body[0].start, body[-1].end), (loop.start, loop.end), hazards)
