"""The text of each way out: the results first, then the calls, then the ``return``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from defermod.golang.defuse import assigns, unparenthesized
from defermod.golang.known_errors import known_error
from defermod.golang.scopes import Binding, enclosing_function
from defermod.golang.statements import statements
from defermod.model import Blocker, Edit, Refusal
from defermod.rewrite.codes import Obstacle
from defermod.rewrite.explicit.endings import Ending
from defermod.rewrite.explicit.exits import Way
from defermod.rewrite.explicit.operands import Plan, repeated_names
from defermod.rewrite.explicit.removal import DIRECTIVE
from defermod.rewrite.explicit.stability import Values, free_name, hidden_name, names_in, wishes
from defermod.rewrite.layout import Layout
from defermod.rewrite.region import return_values
from defermod.rewrite.results import Result, function_results
from defermod.syntax.source import Source
from defermod.syntax.tree import Node

_SHIFTS = frozenset({"<<", ">>"})
_COMPARES = frozenset({"==", "!=", "<", "<=", ">", ">=", "&&", "||"})


class ExitWriter:
    """Writes the ways out of a function or of a part of it, which ends with ``ending``."""

    def __init__(self, source: Source, function: Node, values: Values, layout: Layout, ending: Ending) -> None:
        self.source = source
        self.function = function
        self.values = values
        self.scopes = values.scopes
        self.layout = layout
        self.ending = ending
        self.results = function_results(function, values.scopes)
        self.body = function.need("body")
        self._list = self.body.child("statement_list") or self.body
        self.one_line = b"\n" not in self.body.raw
        self.last: Node | None = None
        """The place of the last way out, in source order."""

    def edits(self, way: Way, plans: Sequence[Plan], absent: Sequence[Node] = ()) -> list[Edit] | Refusal:
        """The edits that make the calls of ``plans``, in this order, on one way out.

        ``absent``: deferred calls that this way does not pass.
        """
        loose = [n for n in self.body.children if n.kind == "comment"] if self.one_line else []
        loose += [n for n in self._list.children if n.kind == "comment"] if self.one_line else []
        if loose:
            return Refusal(
                Obstacle.LAYOUT, "a comment between the statements of one line", (Blocker(loose[0].span, "here"),)
            )
        for plan in plans:
            if refusal := self._out_of_sight(plan, way.place):
                return refusal
        if way.node is None:
            return [self.ending.edit(self._calls(plans, self.ending.indent, way.place), way.place)]
        if way.node.kind == "return_statement":
            return self._return(way.node, plans, absent)
        indent, lead = self._indent(way.node)
        calls = b"".join(call + self._newline + indent for call in self._calls(plans, indent, way.place))
        return [Edit(way.node.start, way.node.start, lead + calls)]

    def _out_of_sight(self, plan: Plan, place: Node) -> Refusal | None:
        """A refusal if a name of the call means something else on the way out."""
        for top in plan.named:
            raw = next((n for n in top.find("raw_string_literal") if b"\n" in n.raw), None)
            if raw is not None:
                blocker = Blocker(raw.span, "can't be indented")
                return Refusal(Obstacle.LAYOUT, "the call holds a raw string over several lines", (blocker,))
            name = hidden_name(top, place, self.scopes)
            if name:
                blocker = Blocker(place.span, f"{name} means something else here")
                return Refusal(Obstacle.SHADOWED_NAME, f"{name} can't be named on every way out", (blocker,))
        holder = plan.defer.parent
        own = holder is not None and place.within(holder.parent or holder)
        if (plan.saves or plan.literal_name) and not (own or holder is self.body):
            blocker = Blocker(place.span, "outside the block of the defer")
            return Refusal(Obstacle.SHADOWED_NAME, "what the defer saves can't be named on every way out", (blocker,))
        return None

    # -- results ----------------------------------------------------------------------------------

    def _return(self, node: Node, plans: Sequence[Plan], absent: Sequence[Node]) -> list[Edit] | Refusal:
        given = return_values(node)
        spread = len(given) == 1 and len(self.results) > 1 and given[0].kind == "call_expression"
        spread = spread and not known_error(given[0], self.scopes)  # which is one value
        if given and len(given) != len(self.results) and not spread:
            return Refusal(Obstacle.NOT_GO, "a return doesn't fit the function's results: the file doesn't compile")
        indent, lead = self._indent(node)
        calls = self._calls(plans, indent, node)
        observed = [r for r in self.results if r.binding is not None and self.values.observed(r.binding, absent)]
        moved = [value for value in given if not self._stays(value)]
        if not given or (not observed and all(map(self.values.stays, given))):
            return [Edit(node.start, node.start, lead + b"".join(call + self._newline + indent for call in calls))]
        if any(r.binding is not None for r in self.results):
            names = self._result_names(node)
            if names is not None:
                return self._assigned(node, given, names, calls, indent, lead)
            if observed:
                name = observed[0].binding.name if observed[0].binding else "_"
                blocker = Blocker(node.span, f"{name} can't be assigned to here")
                return Refusal(Obstacle.SHADOWED_RESULT, "a deferred call may see the results", (blocker,))
        jump = next(self.function.find("goto_statement"), None)
        if jump is not None:
            return over_declaration(jump)
        return self._held(node, given, moved, plans, calls, indent, lead)

    def _stays(self, value: Node) -> bool:
        return self.values.stays(value) and b"\n" not in value.raw

    def _result_names(self, at: Node) -> list[str] | None:
        """The names of the results, if each can be assigned to where ``at`` stands."""
        names = []
        for result in self.results:
            binding = result.binding
            if binding is None or binding.name == "_" or self.scopes.meaning(binding.name, at) is not binding:
                return None
            names.append(binding.name)
        return names

    def _assigned(
        self,
        node: Node,
        given: list[Node],
        names: list[str],
        calls: list[bytes],
        indent: bytes,
        lead: bytes,
    ) -> list[Edit]:
        """``return a, b`` as ``x, y = a, b``, the calls, and a bare ``return``.

        A result that is returned by its own name is left out: the compiler reads variables after the calls.
        """
        tail = b"".join(self._newline + indent + line for line in (*calls, b"return"))
        if len(given) == len(names):
            pairs = [(n, v) for n, v in zip(names, given, strict=True) if v.text != n]
            if not pairs:
                before = b"".join(line + self._newline + indent for line in calls)
                return [Edit(node.start, node.start, lead + before)]
            if len(pairs) < len(names):
                left = ", ".join(n for n, _ in pairs)
                right = b", ".join(v.raw for _, v in pairs)
                return [Edit(node.start, node.end, lead + f"{left} = ".encode() + right + tail)]
        return [
            Edit(node.start, given[0].start, lead + f"{', '.join(names)} = ".encode()),
            Edit(node.end, node.end, tail),
        ]

    def _held(
        self,
        node: Node,
        given: list[Node],
        moved: list[Node],
        plans: Sequence[Plan],
        calls: list[bytes],
        indent: bytes,
        lead: bytes,
    ) -> list[Edit] | Refusal:
        """``return a, 0`` as ``v := a``, the calls, and ``return v, 0``."""
        taken: set[str] = set(names_in(node)).union(*(repeated_names(plan) for plan in plans))
        taken |= {r.binding.name for r in self.results if r.binding is not None}
        tuple_call = len(given) == 1 and len(self.results) > 1
        if len(moved) > 1 and not tuple_call:
            for value, result in zip(given, self.results, strict=True):
                if value in moved and self._needs_type(value, result.type):
                    blocker = Blocker(value.span, f"takes the type {result.type.text} from its place")
                    return Refusal(
                        Obstacle.UNTYPED_RESULT, "a value would have to be declared with its own type", (blocker,)
                    )
        names: dict[int, str] = {}
        for number, result in enumerate(self.results):
            value = given[0] if tuple_call else given[number]
            if not tuple_call and value not in moved:
                continue
            wished = wishes(value, result.type.text) if not tuple_call else _tuple_wishes(result, number)
            names[number] = self._name(wished, node, result, frozenset(taken))
            taken.add(names[number])
        declared = self._declared(node, list(names.items()), given, tuple_call)
        returned = [names[i].encode() if i in names else given[i].raw for i in range(len(self.results))]
        last = b"return " + b", ".join(returned)
        tail = b"".join(self._newline + indent + line for line in (*calls, last))
        if len(names) == len(given) or tuple_call:
            # The expressions stay where they are, comments in them included.
            return [
                Edit(node.start, given[0].start, lead + declared),
                Edit(node.end, node.end, tail),
            ]
        held = b", ".join(given[i].raw for i in names)
        return [Edit(node.start, node.end, lead + declared + held + tail)]

    def _declared(self, node: Node, names: list[tuple[int, str]], given: list[Node], tuple_call: bool) -> bytes:
        """``n := ``, or with the result's type where ``:=`` might give another one."""
        listed = ", ".join(name for _, name in names)
        if not tuple_call and len(names) == 1:
            ((number, name),) = names
            kind = self.results[number].type
            if self._needs_type(given[number], kind):
                return f"var {name} {kind.text} = ".encode()
        if all(self.scopes.meaning(name, node) is not None for _, name in names):
            return f"{listed} = ".encode()
        return f"{listed} := ".encode()

    def _needs_type(self, value: Node, kind: Node) -> bool:
        """Untyped booleans and shifts of constants take the type of the place that they are for."""
        value = unparenthesized(value)
        if value.kind == "unary_expression" and value.children[0].kind == "!":
            value = value.need("operand")
        if value.kind != "binary_expression":
            return False
        operator = value.need("operator").text
        if operator in _COMPARES:
            return kind.text not in ("bool", "any", "interface{}")
        shifts = any(n.need("operator").text in _SHIFTS for n in value.find("binary_expression"))
        return shifts and kind.text != "int"

    def _name(self, wished: list[str], node: Node, result: Result, taken: frozenset[str]) -> str:
        """A free name, or the ``err`` that is in sight, if nobody but the function itself can see it."""
        if result.type.text == "error" and "err" not in taken:
            binding = self.scopes.meaning("err", node)
            if binding is not None and self._is_plain_error(binding):
                return "err"
        return free_name(wished, node, taken, self.scopes)

    def _is_plain_error(self, binding: Binding) -> bool:
        if binding.kind not in ("var", "param") or not self.values.untouched(binding):
            return False
        if any(enclosing_function(use) is not self.function for use in binding.uses):
            return False
        fact = self.values.types.expression(binding.node)
        return fact is not None and fact.is_error and any(assigns(use) for use in binding.uses)

    # -- layout -----------------------------------------------------------------------------------

    @property
    def _newline(self) -> bytes:
        return self.source.newline

    def _indent_inside(self) -> bytes:
        return self.layout.indent(self.body.start) + self.layout.unit(self.body.start)

    def _indent(self, node: Node) -> tuple[bytes, bytes]:
        """The indentation of what replaces a statement, and the line break that it needs before it."""
        if self.one_line:
            return self._indent_inside(), b""
        if self.layout.starts_line(node.start):
            return self.layout.indent(node.start), b""
        indent = self.layout.indent(node.start) + self.layout.unit(node.start)
        return indent, self._newline + indent

    def expanded(self, edits: list[Edit], gone: Sequence[Node]) -> list[Edit]:
        """The edits for a body on one line, with each of its statements put on a line of its own."""
        opening, brace = self.body.children[0], self.body.children[-1]
        kept = [s for s in statements(self.body) if s not in gone]
        line_break = self._newline + self._indent_inside()
        edges = [(s.start, s.end) for s in kept]
        whole = Edit(opening.end, edges[0][0] if edges else brace.start, line_break if edges else b"")
        gaps = [Edit(one[1], other[0], line_break) for one, other in pairwise(edges)]
        last = Edit(edges[-1][1], brace.start, self._newline + self.layout.indent(self.body.start)) if edges else None
        inner = [e for e in edits if any(s <= e.start and e.end <= f for s, f in edges) and e.start < brace.start]
        ends = [e for e in edits if e.end == brace.start and e not in inner]
        if edges:  # a last defer may be one that stays, or that saves what its call needs
            ends = [Edit(edges[-1][1], e.end, e.new) for e in ends]
        tail = ends or ([last] if last is not None else [])
        if not edges:
            return ends
        return [whole, *gaps, *inner, *tail]

    def _calls(self, plans: Sequence[Plan], indent: bytes, place: Node) -> list[bytes]:
        """The statements of the calls, several lines of one statement indented alike."""
        lines: list[bytes] = []
        for plan in (plan for plan in plans if not plan.in_place):
            first = len(lines)
            if plan.body is not None:
                lines += [self._moved(statement.start, statement.end, indent) for statement in plan.body]
            elif plan.literal_name:
                lines.append(plan.literal_name.encode() + self._arguments(plan, indent))
            else:
                lines.append(self._function(plan, indent) + self._arguments(plan, indent))
            if comment := self._comment(plan, place):
                beside = sum(other.comment is not None for other in plans) == 1 and not self._crowded(place)
                if beside or DIRECTIVE.match(comment):
                    lines[-1] += b" " + comment
                else:
                    lines.insert(first, comment)
        return lines

    def _crowded(self, place: Node) -> bool:
        """Return True if a line beside the calls may end with a comment, with which gofmt would align another."""
        start = self.layout.line_start(place.start)
        above = self.layout.line_start(max(start - 1, 0))
        return b"//" in self.source.text[above : self.source.line_end(place.end)]

    def _comment(self, plan: Plan, place: Node) -> bytes:
        """The comment that stood beside the ``defer``: beside the last of its calls, or each, if a program reads it."""
        if plan.comment is None:
            return b""
        text = self.source.text[plan.comment.start : plan.comment.end]
        return text if place is self.last or DIRECTIVE.match(text) else b""

    def _function(self, plan: Plan, indent: bytes) -> bytes:
        function = plan.call.need("function")
        for save in plan.saves:
            if save.value is function:
                return save.name.encode()
            if function.kind == "selector_expression" and save.value is function.need("operand"):
                return save.name.encode() + b"." + function.need("field").raw
        arguments = plan.call.need("arguments")
        return self._moved(function.start, arguments.start, indent)

    def _arguments(self, plan: Plan, indent: bytes) -> bytes:
        arguments = plan.call.need("arguments")
        saved = sorted((s for s in plan.saves if s.value.within(arguments)), key=lambda s: s.value.start)
        if not saved:
            return self._moved(arguments.start, arguments.end, indent)
        out, at = b"", arguments.start
        for save in saved:
            out += self._moved(at, save.value.start, indent) + save.name.encode()
            at = save.value.end
        return out + self._moved(at, arguments.end, indent)

    def _moved(self, start: int, end: int, indent: bytes) -> bytes:
        """A piece of the source as it stands on a line with another indentation."""
        text = self.source.text[start:end]
        if b"\n" not in text:
            return text
        base = self.layout.indent(start)
        first, *rest = text.split(b"\n")
        return b"\n".join([first, *(indent + line[len(base) :] if line.startswith(base) else line for line in rest)])


def over_declaration(jump: Node) -> Refusal:
    """The refusal where a variable would be declared in a function with a ``goto``, which can't jump over one."""
    blocker = Blocker(jump.span, "may not jump over the declaration of a variable")
    return Refusal(Obstacle.GOTO, "a variable would have to be declared, and the function has a goto", (blocker,))


def _tuple_wishes(result: Result, number: int) -> list[str]:
    kind = result.type.text
    return {"error": ["err", "failure"], "bool": ["ok", "found"]}.get(kind, ["n"] if kind == "int" else ["v", "value"])
