"""``defer-before-check``: move a deferred release below the check of the error that came with the resource.

What it finds: ``f, err := os.Open(name); defer f.Close(); if err != nil { ... }``, with any release: a method, the
value itself where it is a function, a literal, a helper that does not look for nil.
What it writes: the same two statements, swapped.
When it refuses: see ``doc.DOC``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import ClassVar

from defermod.codemod import Context, Finding, Fix, Metadata, Node, Refusal, Rule, RuleDoc, Severity, Shared, Span
from defermod.golang.deferred import ends_way, listed_after, listed_before, nil_test, root_of

from .doc import DOC, Reason
from .prefilter import unchecked_releases

_NILABLE = frozenset({"pointer", "interface", "function", "map", "channel"})
_NOTHING_WITH_ERROR = frozenset(
    {
        "os.Open", "os.Create", "os.OpenFile", "os.CreateTemp", "net.Dial", "net.DialTimeout", "net.Listen",
        "net.ListenPacket", "crypto/tls.Dial", "(*database/sql.DB).Query", "(*database/sql.DB).QueryContext",
        "compress/gzip.NewReader", "compress/zlib.NewReader",
        "(*database/sql.DB).Begin", "(*database/sql.DB).BeginTx", "(*database/sql.DB).Conn",
        "(*database/sql.DB).Prepare", "(*database/sql.DB).PrepareContext", "(*database/sql.Tx).Query",
        "(*database/sql.Tx).QueryContext",
    }
)  # fmt: skip
"""Functions that return nil beside an error, of types whose release does nothing to nil but panic or give an error."""
_CHECKS = re.compile(r"require\.\w+|(.*\.)?(no_?err|nil_?err|must|check|assert|panic|fatal)\w*", re.IGNORECASE)
_ERROR_NAME = re.compile(r"err\w*|\w*[eE]rr")


class DeferBeforeCheck(Rule):
    """The rule.  Stateless."""

    rule = "defer-before-check"
    doc: ClassVar[RuleDoc] = DOC
    metadata: ClassVar[frozenset[Metadata]] = frozenset({Metadata.CONFIRMS, Metadata.SCOPES})
    within_suspects: ClassVar[bool] = True
    other_tools: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {"nolint": ("staticcheck",), "lint": ("SA5001",)}
    )

    def suspects(self, text: bytes) -> Iterator[Span]:
        return unchecked_releases(text)

    def visit(self, context: Context) -> Iterator[Finding]:
        for defer in context.root.find("defer_statement"):
            acquisition = _Acquisition.of(context, defer)
            released = acquisition.released_by(defer) if acquisition is not None else None
            if acquisition is None or released is None or acquisition.check_after(defer) is None:
                continue
            if acquisition.always_gives(released):
                continue
            call = acquisition.call.need("function").text
            message = f"{released.text} is to be released before the error of {_brief(call)} is checked"
            yield context.finding(defer, message, _outcome(context, defer, acquisition, released), Severity.ERROR)


class _Acquisition:
    """``x, err := f()``, the statement before a ``defer`` (other defers of its results left out)."""

    def __init__(self, context: Context, call: Node, values: list[Node], error: Node) -> None:
        self.context = context
        self.call = call
        self.values = values
        self.error = error

    @classmethod
    def of(cls, context: Context, defer: Node) -> _Acquisition | None:
        """The acquisition that a defer follows, or None."""
        before = next((s for s in listed_before(defer) if s.kind != "defer_statement"), None)
        if before is None or before.kind not in ("short_var_declaration", "assignment_statement"):
            return None
        names, values = before.need("left").named_children, before.need("right").named_children
        if len(values) != 1 or values[0].kind != "call_expression" or len(names) < 2:
            return None
        error = names[-1]
        if error.kind != "identifier" or not _is_error(context, error):
            return None
        held = [name for name in names[:-1] if name.kind == "identifier" and name.text != "_"]
        return cls(context, values[0], held, error) if held else None

    def released_by(self, defer: Node) -> Node | None:
        """The value that a deferred call uses without looking whether there is one; None if it uses none."""
        call = defer.named_children[0]
        function = call.get("function") if call.kind == "call_expression" else None
        if function is None:
            return None
        for value in self.values:
            if self._releases(call, function, value):
                return value
        return None

    def _releases(self, call: Node, function: Node, value: Node) -> bool:
        if function.kind == "func_literal":
            return self._literal_releases(function, value)
        if self._uses(function, value):
            return not self._nil_proof(call, 0)
        return self._handed_over(call, value)

    def always_gives(self, value: Node) -> bool:
        """Return True if the called function, one of this file, gives a value that isn't nil beside any error."""
        found = self._declared()
        if found is None or value.parent is None:
            return False
        index = value.parent.named_children.index(value)
        returns = [node for node in found.need("body").without("func_literal") if node.kind == "return_statement"]
        lists = [child.named_children for node in returns for child in node.named_children]
        return (
            bool(lists)
            and len(lists) == len(returns)
            and all(index < len(values) and values[index].kind == "func_literal" for values in lists)
        )

    def _declared(self) -> Node | None:
        """The called function, if it is one of this file."""
        function = self.call.need("function")
        if function.kind != "identifier" or self.context.binding(function) is not None:
            return None
        found = [f for f in self.context.declared_functions(function.text) if f.get("body") is not None]
        return found[0] if len(found) == 1 else None

    def check_after(self, defer: Node) -> Node | None:
        """The first statement of the list after a defer that looks at the error, if it is one that checks it."""
        for statement in listed_after(defer):
            condition = statement.get("condition") if statement.kind == "if_statement" else None
            if condition is not None and self.mentioned(condition, self.error):
                return statement
            if self.mentioned(statement, self.error):
                return statement if _may_check(self, statement) else None
        return None

    def means(self, node: Node | None, value: Node) -> bool:
        """Return True if an identifier means the variable."""
        if node is None or node.kind != "identifier" or node.text != value.text:
            return False
        return self.context.binding(node) is self.context.binding(value)

    def mentioned(self, top: Node, value: Node) -> bool:
        """Return True if the variable stands anywhere below a node."""
        return any(self.means(name, value) for name in top.find("identifier"))

    def _uses(self, function: Node, value: Node) -> bool:
        """Return True if the deferred function is the value, or a method of it or of a part of it.

        A value that is a function itself is mostly one to be called beside an error, too: it counts where its maker is
        in sight.
        """
        if function.kind == "identifier":
            return self.means(function, value) and self._declared() is not None
        return function.kind == "selector_expression" and self.means(root_of(function), value)

    def _literal_releases(self, literal: Node, value: Node) -> bool:
        first = min((name.start for name in nil_test(literal) if self._tells(name, value)), default=literal.end)
        return any(
            self._uses(call.need("function"), value) and not self._nil_proof(call, 0)
            for call in literal.find("call_expression")
            if call.need("function").kind != "func_literal" and call.start < first
        )

    def _tells(self, name: Node, value: Node) -> bool:
        """Return True if the identifier in a comparison with nil says that there is an error, or no value."""
        if self.means(name, self.error):
            return True
        in_path = name.parent is not None and name.parent.kind == "selector_expression"
        panics = in_path and self.context.underlying(value) in ("pointer", "")
        return self.means(name, value) and not panics

    def _handed_over(self, call: Node, value: Node) -> bool:
        """Return True if the value is an operand of a helper of this file that does not look for nil."""
        function = call.need("function")
        if function.kind != "identifier" or self.context.binding(function) is not None:
            return False
        kind = self.context.underlying(value)
        helper = next((f for f in self.context.declared_functions(function.text) if f.get("body") is not None), None)
        if helper is None or (kind and kind not in _NILABLE):
            return False
        taken = helper.need("parameters").named_children
        names = [(name.text, one.get("type")) for one in taken for name in (one.all("name") or [one])]
        for index, argument in enumerate(call.need("arguments").named_children):
            if self.means(argument, value) and index < len(names):
                name, kind_of = names[index]
                empty = kind_of is not None and kind_of.kind == "slice_type"  # without a nil to fall over
                return not empty and not any(node.text == name for node in nil_test(helper))
        return False

    def _nil_proof(self, call: Node, operand: int) -> bool:
        fact = self.context.call(call)
        return fact is not None and fact.has_receiver and f"nilproof={operand}" in fact.traits


def _outcome(context: Context, defer: Node, acquisition: _Acquisition, released: Node) -> Fix | Refusal:
    check = acquisition.check_after(defer)
    assert check is not None
    for statement in listed_after(defer):
        if statement is check:
            break
        if statement.kind != "defer_statement":
            return context.refuse(
                Reason.NOT_AT_ONCE, "the error is only checked later", (statement, "comes before the check")
            )
        if acquisition.released_by(statement) is None:
            if not context.has_types:
                return context.refuse(Shared.NO_TYPES, "without Go's types nothing tells what another defer releases")
            return context.refuse(Reason.ORDER_OF_DEFERS, "another defer stands before the check", (statement, "stays"))
    if check.kind == "expression_statement":
        doubt = Reason.CHECK_NOT_SEEN, f"that {_brief(check.text)} ends the function is not known"
        return _moved(context, defer, check, doubt)
    if check.get("initializer") is not None or not _is_plain_check(acquisition, check.need("condition")):
        return context.refuse(Reason.CHECK_IS_MORE, "the branch is not for the error alone", (check, "asks for more"))
    branch = check.need("consequence")
    if check.get("alternative") is not None or not ends_way(branch):
        return context.refuse(Reason.CHECK_GOES_ON, "after the check control goes on", (check, "does not leave"))
    if acquisition.mentioned(branch, released):
        return _moved(
            context, defer, check, (Reason.VALUE_IN_BRANCH, f"{released.text} is used in the branch for the error")
        )
    return _moved(context, defer, check, _doubt(context, defer, acquisition, released))


def _doubt(context: Context, defer: Node, acquisition: _Acquisition, released: Node) -> tuple[str, str] | None:
    """Return why the fix is not proven: a code and a sentence; None if it is."""
    if not context.has_types:
        return Shared.NO_TYPES, "without Go's types nothing tells what is returned beside an error"
    call = defer.named_children[0]
    if context.callee(acquisition.call) not in _NOTHING_WITH_ERROR:
        callee = _brief(acquisition.call.need("function").text)
        return Reason.VALUE_BESIDE_ERROR, f"{callee} may return something to be released beside an error"
    if not acquisition.means(call.need("function").get("operand"), released) or call.need("arguments").named_children:
        return Reason.RELEASE_DOES_MORE, "the deferred call does more than release the value"
    return None


def _moved(context: Context, defer: Node, check: Node, doubt: tuple[str, str] | None) -> Fix | Refusal:
    rewriter = context.rewriter().move_after(defer, check)
    title = "defer it after the check"
    if doubt is not None:
        return rewriter.unsafe(title, *doubt, place=defer)
    return rewriter.safe(title, "with an error there is nothing to release, and the branch leaves without it")


def _may_check(acquisition: _Acquisition, statement: Node) -> bool:
    """Return True if a statement is a call that checks the error, by its name."""
    call = next(iter(statement.named_children), None) if statement.kind == "expression_statement" else None
    if call is None or call.kind != "call_expression" or not acquisition.mentioned(call, acquisition.error):
        return False
    return _CHECKS.fullmatch(call.need("function").text) is not None


def _is_plain_check(acquisition: _Acquisition, condition: Node) -> bool:
    if condition.kind != "binary_expression" or condition.need("operator").text != "!=":
        return False
    left, right = condition.need("left"), condition.need("right")
    if left.kind == "nil":
        left, right = right, left
    return right.kind == "nil" and acquisition.means(left, acquisition.error)


def _is_error(context: Context, name: Node) -> bool:
    kind = context.type(name)
    return kind == "error" if kind is not None else _ERROR_NAME.fullmatch(name.text) is not None


def _brief(text: str) -> str:
    return text if len(text) <= 40 and "\n" not in text else f"{text.splitlines()[0][:37]}..."


TRANSFORM = DeferBeforeCheck()
