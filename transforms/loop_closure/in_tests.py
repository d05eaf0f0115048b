"""``--test-style``: what a defer in a loop of a test becomes instead of a closure.

``run``: what would be the closure is given to ``t.Run``, under a name that is at hand.
``cleanup``: the deferred call is registered with ``t.Cleanup``; it is made when the test ends, as before, and after
its parallel subtests.

Both change what a test does, so a fix is never safe, and whatever is not plainly a test is refused: ``doc.Reason``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from defermod.codemod import (
    Binding,
    Blocker,
    Code,
    Declaration,
    Fix,
    Hazard,
    Node,
    Options,
    Refusal,
    Rewriter,
    Shared,
)
from defermod.golang.defuse import address_taken, assigns
from defermod.golang.loops import LoopDefer
from defermod.golang.scopes import enclosing_function
from defermod.rewrite.form import Form
from defermod.rewrite.region import Region
from defermod.syntax.imports import Imports

from ..cleanups import is_value, register
from .doc import Reason

RUN, CLEANUP = "run", "cleanup"
TITLES = {RUN: "make each iteration a subtest with t.Run", CLEANUP: "register it with t.Cleanup"}
_ENDS_WITH_TEST = frozenset({"Chdir", "Cleanup", "Context", "Failed", "Name", "Setenv", "Skip", "SkipNow", "Skipf",
                             "TempDir"})  # fmt: skip
"""Methods of ``testing.T`` that mean the test that they are called on: a subtest would be another one."""
_TESTER = re.compile(r"\*(\w+)\.(T|B)")
_FIELD = re.compile(r"(?:[;{]|^) *(name|Name|desc|description|title|label) string(?=[;} ]|$)")


def test_style(declaration: Declaration, options: Options) -> str:
    """Return the style that is asked for where the file is a test's; empty for closures."""
    asked = str(dict(options.given).get("test_style", ""))
    if asked not in TITLES or b'"testing"' not in declaration.source.text:
        return ""
    return asked if _testing(declaration) else ""


def _testing(declaration: Declaration) -> str:
    """The name by which the file knows package testing; empty if it doesn't import it."""
    found = Imports(declaration.source).get("testing")
    return found.known_as if found is not None else ""


class TestFunction:
    """A function with loop defers in a file of tests."""

    __test__ = False

    def __init__(self, declaration: Declaration, function: Node) -> None:
        self.declaration = declaration
        self.scopes = declaration.scopes
        self.types = declaration.types
        self.function = function
        self.kind = ""
        self.testing = _testing(declaration)
        self.tester = self._tester()

    def _tester(self) -> Binding | None:
        """The ``t`` or ``b`` that the function gets."""
        testing = self.testing
        for one in self.function.need("parameters").named_children:
            kind, names = one.get("type"), one.all("name")
            found = _TESTER.fullmatch(kind.text) if kind is not None else None
            if found is None or found[1] != testing or len(names) != 1 or names[0].text == "_":
                continue
            binding = self.scopes.of.get(names[0])
            if binding is not None and self.scopes.meaning(testing, self.function) is None:
                self.kind = found[2]
                return binding
        return None

    # -- both ----------------------------------------------------------------------------------------

    def _no_test(self, at: Node) -> Refusal | None:
        """A refusal unless the function is plainly a test whose ``t`` is in sight where ``at`` stands."""
        tester = self.tester
        if tester is None:
            return _refuse(Reason.NO_TESTER, "the function gets no *testing.T", at, "no t here")
        if not self._is_test():
            return _refuse(Reason.CALLED_BY_TEST, "the function is a helper of tests", self.function, "a helper")
        if self.scopes.meaning(tester.name, at) is not tester or any(
            use is not tester.node and (assigns(use) or address_taken(use)) for use in tester.uses
        ):
            return _refuse(
                Reason.NO_TESTER, f"{tester.name} may be another one here", at, f"not the test's {tester.name}"
            )
        return None

    def _is_test(self) -> bool:
        """Return True if a function is a test, a benchmark, or the literal that ``Run`` is given."""
        if self.function.kind == "function_declaration":
            return re.match(r"(Test|Benchmark)(?![a-z])", self.function.need("name").text) is not None
        arguments = self.function.parent
        call = arguments.parent if arguments is not None and arguments.kind == "argument_list" else None
        called = call.get("function") if call is not None and call.kind == "call_expression" else None
        if called is None or called.kind != "selector_expression" or called.need("field").text != "Run":
            return False
        fact = self.types.call(call) if call is not None else None
        return fact is not None and fact.callee in ("(*testing.T).Run", "(*testing.B).Run")

    # -- t.Run ---------------------------------------------------------------------------------------

    def run_form(self, loop: Node, region: Region, form: Form) -> Form | Refusal:
        """Return the form with ``t.Run`` around the region, or why there is none."""
        first = region.statements[0]
        refusal = self._no_test(first)
        tester = self.tester
        if refusal is not None or tester is None:
            return refusal or _refuse(Reason.NO_TESTER, "the function gets no *testing.T", first, "no t here")
        if self.kind != "T":
            return _refuse(Reason.NO_TESTER, "a benchmark's Run repeats what it is given", first, "a benchmark")
        if form.header:
            return _refuse(
                Reason.LEAVES_LOOP, "an iteration leaves the loop, and a subtest can't", first, "starts here"
            )
        parallel = next((call for call in _methods(region, "Parallel")), None)
        if parallel is not None:
            return _refuse(Reason.PARALLEL, "what runs in parallel would be part of the subtest", parallel, "here")
        for use in tester.uses:
            if not region.holds(use):
                continue
            method = use.parent.need("field").text if _is_operand(use) and use.parent is not None else ""
            if method in _ENDS_WITH_TEST:
                why = f"{use.text}.{method} is about the test, and would be about the subtest"
                return _refuse(Reason.ENDS_WITH_SUBTEST, why, use, "means the test")
            if enclosing_function(use) is not self.function and any(
                up.kind == "go_statement" for up in use.ancestors()
            ):
                return _refuse(Reason.ENDS_WITH_SUBTEST, "a goroutine may outlive the subtest", use, "in a goroutine")
        name = self._name(loop, first)
        if name is None and self.types.facts is None:
            return _refuse(Shared.NO_TYPES, "without Go's types nothing tells what is a text", loop, "this loop")
        if name is None:
            return _refuse(Reason.NO_NAME, "no text is at hand that names the iteration", loop, "this loop")
        t = tester.name
        return replace(form, header=f"{t}.Run({name}, ", parameters=f"{t} *{self.testing}.T", call=")", opening="")

    def run_hazard(self, region: Region) -> Hazard:
        name = self.tester.name if self.tester is not None else "t"
        why = f"what fails {name} ends the subtest alone, and what is registered with {name} ends with it"
        return Hazard(Reason.SUBTEST, why, region.statements[0].span)

    def _name(self, loop: Node, at: Node) -> str | None:
        """The text of an expression of type string that names the iteration."""
        clause = next((child for child in loop.named_children if child.kind == "range_clause"), None)
        left = clause.get("left") if clause is not None else None
        for variable in left.named_children if left is not None else ():
            binding = self.scopes.of.get(variable)
            if (
                variable.kind != "identifier"
                or binding is None
                or self.scopes.meaning(variable.text, at) is not binding
            ):
                continue
            fact = self.types.expression(variable) or next(
                (found for use in binding.uses if (found := self.types.expression(use)) is not None), None
            )
            if fact is not None and fact.type == "string":
                return variable.text
            if fact is not None and (field := self._field(binding, fact.type)):
                return f"{variable.text}.{field}"
        return None

    def _field(self, binding: Binding, kind: str) -> str:
        """The field of a loop's variable that names it: by its type, or by a use of the field."""
        if found := _FIELD.search(kind.removeprefix("*").removeprefix("struct")):
            return found[1]
        for use in binding.uses:
            field = use.parent
            if field is None or field.kind != "selector_expression" or not _is_operand(use):
                continue
            fact = self.types.expression(field)
            if fact is not None and fact.type == "string" and _FIELD.search(f"{field.need('field').text} string"):
                return field.need("field").text
        return ""

    # -- t.Cleanup -----------------------------------------------------------------------------------

    def cleanup(self, defer: LoopDefer, others: Iterable[Node], version: tuple[int, int] | None) -> Fix | Refusal:
        """Return the fix that registers one deferred call of a loop, or why there is none.

        ``others``: the function's defers that stay.
        """
        node, call = defer.node, defer.node.named_children[0]
        refusal = self._no_test(node)
        tester = self.tester
        if refusal is not None or tester is None:
            return refusal or _refuse(Reason.NO_TESTER, "the function gets no *testing.T", node, "no t here")
        staying = next(iter(others), None)
        if staying is not None:
            why = "another deferred call stays, and would run before what t.Cleanup registers"
            return _refuse(Reason.ORDER_OF_DEFERS, why, staying, "stays")
        if self.types.facts is None:
            return _refuse(Shared.NO_TYPES, "without Go's types nothing tells what the call does", call, "here")
        if self.types.deferred_recovers(call) is not False:
            return _refuse(Shared.RECOVERS, "the deferred call may recover a panic", call, "may recover")
        changing = self._changing(defer, version)
        if changing is not None:
            why = f"{changing.text} may be another when the test ends"
            return _refuse(Reason.OPERANDS_CHANGE, why, changing, "may change")
        rewriter = Rewriter(self.declaration.source)
        register(rewriter, node, tester.name, self.types.call(call))
        why = "it runs after all deferred calls of the test, and before what was registered with t.Cleanup earlier"
        return rewriter.unsafe(TITLES[CLEANUP], Reason.RUNS_AT_CLEANUP, why, node)

    def _changing(self, defer: LoopDefer, version: tuple[int, int] | None) -> Node | None:
        """The operand of a deferred call that would be evaluated later and may have another value then."""
        call = defer.node.named_children[0]
        called, arguments = call.need("function"), call.need("arguments").named_children
        if is_value(call, self.types.call(call)):
            return None
        if called.kind == "func_literal":
            return arguments[0]
        operand = called.need("operand") if called.kind == "selector_expression" else called
        for one in (operand, *arguments):
            if "literal" in one.kind and one.kind not in ("func_literal", "composite_literal"):
                continue
            if one.kind != "identifier" or not self._stays(one, defer, version):
                return one
        return None

    def _stays(self, name: Node, defer: LoopDefer, version: tuple[int, int] | None) -> bool:
        """Return True if a name means the same value, from the defer to the test's end."""
        binding = self.scopes.of.get(name)
        if binding is None:
            return self.types.expression(name) is None or self._is_function(name)
        if any(address_taken(use) for use in binding.uses):
            return False
        writes = [use for use in binding.uses if use is not binding.node and assigns(use)]
        loop = defer.loop
        if loop is None or binding.kind not in ("var", "range", "param"):
            return False
        if any(use.start > defer.node.start or enclosing_function(use) is not self.function for use in writes):
            return False
        if binding.node.within(loop.need("body")):
            return True
        if binding.node.within(loop):
            return not writes and version is not None and version >= (1, 22)
        return not any(use.within(loop) for use in writes)

    def _is_function(self, name: Node) -> bool:
        """Return True if a name outside the declaration is that of a function, by the call that it stands in."""
        call = name.parent
        fact = self.types.call(call) if call is not None and call.kind == "call_expression" else None
        return fact is not None and fact.callee != "" and call is not None and call.get("function") is name


def _is_operand(use: Node) -> bool:
    return use.field == "operand" and use.parent is not None and use.parent.kind == "selector_expression"


def _methods(region: Region, name: str) -> Iterator[Node]:
    """The calls of a method of that name below a region, in literals, too."""
    for statement in region.statements:
        for call in statement.find("call_expression"):
            function = call.need("function")
            if function.kind == "selector_expression" and function.need("field").text == name:
                yield call


def _refuse(code: Code, why: str, node: Node, note: str) -> Refusal:
    return Refusal(code, why, (Blocker(node.span, note),))
