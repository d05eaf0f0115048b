"""One deferred call in place of releases that are repeated by hand, and missing where an error is returned.

``defer x.Close()`` where each way out releases, or is one that was forgotten; where other ways keep or give away
what was opened a literal that tests the error with which the function returns:

    defer func() {
        if err != nil {
            x.Close()
        }
    }()
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from enum import Enum

from defermod.codemod import CallKind, Context, Fix, Node, Refusal
from defermod.golang.cfg import Point
from defermod.golang.deferred import listed_after, siblings

from ..error_results import ErrorResult
from .doc import Reason
from .returned import returns_error, returns_nil

REPEATED = 2
"""The releases by hand from which on a deferred one is what a reviewer would ask for."""
_MAKERS = frozenset(
    {
        "errors.New", "fmt.Errorf", "errors.Join", "github.com/pkg/errors.New", "github.com/pkg/errors.Errorf",
        "github.com/pkg/errors.Wrap", "github.com/pkg/errors.Wrapf",
    }
)  # fmt: skip
"""Functions that do nothing but make an error: a release may as well come after them."""


@dataclass(frozen=True, slots=True)
class Held:
    """Something that a function holds and has to release."""

    taking: Node
    """The statement that opens or locks it."""
    begin: Node
    """The statement after which it is held: the check of the error, or the one that locks."""
    release: str
    """The call that releases it, as text."""
    taken: Set[Node]
    """The statements at which it may be released, kept or handed on."""

    def is_release(self, statement: Node) -> bool:
        """Return True if a statement is the release, and does nothing with what it returns."""
        return statement.text in (self.release, f"_ = {self.release}")


@dataclass(frozen=True, slots=True)
class Left:
    """A return of an error at which something stays open or locked."""

    statement: Node
    since: Node
    """The statement that has opened or locked it."""
    message: str
    outcome: Fix | Refusal


class _State(Enum):
    OPEN = "open"
    RELEASED = "released"
    KEPT = "kept"


def deferred(
    context: Context, function: Node, held: Held, missing: Sequence[Node], *, least: int = REPEATED
) -> Fix | None:
    """The fix of all ``missing`` returns, or None where a deferred call would not do the same, or is not worth it.

    ``least``: the number of releases by hand from which on it is.
    """
    if context.setting("release_style", "defer") != "defer" or _is_repeated(held.begin, function):
        return None
    ways = _Ways(context, function, held)
    if not ways.are_known or not set(missing) <= {way for way, _ in ways.exits}:
        return None
    always = all(state is _State.RELEASED or way in missing for way, state in ways.exits)
    by_hand = {statement for statement in ways.releases if always or ways.before_error(statement)}
    texts = {statement.text for statement in by_hand}
    if len(by_hand) < least or len(texts) != 1 or not all(_is_removable(context, one) for one in by_hand):
        return None
    if not always and not ways.fit_the_error():
        return None
    return _fix(context, function, held, missing, by_hand, always=always)


def _fix(
    context: Context, function: Node, held: Held, missing: Sequence[Node], by_hand: Set[Node], *, always: bool
) -> Fix | None:
    rewriter = context.rewriter()
    release = next(iter(by_hand)).text
    if always:
        rewriter.insert_after(held.begin, f"defer {held.release}")
        title = f"defer {held.release}"
    else:
        error = ErrorResult.of(context, function)
        following = next(iter(listed_after(held.begin)), None)
        name = error.name_at(following, rewriter) if error is not None and following is not None else ""
        if not name:
            return None
        lines = ("defer func() {", f"\tif {name} != nil {{", f"\t\t{release}", "\t}", "}()")
        rewriter.insert_after(held.begin, "\n".join(lines))
        title = f"defer a literal that calls {held.release} where an error is returned"
    for statement in by_hand:
        rewriter.remove(statement)
    why = f"{held.release[:-2]} is called where it was not called before"
    if always:
        why += ", a panic included"
    fix = rewriter.unsafe(title, Reason.CLOSES_NOW, why, missing[0])
    return None if isinstance(fix, Refusal) else fix


class _Ways:
    """The ways of a function from where it holds something to its returns."""

    def __init__(self, context: Context, function: Node, held: Held) -> None:
        self._context = context
        self._held = held
        self.exits: set[tuple[Node, _State]] = set()
        """The returns, each with what has become of it by then."""
        self.releases: set[Node] = set()
        """The releases by hand, all directly before a return."""
        self.are_known = all(self._follow(function))

    def fit_the_error(self) -> bool:
        """Return True if a release that is made where the function's error is not nil does the same.

        What other ways do with a release by hand stays as it is.
        """
        for way, state in self.exits:
            error = returns_error(self._context, way)
            if state is _State.RELEASED and not error and not returns_nil(way):
                return False  # it would be released twice
            if state is _State.KEPT and not returns_nil(way):
                return False  # it is another's
        return True

    def before_error(self, release: Node) -> bool:
        """Return True if the return after a release gives an error that isn't nil."""
        following = next(iter(listed_after(release)), None)
        return following is not None and returns_error(self._context, following)

    def _follow(self, function: Node) -> Iterator[bool]:
        """Yield False for what a deferred call could not take the place of."""
        seen: set[tuple[Point, _State]] = set()
        todo = [(self._context.cfg(function).after(self._held.begin), _State.OPEN)]
        while todo:
            point, state = todo.pop()
            if (point, state) in seen:
                continue
            seen.add((point, state))
            node = point.node
            if node is not None:
                if node is self._held.taking or node.kind in ("defer_statement", "goto_statement"):
                    yield False  # deferred calls would come before the release
                if node in self._held.taken:
                    state, fits = self._passed(node, state)
                    yield fits
                if node.kind == "return_statement":
                    self.exits.add((node, state))
                    continue
            todo.extend((after, state) for after in point.next)

    def _passed(self, node: Node, state: _State) -> tuple[_State, bool]:
        """The state after a statement that may release, keep or hand on, and whether that is followed."""
        if not self._held.is_release(node):
            return _State.KEPT, state is not _State.RELEASED
        self.releases.add(node)
        following = next(iter(listed_after(node)), None)
        at_once = following is not None and following.kind == "return_statement" and not self._does_more(following)
        return _State.RELEASED, at_once and state is not _State.RELEASED

    def _does_more(self, statement: Node) -> bool:
        """Return True if making the values of a return may do more than that: it would now come first."""
        if any(node.text.startswith("<-") for node in statement.find("unary_expression")):
            return True
        return not all(self._makes_error(call) for call in statement.find("call_expression"))

    def _makes_error(self, call: Node) -> bool:
        fact = self._context.call(call)
        return fact is not None and (fact.kind in (CallKind.BUILTIN, CallKind.CONVERSION) or fact.callee in _MAKERS)


def _is_repeated(statement: Node, function: Node) -> bool:
    """Return True if a statement stands in a loop of its function."""
    repeated = ("for_statement", "labeled_statement")
    return any(up.kind in repeated and up.within(function) for up in statement.ancestors())


def _is_removable(context: Context, release: Node) -> bool:
    """Return True if no comment stands beside or above a release, which would be left behind."""
    source = context.source
    start, end = source.line_start(release.start), source.line_end(release.end)
    if source.text[release.end : end].strip(b" \t;"):
        return False
    held = release.parent.children if release.parent is not None else siblings(release)
    return not any(
        child.kind == "comment" and source.text[child.end : release.start].count(b"\n") == 1 and child.end <= start
        for child in held
    )
