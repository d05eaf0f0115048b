"""The form of the closure that replaces a region: what it returns, and how its exits are taken outside.

In order of preference (docs/semantics.md, "loop-closure: exits"):

- ``plain``: nothing but falling off the end: ``func() { ... }()``;
- ``error``: every exit returns a known error after the same constants: ``if err := func() error {``;
- ``stop``: every exit is the same constant statement: ``if stop := func() bool {``;
- ``stop, error``: both: ``if stop, err := func() (bool, error) {``;
- ``done``: every exit is a return: its values are carried out beside a bool;
- ``exit``: anything else: a code beside the values, taken apart by an ``if`` chain, because a ``break``
  in a ``switch`` would leave only the switch.

Results that can be seen before the function returns (a deferred literal reads them, their address is
taken) are assigned where the ``return`` stood, so that the deferred calls find what they used to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count

from defermod.golang.cfg import labelled_statement, terminates
from defermod.golang.defuse import address_taken
from defermod.golang.scopes import Binding, Scopes, own_nodes
from defermod.model import Blocker, Edit, Refusal
from defermod.rewrite.layout import DROP_LINE, NEW_LINE
from defermod.rewrite.region import Exit, Leaves, Region, constant, return_values
from defermod.syntax.match import Shape
from defermod.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class Form:
    """A closure's shape.  All texts are single lines unless they say otherwise."""

    rank: int
    """0 is the simplest."""
    header: str
    """What stands before ``func``: ``"if err := "``."""
    signature: str
    """What stands between ``func()`` and ``{``: ``" error"``."""
    footer: tuple[str, ...]
    """The lines that follow the ``}()``; the first one on its line, a leading tab is one level deeper."""
    fall: str
    """The statement that does what falling off the end did."""
    edits: tuple[Edit, ...]
    """What the exits become."""
    closing: str
    """The last line of the closure's body; empty if it needs none."""


@dataclass(frozen=True, slots=True)
class Result:
    """One result of the function around the region."""

    type: Node
    binding: Binding | None

    @property
    def zero(self) -> str | None:
        """A plain text for the type's zero value; None if there is none."""
        return _zero(self.type)


_PREDECLARED = frozenset({"bool", "error", "false", "int", "nil", "string", "true"})


def _zero(kind: Node) -> str | None:
    if kind.kind in ("pointer_type", "slice_type", "map_type", "channel_type", "function_type", "interface_type"):
        return "nil"
    return _ZEROS.get(kind.text) if kind.kind == "type_identifier" else None


_ZEROS = {"error": "nil", "any": "nil", "bool": "false", "string": '""'} | dict.fromkeys(
    [
        "byte", "complex128", "complex64", "float32", "float64", "int", "int16", "int32", "int64", "int8", "rune",
        "uint", "uint16", "uint32", "uint64", "uint8", "uintptr",
    ],
    "0",
)  # fmt: skip


def function_results(function: Node, scopes: Scopes) -> list[Result]:
    """The results of a function, one entry each, named or not."""
    result = function.get("result")
    if result is None:
        return []
    if result.kind != "parameter_list":
        return [Result(result, None)]
    found: list[Result] = []
    for declaration in result.named_children:
        kind = declaration.need("type")
        names = declaration.all("name")
        found += [Result(kind, scopes.of.get(name)) for name in names] or [Result(kind, None)]
    return found


class FormChooser:
    """Chooses the form for one region of one function."""

    def __init__(self, region: Region, exits: list[Exit], function: Node, scopes: Scopes) -> None:
        self.region = region
        self.scopes = scopes
        self.function = function
        self.results = function_results(function, scopes)
        self.leaving = [e for e in exits if e.leaves is not Leaves.FALL]
        self.exits = exits

    def choose(self) -> Form | Refusal:
        """The simplest form that is right, or why there is none."""
        if any(not self._fits(e.node) for e in self.leaving):
            return Refusal("not-go", "a return doesn't fit the function's results: the file doesn't compile")
        if not self.leaving:
            return self._build(0, "", "", (), "return", [])
        shadowed = self._shadowed_predeclared()
        if shadowed is not None:
            return shadowed
        if self._must_assign_results():
            return self._assigning()
        return self._carrying()

    def _fits(self, node: Node) -> bool:
        """Has a ``return`` as many values as the function has results, one call for all of them, or none?"""
        values = return_values(node) if node.kind == "return_statement" else []
        tuple_call = len(values) == 1 and bool(self.results) and values[0].kind == "call_expression"
        return not values or len(values) == len(self.results) or tuple_call

    # -- results assigned in place --------------------------------------------------------------

    def _must_assign_results(self) -> bool:
        """Named results are assigned where the ``return`` stood if that can be seen, or reads better."""
        returns = [e for e in self.leaving if return_values(e.node)]
        if not returns or not any(r.binding is not None for r in self.results):
            return False
        if any(_observed(r.binding, self.region) for r in self.results if r.binding):
            return True
        values = [e for e in returns if e.leaves is Leaves.VALUES]
        return bool(values) and self._result_out_of_reach(returns) is None

    def _result_out_of_reach(self, returns: list[Exit]) -> Refusal | None:
        """A result that can't be assigned to at one of the returns."""
        for exit_ in returns:
            for result in self.results:
                binding = result.binding
                if binding is None or binding.name == "_":
                    return Refusal(
                        "shadowed-result",
                        "a deferred call may see the results, and a blank result can't be assigned to",
                        (Blocker(result.type.span, "blank result"),),
                    )
                other = self.scopes.meaning(binding.name, exit_.node)
                if other is not binding:
                    return Refusal(
                        "shadowed-result",
                        f"result {binding.name} is shadowed where it would have to be assigned",
                        (Blocker(exit_.node.span, f"{binding.name} means another variable here"),),
                    )
        return None

    def _assigning(self) -> Form | Refusal:
        returns = [e for e in self.leaving if return_values(e.node)]
        refusal = self._result_out_of_reach(returns)
        if refusal is not None:
            return refusal
        names = [r.binding.name for r in self.results if r.binding]
        keys = self._keys(bare_returns=True)
        if len(keys) == 1:
            key = keys[0]
            name = self._flag(key)
            edits = [edit for e in self.leaving for edit in self._assign_then(e, names, "return true")]
            return self._build(3, f"if {name} := ", " bool", (f"; {name} {{", f"\t{key}", "}"), "return false", edits)
        codes = {key: number for number, key in enumerate(keys, 1)}
        edits = [edit for e in self.leaving for edit in self._assign_then(e, names, f"return {codes[_bare_key(e)]}")]
        name = _fresh("exit", self._result_names)
        return self._build(6, f"if {name} := ", " int", _chain(name, codes), "return 0", edits)

    def _keys(self, *, bare_returns: bool) -> list[str]:
        seen = dict.fromkeys(_bare_key(e) if bare_returns else e.key for e in self.leaving)
        return sorted(seen, key=lambda key: not key.startswith("return"))

    def _assign_then(self, exit_: Exit, names: list[str], then: str) -> list[Edit]:
        """``return a, b`` becomes ``x, y = a, b`` and ``then``."""
        node, values = exit_.node, return_values(exit_.node)
        if not values:
            return [_replace(node, then)]
        pairs = list(zip(names, values, strict=False))
        kept = [(name, value) for name, value in pairs if value.text != name] if len(values) == len(names) else pairs
        if not kept:
            return [_replace(node, then)]
        tail = Edit(node.end, node.end, NEW_LINE + then.encode())
        if len(kept) == len(pairs):
            return [Edit(node.start, values[0].start, f"{', '.join(names)} = ".encode()), tail]
        text = f"{', '.join(name for name, _ in kept)} = {', '.join(value.text for _, value in kept)}"
        return [_replace(node, text), tail]

    def _flag(self, key: str) -> str:
        """A name for the closure's bool that says what it asks for, and that no named result has."""
        wish = "done" if key.startswith("return") else "skip" if key.startswith("continue") else "stop"
        return _fresh(wish, self._result_names)

    @property
    def _result_names(self) -> frozenset[str]:
        """A bare ``return`` needs all of them in sight."""
        return frozenset(r.binding.name for r in self.results if r.binding is not None)

    # -- results carried out --------------------------------------------------------------------

    def _carrying(self) -> Form | Refusal:
        errors = [e for e in self.leaving if e.leaves is Leaves.ERROR]
        constants = [e for e in self.leaving if e.leaves is Leaves.CONSTANT]
        values = [e for e in self.leaving if e.leaves is Leaves.VALUES]
        error_keys, constant_keys = {e.key for e in errors}, {e.key for e in constants}
        plain_error = len(error_keys) == 1 and not values and self._last_is_error()
        if plain_error and not constants:
            return self._error_form(next(iter(error_keys)))
        if len(constant_keys) == 1 and not errors and not values:
            return self._stop_form(next(iter(constant_keys)))
        all_return = all(e.node.kind == "return_statement" for e in self.leaving)
        if plain_error and len(constant_keys) == 1 and not (all_return and len(self.results) == 1):
            return self._stop_error_form(next(iter(constant_keys)), next(iter(error_keys)))
        return self._values_form(all_return)

    def _last_is_error(self) -> bool:
        return bool(self.results) and self.results[-1].type.text == "error"

    def _error_form(self, prefix: str) -> Form:
        edits = [self._last_value(e, "return ") for e in self.leaving]
        back = f"return {prefix}, err" if prefix else "return err"
        return self._build(1, "if err := ", " error", ("; err != nil {", f"\t{back}", "}"), "return nil", edits)

    def _stop_form(self, key: str) -> Form:
        name = self._flag(key)
        edits = [_replace(e.node, "return true") for e in self.leaving]
        return self._build(2, f"if {name} := ", " bool", (f"; {name} {{", f"\t{key}", "}"), "return false", edits)

    def _stop_error_form(self, key: str, prefix: str) -> Form:
        name = self._flag(key)
        edits = [
            self._last_value(e, "return false, ") if e.leaves is Leaves.ERROR else _replace(e.node, "return true, nil")
            for e in self.leaving
        ]
        err = _fresh("err", self._result_names) if key == "return" else "err"
        back = f"return {prefix}, {err}" if prefix else f"return {err}"
        footer = (f"; {err} != nil {{", f"\t{back}", f"}} else if {name} {{", f"\t{key}", "}")
        return self._build(4, f"if {name}, {err} := ", " (bool, error)", footer, "return false, nil", edits)

    def _last_value(self, exit_: Exit, start: str) -> Edit:
        return Edit(exit_.node.start, return_values(exit_.node)[-1].start, start.encode())

    def _values_form(self, all_return: bool) -> Form | Refusal:
        shadowed = self._shadowed_result_type()
        if shadowed is not None:
            return shadowed
        zeros = self._zeros()
        plain = [zero for zero in zeros if zero is not None]
        tuples = any(0 < len(return_values(e.node)) < len(self.results) for e in self.leaving)
        inside = tuples or len(plain) < len(zeros)
        names = self._carrier_names(visible_inside=inside)
        keys = ["return"] if all_return else self._keys_with_values()
        used = self.scopes.used_names if inside else frozenset()
        flag = _fresh("done" if all_return else "exit", used | set(names))
        kind, off = ("bool", "false") if all_return else ("int", "0")
        codes = {key: "true" if all_return else str(number) for number, key in enumerate(keys, 1)}
        types = [result.type.text for result in self.results]
        if len(plain) == len(zeros):
            signature = f" ({', '.join([kind, *types])})" if types else f" {kind}"
            fall = f"return {', '.join([off, *plain])}"
            blank = ", ".join(plain)
        else:
            listed = ", ".join(f"{name} {text}" for name, text in zip([flag, *names], [kind, *types], strict=True))
            signature = f" ({listed})"
            fall = "return"
            blank = ", ".join(names)
        back = f"return {', '.join(names)}".strip()
        chain = {back if key == "return" else key: code for key, code in codes.items()}
        footer = (f"; {flag} {{", f"\t{back}", "}") if all_return else _chain(flag, chain)
        edits = [
            edit
            for e in self.leaving
            for edit in self._carry(e, names, codes.get(e.key) or codes["return"], blank, all_return)
        ]
        return self._build(5, f"if {', '.join([flag, *names])} := ", signature, footer, fall, edits)

    def _zeros(self) -> list[str | None]:
        """For each result a text of its type for the ways on which nothing looks at it; None if none is plain.

        Its zero value, or a constant that some ``return`` of the function gives in its place.
        """
        return [result.zero or self._constant_returned(index) for index, result in enumerate(self.results)]

    def _constant_returned(self, index: int) -> str | None:
        for node in own_nodes(self.function):
            values = return_values(node) if node.kind == "return_statement" else []
            if len(values) == len(self.results) and constant(values[index], self.scopes):
                names = values[index].find("identifier", "type_identifier", "package_identifier")
                if not any(name.text in self._declared_names for name in names):
                    return values[index].text
        return None

    @cached_property
    def _declared_names(self) -> frozenset[str]:
        """What the declaration declares anywhere: a package's name that is among them may mean something else."""
        return frozenset(binding.name for binding in self.scopes.bindings)

    def _keys_with_values(self) -> list[str]:
        jumps = [e.key for e in self.leaving if e.node.kind != "return_statement"]
        return ["return", *dict.fromkeys(jumps)]

    def _carry(self, exit_: Exit, names: list[str], code: str, blank: str, all_return: bool) -> list[Edit]:
        node, values = exit_.node, return_values(exit_.node)
        if node.kind != "return_statement":
            return [_replace(node, f"return {code}, {blank}" if blank else f"return {code}")]
        if not values:  # named results, returned as they stand
            current = [self._current(index) for index in range(len(self.results))]
            return [_replace(node, f"return {', '.join([code, *current])}")]
        if len(values) == len(names):
            return [Edit(values[0].start, values[0].start, f"{code}, ".encode())]
        then = f"return {code}, {', '.join(names)}"
        operator = "=" if None in self._zeros() else ":="
        return [
            Edit(node.start, values[0].start, f"{', '.join(names)} {operator} ".encode()),
            Edit(node.end, node.end, NEW_LINE + then.encode()),
        ]

    def _current(self, index: int) -> str:
        """What a bare ``return`` gives for a result; a blank one is never anything but zero."""
        binding = self.results[index].binding
        if binding is not None and binding.name != "_":
            return binding.name
        return self.results[index].zero or f"*new({self.results[index].type.text})"

    def _carrier_names(self, *, visible_inside: bool) -> list[str]:
        """Names for the carried results: the natural ones, unless the closure's body could see them."""
        names: list[str] = []
        for index, result in enumerate(self.results):
            if result.binding is not None and result.binding.name != "_":
                wish = result.binding.name
            elif result.type.text == "error" and index == len(self.results) - 1:
                wish = "err"
            else:
                wish = {"bool": "ok", "string": "text", "int": "n"}.get(result.type.text, "result")
            if wish == "result" and self._plain_results() > 1:
                wish = f"result{len(names) + 1}"
            used = self.scopes.used_names if visible_inside else frozenset({"true", "false", "nil"})
            names.append(_fresh(wish, used | set(names)))
        return names

    def _plain_results(self) -> int:
        """How many results have no name and no type that suggests one."""
        return sum(r.binding is None and r.type.text not in ("error", "bool", "string", "int") for r in self.results)

    # -- names that mean something else here ----------------------------------------------------

    def _shadowed_predeclared(self) -> Refusal | None:
        """A name that the closure's own lines need, declared anew anywhere in the declaration."""
        for name, binding in self.scopes.first_of.items():
            if name in _PREDECLARED:
                return _type_shadowed(name, binding.node)
        for node in self.scopes.redeclared_constants:
            return _type_shadowed(node.text, node)
        return None

    def _shadowed_result_type(self) -> Refusal | None:
        outside = self.scopes.scope_at(self.function)
        for result in self.results:
            if b"\n" in result.type.raw:
                sentence = "a result's type takes several lines: give it a name first"
                return Refusal("result-type-shadowed", sentence, (Blocker(result.type.span, "the type"),))
            for name in _type_names(result.type):
                there = self.scopes.meaning(name.text, self.region.statements[0])
                if there is not self.scopes.of.get(name) and there is not outside.lookup(name.text, name.start):
                    assert there is not None
                    return _type_shadowed(name.text, there.node)
        return None

    # -- assembly -------------------------------------------------------------------------------

    def _build(
        self, rank: int, header: str, signature: str, footer: tuple[str, ...], fall: str, edits: list[Edit]
    ) -> Form:
        return made(self.region, self.exits, rank, header, signature, footer, fall, edits)


def made(
    region: Region,
    exits: list[Exit],
    rank: int,
    header: str,
    signature: str,
    footer: tuple[str, ...],
    fall: str,
    edits: list[Edit],
) -> Form:
    """The form of these parts (see ``Form``); ``edits`` are those of the exits that leave, the others are added."""
    last = region.statements[-1]
    for exit_ in exits:
        if exit_.leaves is not Leaves.FALL:
            continue
        if exit_.node is not last or header:
            edits.append(_replace(exit_.node, fall))
        else:
            edits.append(Edit(exit_.node.start, exit_.node.end, DROP_LINE))
    jumps = frozenset(exit_.node for exit_ in exits)
    statements = region.statements
    while len(statements) > 1 and _empty_label(statements[-1]):
        statements.pop()  # all that jump there fall off the end now, and the label goes
    closing = fall if header and not terminates(statements, jumps) else ""
    return Form(rank, header, signature, footer, fall, tuple(edits), closing)


def _fresh(wish: str, used: frozenset[str] | set[str]) -> str:
    """``wish``, or the first of its variations that is not in ``used``."""
    candidates = chain((wish, f"ret{wish[:1].upper()}{wish[1:]}"), (f"{wish}{n}" for n in count(2)))
    return next(name for name in candidates if name not in used)


def _bare_key(exit_: Exit) -> str:
    return "return" if exit_.node.kind == "return_statement" else exit_.key


def _empty_label(statement: Node) -> bool:
    return statement.kind == "labeled_statement" and labelled_statement(statement) is None


def _chain(name: str, codes: dict[str, str] | dict[str, int]) -> tuple[str, ...]:
    lines: list[str] = []
    for key, code in codes.items():
        lines += [f"}} else if {name} == {code} {{" if lines else f"; {name} == {code} {{", f"\t{key}"]
    return (*lines, "}")


def _replace(node: Node, text: str) -> Edit:
    return Edit(node.start, node.end, text.encode())


def _type_names(kind: Node) -> Iterator[Node]:
    return kind.find("type_identifier", "package_identifier", "identifier")


def _type_shadowed(name: str, declaration: Node) -> Refusal:
    return Refusal(
        "result-type-shadowed",
        f"the closure's type has to name {name}, which means something else here",
        (Blocker(declaration.span, f"{name} is declared here"),),
    )


def _observed(result: Binding, region: Region) -> bool:
    """Can the result be seen or changed between a ``return`` in the region and the function's own defers?

    True if its address is taken, or if a function literal mentions it, other than one that is deferred
    outside the region: that one runs after the results are set, as it did before.
    """
    for use in result.uses[1:]:
        if address_taken(use):
            return True
        literal = _literal_around(use, result.function)
        if literal is not None and not (_deferred(literal) and not region.holds(literal)):
            return True
    return False


def _literal_around(node: Node, function: Node | None) -> Node | None:
    """The outermost function literal around ``node`` inside ``function``."""
    found: Node | None = None
    for up in node.ancestors():
        if up is function:
            return found
        if up.kind == "func_literal":
            found = up
    return found


_DEFER = Shape("defer_statement")


def _deferred(literal: Node) -> bool:
    """Is the literal itself what a defer statement calls?"""
    call = literal.parent
    return call is not None and call.get("function") is literal and _DEFER.matches(call.parent)
