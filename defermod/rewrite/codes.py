"""The codes of impossible rewrites: those that would change the program, or would not compile."""

from __future__ import annotations

from defermod.codes import Code
from defermod.model import Blocker, Refusal
from defermod.syntax.tree import Node


class Obstacle(Code):
    """Obstacles to a closure or to explicit calls."""

    CONDITIONAL = "conditional", "a way out can be reached both with the defer and without it"
    NEVER_RETURNS = "never-returns", "no way leads from the defer to a return"
    ITERATOR = "iterator", "a way out leaves a loop over a function, whose own clean-up has to come first"
    ENDS_GOROUTINE = (
        "ends-goroutine",
        "a way out ends the goroutine (t.Skip, runtime.Goexit), which runs deferred calls",
    )
    LATER_DEFER_STAYS = "later-defer-stays", "a defer that is registered later stays, and has to run first"
    RECOVERING_NEIGHBOUR = "recovering-neighbour", "another defer recovers, so that the function returns after a panic"
    MEANT_FOR_PANICS = "meant-for-panics", "a comment at the defer speaks of panics, and something between may panic"
    NOTICES_PANIC = "notices-panic", "the deferred literal tells by a flag whether the function panicked"
    RECOVERING_PACKAGE = (
        "recovering-package",
        "something between may panic, and panics are part of how the code works: the function says panic "
        "itself, net/http calls it, or a function of the package that can reach it recovers",
    )
    SHADOWED_NAME = "shadowed-name", "a name in the call means something else on a way out"
    SHADOWED_RESULT = "shadowed-result", "a result would have to be assigned where its name means another variable"
    GOTO = "goto", "a variable would have to be declared, and a goto may not jump over one"
    UNTYPED_RESULT = "untyped-result", "several values are to be held, one of which takes its type from the result"
    LAYOUT = "layout", "a raw string or a comment stands where the lines can't be parted"
    UNKNOWN_FORM = "unknown-form", "the deferred expression is not a plain call, or its values can't be counted"
    NOT_GO = (
        "not-go",
        "the file doesn't compile: a return doesn't fit the function's results, or a label is declared twice",
    )
    RESULT_TYPE_SHADOWED = "result-type-shadowed", "a result's type can't be named where the closure stands"


def label_twice(label: Node) -> Refusal:
    """Return the refusal for a function that declares a label twice, so the targets of jumps are not known."""
    sentence = f"the label {label.text} is declared twice: the file doesn't compile"
    return Refusal(Obstacle.NOT_GO, sentence, (Blocker(label.span, "declared again"),))


__all__ = ["Obstacle", "label_twice"]
