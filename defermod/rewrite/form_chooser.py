"""The form of the closure that replaces a region: what it returns, and how its exits are taken outside.

In order of preference (docs/semantics.md, "loop-closure: exits"):

- nothing but falling off the end: ``func() { ... }()``;
- every exit returns a known error after the same values: ``if err := func() error {``;
- every exit is the same statement, and carries nothing: ``if stop := func() bool {``;
- the results are named, and assigned where the ``return`` stood: ``if done := func() bool {``;
- anything else: a bool for each thing to be done, named by it, beside the results that differ from one
  ``return`` to the next: ``if done, n, err := func() (bool, int, error) {``.

Where control never falls off the region's end, one of the jumps follows the closure, and is not asked for.
Where there are several things to be done, the closure's results are variables of the list, and each has an
``if`` of its own.  There is no ``switch``, because a ``break`` in it would leave only that.

Results that can be seen before the function returns (a deferred literal reads them, their address is
taken) are assigned where the ``return`` stood, so that the deferred calls find what they used to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

from defermod.golang.cfg import CFG
from defermod.golang.defuse import address_taken
from defermod.golang.known_errors import is_not_nil_test
from defermod.golang.scopes import Binding, Scopes, enclosing_function, own_nodes
from defermod.golang.statements import statements
from defermod.golang.types import Types
from defermod.model import Blocker, Edit, Refusal
from defermod.rewrite.carrier_names import NAMES_BY_TYPE, first_free, flag_names, name_of_type, name_of_value
from defermod.rewrite.codes import Obstacle
from defermod.rewrite.form import SEVERAL_IFS, Form, FormRank, build_form, replacement
from defermod.rewrite.layout import Lines, StatementEdit
from defermod.rewrite.region import Exit, ExitKind, Region, Settled, constant, return_values
from defermod.rewrite.results import Result, function_results, is_observed
from defermod.syntax.tree import Node

_SPELLED = frozenset({"bool", "error", "false", "int", "nil", "string", "true"})
"""The predeclared names that the closure's own lines may need."""


@dataclass(frozen=True, slots=True)
class _Carried:
    """The values that a closure returns beside the bools."""

    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    """Texts for it where nothing is returned."""
    named: bool = False
    """True if the closure's own results have names, since there is no text for one of them."""


_NOTHING = _Carried()


class FormChooser:
    """Chooses the form for one region of one function."""

    def __init__(
        self, region: Region, exits: list[Exit], function: Node, scopes: Scopes, types: Types | None = None
    ) -> None:
        self.region = region
        self.scopes = scopes
        self.types = types or Types()
        self.settled = Settled(region, scopes, self.types)
        self.function = function
        self.results = function_results(function, scopes)
        self.last_jump = _last_jump(region, exits, function)
        if self.last_jump is not None:
            exits = [Exit(e.node, ExitKind.FALL) if e.statement == self.last_jump else e for e in exits]
        self.leaving = [e for e in exits if e.kind is not ExitKind.FALL]
        self.returns = [e for e in self.leaving if e.node.kind == "return_statement"]
        self.exits = exits

    def choose(self) -> Form | Refusal:
        """Return the simplest correct form, or the refusal."""
        if any(not self._fits(e) for e in self.leaving):
            return Refusal(Obstacle.NOT_GO, "a return doesn't fit the function's results: the file doesn't compile")
        if not self.leaving:
            return self._build(FormRank.FALLS, "", "", (), "return", [])
        shadowed = self._shadowed_predeclared()
        if shadowed is not None:
            return shadowed
        if self._results_observed():
            return self._assigning()
        return self._carrying()

    def _fits(self, exit_: Exit) -> bool:
        """Return True if a ``return`` has as many values as the function has results, one call for all, or none.

        What is known to be an error is one value, as ``errors.New("")`` in a function with two results.
        """
        values = return_values(exit_.node) if exit_.node.kind == "return_statement" else []
        tuple_call = len(values) == 1 and bool(self.results) and values[0].kind == "call_expression"
        return not values or len(values) == len(self.results) or (tuple_call and exit_.kind is not ExitKind.ERROR)

    # -- results assigned in place --------------------------------------------------------------

    def _results_observed(self) -> bool:
        """Named results have to be assigned where the ``return`` stood if that can be seen."""
        assigned = any(return_values(e.node) for e in self.returns)
        return assigned and any(is_observed(r.binding, self.region, self.scopes) for r in self.results if r.binding)

    def _result_out_of_reach(self, returns: list[Exit], results: Sequence[Result] | None = None) -> Refusal | None:
        """A result, of all unless ``results`` says which, that can't be assigned to at one of the returns."""
        for exit_ in returns:
            for result in results if results is not None else self.results:
                binding = result.binding
                if binding is None or binding.name == "_":
                    return Refusal(
                        Obstacle.SHADOWED_RESULT,
                        "a deferred call may see the results, and a blank result can't be assigned to",
                        (Blocker(result.type.span, "blank result"),),
                    )
                other = self.scopes.meaning(binding.name, exit_.node)
                if other is not binding:
                    return Refusal(
                        Obstacle.SHADOWED_RESULT,
                        f"result {binding.name} is shadowed where it would have to be assigned",
                        (Blocker(exit_.node.span, f"{binding.name} means another variable here"),),
                    )
        return None

    def _assigning(self) -> Form | Refusal:
        refusal = self._result_out_of_reach([e for e in self.returns if return_values(e.node)])
        if refusal is not None:
            return refusal
        names = [r.binding.name for r in self.results if r.binding]
        edits = [edit for e in self.returns for edit in self._assign_then(e, names)]
        return self._dispatching(FormRank.ASSIGNED, _RETURN, edits)

    def _assign_then(self, exit_: Exit, names: list[str]) -> list[StatementEdit]:
        """``return a, b`` becomes ``x, y = a, b`` and ``return true``."""
        node, values = exit_.node, return_values(exit_.node)
        then = self._answer(_RETURN)
        if not values:
            return [replacement(node, then)]
        pairs = list(zip(names, values, strict=False))
        kept = [(name, value) for name, value in pairs if value.text != name] if len(values) == len(names) else pairs
        if not kept:
            return [replacement(node, then)]
        tail = Lines(node.end, node.end, ("", then))
        if len(kept) == len(pairs):
            return [Edit(node.start, values[0].start, f"{', '.join(names)} = ".encode()), tail]
        text = f"{', '.join(name for name, _ in kept)} = {', '.join(value.text for _, value in kept)}"
        return [replacement(node, text), tail]

    # -- what has to be done outside ------------------------------------------------------------

    @cached_property
    def _jumps(self) -> list[str]:
        """The jumps out of the region, one of each kind."""
        return list(dict.fromkeys(e.statement for e in self.leaving if e.node.kind != "return_statement"))

    @cached_property
    def _asked(self) -> list[str]:
        """The things that the closure asks for by a bool each: to return, unless an error says so, and the jumps."""
        return [*([_RETURN] if self.returns and not self._errors_ask else []), *self._jumps]

    def _flags(self, asked: str | None) -> list[str]:
        """The bools that ask for one thing to be done, or for none: None."""
        return ["true" if each == asked else "false" for each in self._asked]

    def _answer(self, asked: str | None, values: Sequence[str] = ()) -> str:
        """The closure's ``return`` that asks for one thing to be done, and carries values."""
        return f"return {', '.join([*self._flags(asked), *values])}"

    @cached_property
    def _errors_ask(self) -> bool:
        """Return True if every return gives an error that is known not to be nil, after the same values."""
        errors = [e for e in self.returns if e.kind is ExitKind.ERROR]
        if self._results_observed() or not errors or len(errors) < len(self.returns) or not self._last_is_error():
            return False
        return len({e.values_before_error for e in errors}) == 1 or self._prefix_can_be_assigned(errors)

    def _prefix_can_be_assigned(self, errors: list[Exit]) -> bool:
        """Return True if the results before the error are named and can be set before the error is evaluated."""
        before = {result.binding for result in self.results[:-1]}
        if None in before or self._result_out_of_reach(errors, self.results[:-1]) is not None:
            return False
        return not any(
            self.scopes.of.get(name) in before
            for e in errors
            for name in return_values(e.node)[-1].find("identifier")
        )  # fmt: skip

    def _carrying(self) -> Form | Refusal:
        if self._errors_ask:
            return self._error_form()
        if not self._carried:
            bare = not self.returns or not return_values(self.returns[0].node)
            values = () if bare else map(self._same_text, range(len(self.results)))
            edits: list[StatementEdit] = [replacement(e.node, self._answer(_RETURN)) for e in self.returns]
            return self._dispatching(FormRank.SAME_STATEMENT, _returning(values), edits)
        if any(r.binding is not None for r in self.results) and self._result_out_of_reach(self.returns) is None:
            return self._assigning()
        return self._values_form()

    def _last_is_error(self) -> bool:
        return bool(self.results) and self.results[-1].type.text == "error"

    def _error_form(self) -> Form:
        prefixes = {e.values_before_error for e in self.returns}
        if len(prefixes) == 1:
            (prefix,) = prefixes
        else:
            prefix = ", ".join(r.binding.name for r in self.results[:-1] if r.binding)
        start = f"return {''.join(flag + ', ' for flag in self._flags(None))}"
        edits: list[StatementEdit] = []
        ended = None if self._jumps else self._last_test(prefix)
        for exit_ in self.returns:
            if ended is not None and exit_.node.within(ended[0]):
                edits += ended[1]
            else:
                edits.append(self._last_value(exit_, prefix, start))
        err = first_free(("err",), self._unassignable_names | set(_WORD.findall(prefix)))
        back = _returning([prefix, err] if prefix else [err])
        carried = _Carried((err,), ("error",), ("nil",))
        return self._dispatching(FormRank.ERROR, back, edits, carried, ended=ended is not None)

    def _last_value(self, exit_: Exit, prefix: str, start: str) -> Lines:
        """``return 0, err`` becomes ``return err``, after ``n = 0`` if the result is ``n`` otherwise."""
        *before, last = return_values(exit_.node)
        lines: tuple[str, ...] = (start,)
        if exit_.values_before_error != prefix:
            pairs = [(r.binding.name, v.text) for r, v in zip(self.results, before, strict=False) if r.binding]
            pairs = [(name, text) for name, text in pairs if name != text]
            names, texts = (", ".join(part) for part in zip(*pairs, strict=True))
            lines = (f"{names} = {texts}", start)
        return Lines(exit_.node.start, last.start, lines)

    def _last_test(self, prefix: str) -> tuple[Node, list[StatementEdit]] | None:
        """``if err := f(); err != nil { return err }`` at the region's end, and what makes it ``return f()``.

        Precondition of an answer: the variable is an ``error`` by its type; a nil pointer in one is no nil.
        """
        last = self.region.statements[-1]
        if last.kind != "if_statement" or last.get("alternative") is not None or next(last.find("comment"), None):
            return None
        inner = statements(last.need("consequence"))
        exit_ = next((e for e in self.returns if inner == [e.node]), None)
        if exit_ is None or exit_.values_before_error != prefix:
            return None
        error = return_values(exit_.node)[-1]
        binding, condition = self.scopes.of.get(error), last.need("condition")
        if error.kind != "identifier" or binding is None or not is_not_nil_test(condition, binding, self.scopes):
            return None
        fact = self.types.expression(condition.need("left"))
        if fact is None or not fact.is_error:
            return None
        first = last.get("initializer")
        if first is None:
            return last, [replacement(last, f"return {error.text}")]
        names, values = (first.get(side) for side in ("left", "right"))
        if first.kind != "short_var_declaration" or names is None or values is None:
            return None
        *others, name = names.named_children
        if self.scopes.of.get(name) is not binding or any(other.text != "_" for other in others):
            return None
        if not others:
            return last, [Edit(last.start, values.start, b"return "), Edit(values.end, last.end, b"")]
        outer = self.scopes.meaning(name.text, last)
        if b"\n" in last.tree.text[last.start : values.end] or (outer is not None and not self._is_own_error(outer)):
            return None
        operator = "=" if outer is not None else ":="
        start = f"{names.text} {operator} ".encode()
        tail = Lines(values.end, last.end, ("", f"return {name.text}"))
        return last, [Edit(last.start, values.start, start), tail]

    @property
    def _is_statement(self) -> bool:
        """Several things may have to be done: the closure's results are declared by a statement of their own."""
        return len(self._jumps) + bool(self.returns) > 1

    def _dispatching(
        self, rank: int, back: str, edits: list[StatementEdit], carried: _Carried = _NOTHING, *, ended: bool = False
    ) -> Form:
        """The form in which the closure says what has to be done.

        ``back``: the statement that returns; ``edits``: of the returns; ``ended``: they make the region end in one.
        """
        flags = self._flag_names(back, carried)
        jumps = [
            replacement(e.node, self._answer(e.statement, carried.blank))
            for e in self.leaving
            if e.node.kind != "return_statement"
        ]
        tests = [(f"{carried.names[0]} != nil", back)] if self._errors_ask else []
        tests += zip(flags, [back if each == _RETURN else each for each in self._asked], strict=True)
        names = f"{', '.join([*flags, *carried.names])} := "
        footer: tuple[str, ...]
        if len(tests) == 1:
            ((test, then),) = tests
            header, footer = f"if {names}", (f"; {test} {{", f"\t{then}", "}")
        else:
            rank += SEVERAL_IFS
            header = names
            footer = ("", *(line for test, then in tests for line in (f"if {test} {{", f"\t{then}", "}")))
        fall = _RETURN if carried.named else self._answer(None, carried.blank)
        return self._build(rank, header, _signature(flags, carried), footer, fall, [*edits, *jumps], ended=ended)

    def _flag_names(self, back: str, carried: _Carried) -> list[str]:
        """The names of the bools outside the closure."""
        unfit = self._outer_names | self._listed_names | set(_WORD.findall(back)) | set(carried.names)
        if back == _RETURN:
            unfit |= {r.binding.name for r in self.results if r.binding is not None}
        if carried.named:
            unfit |= self.scopes.used_names
        flags: list[str] = []
        for candidates in flag_names(self._asked):
            flags.append(first_free(candidates, unfit | set(flags)))
        return flags

    # -- results carried out --------------------------------------------------------------------

    @cached_property
    def _carried(self) -> list[int]:
        """The results that are not the same at every return, by their index."""
        if not self.returns:
            return []
        return [index for index in range(len(self.results)) if self._same(index) is None]

    def _same(self, index: int) -> str | None:
        """The text that all returns have for a result, if it means the same after the region; else None."""
        texts: set[str | None] = set()
        for exit_ in self.returns:
            values = return_values(exit_.node)
            if not values:
                binding = self.results[index].binding
                texts.add(binding.name if binding is not None and binding.name != "_" else None)
            elif len(values) == len(self.results) and self._means_the_same(values[index]):
                texts.add(values[index].text)
            else:
                return None
        return texts.pop() if len(texts) == 1 else None

    def _same_text(self, index: int) -> str:
        """The text that all returns have for a result that is not carried."""
        text = self._same(index)
        assert text is not None
        return text

    def _means_the_same(self, value: Node) -> bool:
        return constant(value, self.scopes) or self.settled.holds(value)

    def _values_form(self) -> Form | Refusal:
        carried = [self.results[index] for index in self._carried]
        shadowed = self._shadowed_result_type(carried)
        if shadowed is not None:
            return shadowed
        zeros = [self._zero(index) for index in self._carried]
        plain = [zero for zero in zeros if zero is not None]
        named = len(plain) < len(zeros)
        names = self._carrier_names(visible_inside=named)
        edits = [edit for e in self.returns for edit in self._carry(e, names, named=named)]
        given = dict(zip(self._carried, names, strict=True))
        back = _returning(given.get(index) or self._same_text(index) for index in range(len(self.results)))
        types = [result.type.text for result in carried]
        values = _Carried(tuple(names), tuple(types), tuple(names if named else plain), named)
        return self._dispatching(FormRank.VALUES, back, edits, values)

    def _zero(self, index: int) -> str | None:
        """A text of the result's type for the ways on which nothing looks at it; None if there is none that is plain.

        Its zero value, or a constant or variable that some ``return`` of the function gives in its place.
        """
        return self.results[index].zero or self._returned_elsewhere(index)

    def _returned_elsewhere(self, index: int) -> str | None:
        for node in own_nodes(self.function):
            values = return_values(node) if node.kind == "return_statement" else []
            if len(values) != len(self.results):
                continue
            value = values[index]
            if constant(value, self.scopes):
                names = value.find("identifier", "type_identifier", "package_identifier")
                if not any(name.text in self._declared_names for name in names):
                    return value.text
            elif self._only_of_its_name(value):
                return value.text
        return None

    def _only_of_its_name(self, value: Node) -> bool:
        """Return True for a variable that can be named at every place of the region, and nothing else by that name."""
        binding = self.scopes.of.get(value) if value.kind == "identifier" else None
        if binding is None or self.scopes.meaning(binding.name, self.region.statements[0]) is not binding:
            return False
        return [b for b in self.scopes.bindings if b.name == binding.name] == [binding]

    @cached_property
    def _declared_names(self) -> frozenset[str]:
        """The names that the declaration declares anywhere: a package's name among them may mean something else."""
        return frozenset(binding.name for binding in self.scopes.bindings)

    def _carry(self, exit_: Exit, names: list[str], *, named: bool) -> list[StatementEdit]:
        """``return a, b`` becomes ``return true, b`` where ``a`` means the same outside."""
        node, values = exit_.node, return_values(exit_.node)
        if not values:  # named results, returned as they stand
            current = [self._current(index) for index in self._carried]
            return [replacement(node, self._answer(_RETURN, current))]
        if len(values) < len(self.results):  # a call for all of them
            operator = "=" if named else ":="
            held = names if named else self._held(exit_, names)
            return [
                Edit(node.start, values[0].start, f"{', '.join(held)} {operator} ".encode()),
                Lines(node.end, node.end, ("", self._answer(_RETURN, held))),
            ]
        kept = [values[index] for index in self._carried]
        edits: list[StatementEdit] = [Edit(node.start, kept[0].start, f"{self._answer(_RETURN)}, ".encode())]
        between = [(left.end, right.start) for left, right in pairwise(kept)]
        edits += [Edit(start, end, b", ") for start, end in between if node.tree.text[start:end].strip() != b","]
        return [*edits, Edit(kept[-1].end, node.end, b"")] if kept[-1].end < node.end else edits

    def _held(self, exit_: Exit, names: list[str]) -> list[str]:
        """Names of variables for what the call of a ``return`` gives, before it is returned."""
        held: list[str] = []
        for index, name in zip(self._carried, names, strict=True):
            is_error = name == "err" and self.results[index].type.text == "error"
            if is_error and self._may_take_error(exit_.node):
                held.append(name)
            else:
                held.append(first_free((name, *self._name_candidates(index)), self.scopes.used_names | set(held)))
        return held

    def _may_take_error(self, at: Node) -> bool:
        """Return True if a ``:=`` of ``err`` at a place, with something new beside it, is seen by nobody.

        It declares a variable, or assigns to one that the region has declared and no function literal mentions.
        """
        scope = self.scopes.scope_at(at.parent or at)
        declared = [binding for offset, binding in scope.declared.get("err", ()) if offset <= at.start]
        return not declared or self._is_own_error(declared[-1])

    def _is_own_error(self, binding: Binding) -> bool:
        """Return True if the region has declared the variable, as an ``error``, and no function literal mentions it."""
        return self.region.holds(binding.node) and self._is_plain_error(binding)

    def _is_plain_error(self, binding: Binding) -> bool:
        """Return True if the variable is an ``error`` that no function literal mentions and no pointer leads to."""
        fact = self.types.expression(binding.node)
        here = enclosing_function(self.region.statements[0])
        return (
            fact is not None
            and fact.is_error
            and not any(address_taken(use) or enclosing_function(use) is not here for use in binding.uses)
        )

    def _current(self, index: int) -> str:
        """Return the value that a bare ``return`` gives for a result; a blank one is never anything but zero."""
        binding = self.results[index].binding
        if binding is not None and binding.name != "_":
            return binding.name
        return self.results[index].zero or f"*new({self.results[index].type.text})"

    # -- names ----------------------------------------------------------------------------------

    def _carrier_names(self, *, visible_inside: bool) -> list[str]:
        """Names for the carried results that say what they hold."""
        names: list[str] = []
        used = self.scopes.used_names if visible_inside else self._unfit_names
        for index in self._carried:
            listed = frozenset() if self.results[index].type.text == "error" else self._listed_names
            names.append(first_free(tuple(self._name_candidates(index)), used | listed | set(names)))
        return names

    def _name_candidates(self, index: int) -> Iterator[str]:
        """The name of the result, of what is returned for it, of its type: the first is the best."""
        result = self.results[index]
        if result.binding is not None and result.binding.name != "_":
            yield result.binding.name
        if result.type.text == "error" and index == len(self.results) - 1:
            yield "err"
        for exit_ in self.returns:
            values = return_values(exit_.node)
            if len(values) != len(self.results) or self._means_the_same(values[index]):
                continue
            if (name := name_of_value(values[index])) and name not in self._outer_names:
                yield name
        name = NAMES_BY_TYPE.get(result.type.text) or name_of_type(result.type)
        if len(name) > 1:
            yield name
        else:
            yield from (fit for fit in (name, "result") if fit not in self._outer_names)

    @property
    def _unfit_names(self) -> frozenset[str]:
        """Names that nothing outside the closure may have: what stands there needs them, or the list has them."""
        same = [text for index in range(len(self.results)) if (text := self._same(index)) is not None]
        words = frozenset(word for text in same for word in _WORD.findall(text))
        return words | self._unassignable_names | {"true", "false", "nil"}

    @cached_property
    def _outer_names(self) -> frozenset[str]:
        """The variables that the region shares with what is around it: another one of the name would mislead."""
        mentioned = (self.scopes.of.get(n) for s in self.region.statements for n in s.find("identifier"))
        return frozenset(b.name for b in mentioned if b is not None and not self.region.holds(b.node))

    @cached_property
    def _listed_names(self) -> frozenset[str]:
        """The names that the list declares before the region, if the closure's results become variables of the list."""
        if not self._is_statement:
            return frozenset()
        first = self.region.statements[0]
        names = self.scopes.scope_at(first.parent or first).declared
        return frozenset(name for name, found in names.items() if any(b.node.start < first.start for _, b in found))

    @cached_property
    def _unassignable_names(self) -> frozenset[str]:
        """The names that the list declares before the region but for an ``err`` that a closure's error may go to."""
        return self._listed_names - ({"err"} if self._may_be_assigned("err") else set())

    def _may_be_assigned(self, name: str) -> bool:
        """Return True if the closure's error may be assigned to the list's variable of a name, as ``:=`` would.

        It is an ``error``, and nobody else looks at it any more: no literal, such as that of a
        defer which stays, nothing that follows in the list, and no caller.
        """
        first, last = self.region.statements[0], self.region.statements[-1]
        binding = self.scopes.meaning(name, first)
        return (
            binding is not None
            and self._is_plain_error(binding)
            and binding not in [result.binding for result in self.results]
            and not any(use.start >= last.end for use in binding.uses)
            and not any(node.kind == "goto_statement" for node in own_nodes(self.function))
        )

    # -- names that mean something else here ----------------------------------------------------

    def _shadowed_predeclared(self) -> Refusal | None:
        """A name that the closure's own lines need, declared anew anywhere in the declaration."""
        named = [self.scopes.first_of[name] for name in _SPELLED if name in self.scopes.first_of]
        if named:
            first = min(named, key=lambda binding: binding.node.start)
            return _type_shadowed(first.name, first.node)
        for node in self.scopes.redeclared_constants:
            return _type_shadowed(node.text, node)
        return None

    def _shadowed_result_type(self, carried: list[Result]) -> Refusal | None:
        outside = self.scopes.scope_at(self.function)
        for result in carried:
            if b"\n" in result.type.raw:
                sentence = "a result's type takes several lines: give it a name first"
                return Refusal(Obstacle.RESULT_TYPE_SHADOWED, sentence, (Blocker(result.type.span, "the type"),))
            for name in _type_names(result.type):
                there = self.scopes.meaning(name.text, self.region.statements[0])
                if there is not self.scopes.of.get(name) and there is not outside.lookup(name.text, name.start):
                    assert there is not None
                    return _type_shadowed(name.text, there.node)
        return None

    # -- assembly -------------------------------------------------------------------------------

    def _build(
        self,
        rank: int,
        header: str,
        signature: str,
        footer: tuple[str, ...],
        fall: str,
        edits: list[StatementEdit],
        *,
        ended: bool = False,
    ) -> Form:
        if self.last_jump is not None:
            footer = (*(footer or ("",)), self.last_jump)
        return build_form(self.region, self.exits, rank, header, signature, footer, fall, edits, ended=ended)


def _signature(flags: list[str], carried: _Carried) -> str:
    """The closure's results: the bools, and what is carried."""
    types = ["bool"] * len(flags) + [*carried.types]
    if not carried.named:
        return f" ({', '.join(types)})" if len(types) > 1 else f" {types[0]}"
    groups = groupby(zip([*flags, *carried.names], types, strict=True), key=lambda pair: pair[1])
    listed = (f"{', '.join(name for name, _ in group)} {text}" for text, group in groups)
    return f" ({', '.join(listed)})"


def _last_jump(region: Region, exits: list[Exit], function: Node) -> str | None:
    """The jump that stands after the closure of a region that control never falls off; None if it may.

    All that is not asked for by a bool does this jump, and what follows stays as unreachable as it was.
    """
    jumps = [e.statement for e in exits if e.kind is ExitKind.CONSTANT and e.node.kind != "return_statement"]
    if not jumps or any(e.kind is ExitKind.FALL for e in exits):
        return None
    flow = CFG(function, by_name=False)
    falls = flow.after(region.statements[-1]) in flow.leaving(region.statements)
    return None if falls else jumps[-1]


def _returning(values: Iterable[str]) -> str:
    return f"{_RETURN} {', '.join(values)}".strip()


_WORD = re.compile(r"\w+")
_RETURN = "return"


def _type_names(kind: Node) -> Iterator[Node]:
    return kind.find("type_identifier", "package_identifier", "identifier")


def _type_shadowed(name: str, declaration: Node) -> Refusal:
    return Refusal(
        Obstacle.RESULT_TYPE_SHADOWED,
        f"the closure's type has to name {name}, which means something else here",
        (Blocker(declaration.span, f"{name} is declared here"),),
    )


__all__ = ["FormChooser"]
