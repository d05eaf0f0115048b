"""A closure's form: the texts around and inside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from defermod.golang.statements import labelled_statement
from defermod.golang.terminating import terminates
from defermod.model import Edit
from defermod.rewrite.layout import Removal, StatementEdit
from defermod.rewrite.region import Exit, ExitKind, Region
from defermod.syntax.tree import Node


class FormRank(IntEnum):
    """The forms, as ``form_chooser`` lists them, by what they add to the text."""

    NO_CLOSURE = -1
    """The deferred call, made where it stands."""
    FALLS = 0
    ERROR = 1
    SAME_STATEMENT = 2
    ASSIGNED = 3
    VALUES = 5


SEVERAL_IFS = 3
"""Added to a form's rank if there is more than one thing to be done, and an ``if`` for each.

One ``if`` that gets values counts as much as several that get none; of two regions with these the earlier is taken.
"""


@dataclass(frozen=True, slots=True)
class Form:
    """A closure's shape.  All texts are single lines unless they say otherwise."""

    rank: int
    """A ``FormRank``, and ``SEVERAL_IFS`` more if that applies; of several forms the least is taken."""
    header: str
    """The text before ``func``: ``"if err := "``."""
    signature: str
    """The text between ``func()`` and ``{``: ``" error"``."""
    footer: tuple[str, ...]
    """The lines that follow the ``}()``; the first one on its line, a leading tab is one level deeper."""
    fall: str
    """The statement that has the effect of reaching the region's end."""
    edits: tuple[StatementEdit, ...]
    """The text that replaces each exit."""
    closing: str
    """The last line of the closure's body; empty if it needs none."""
    opening: str = ""
    """A statement that the closure's body starts with; empty if it needs none."""
    parameters: str = ""
    """The closure's parameters."""
    call: str = "()"
    """The text that follows the closure's last brace."""


def build_form(
    region: Region,
    exits: list[Exit],
    rank: int,
    header: str,
    signature: str,
    footer: tuple[str, ...],
    fall: str,
    edits: Iterable[StatementEdit],
    *,
    ended: bool = False,
) -> Form:
    """Return the form of these parts (see ``Form``); ``edits`` are those of the exits that leave.

    The form has those of the others, too.  ``ended``: the edits make the region end in a ``return``.
    """
    last = region.statements[-1]
    edits = [*edits]
    for exit_ in exits:
        if exit_.kind is not ExitKind.FALL:
            continue
        if exit_.node is not last or header:
            edits.append(replacement(exit_.node, fall))
        else:
            edits.append(Removal(exit_.node.start, exit_.node.end))
    jumps = frozenset(exit_.node for exit_ in exits)
    body = [*region.statements]
    while len(body) > 1 and _empty_label(body[-1]):
        body.pop()  # all that jump there fall off the end now, and the label goes
    closing = fall if header and not ended and not terminates(body, jumps) else ""
    return Form(rank, header, signature, footer, fall, tuple(edits), closing)


def _empty_label(statement: Node) -> bool:
    return statement.kind == "labeled_statement" and labelled_statement(statement) is None


def replacement(node: Node, text: str) -> Edit:
    return Edit(node.start, node.end, text.encode())


__all__ = ["SEVERAL_IFS", "Form", "FormRank", "build_form", "replacement"]
