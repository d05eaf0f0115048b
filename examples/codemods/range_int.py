"""``for i := 0; i < n; i++`` becomes ``for i := range n`` where that means the same."""

from collections.abc import Iterator
from itertools import chain

from defermod.codemod import Binding, Context, Finding, Fix, Match, Metadata, Node, Refusal, Rule, RuleDoc

ONE_MORE = ("$i++", "$i += 1")
DECLARED = [f"for $i := $from; $i < $n; {step} {{ $*_ }}" for step in ONE_MORE]
ASSIGNED = [f"for $i = $from; $i < $n; {step} {{ $*_ }}" for step in ONE_MORE]
ZERO = ("0", "0.", ".0", "0.0")


class RangeInt(Rule):
    rule = "range-int"
    doc = RuleDoc("a counting loop", "for i := 0; i < n; i++", "Since Go 1.22, range n says it shorter.")
    metadata = frozenset({Metadata.SCOPES, Metadata.DEFUSE, Metadata.LIVENESS, Metadata.TYPES})

    def visit(self, context: Context) -> Iterator[Finding]:
        if (context.go_version or (1, 0)) < (1, 22):
            return
        for found in chain.from_iterable(context.find_all(pattern) for pattern in DECLARED + ASSIGNED):
            counter = context.binding(found["i"])
            typed = self.typed(context, found["from"])
            if counter is None or typed is None or context.underlying(found["i"]) not in ("integer", "unsigned"):
                continue
            outcome = self.outcome(context, found, counter, typed)
            yield context.finding(found, "this counts from 0 to a limit: range over the integer", outcome)

    def typed(self, context: Context, start: Node) -> str | None:
        """Return the type that the ``T(0)`` at the start names, empty for a ``0``; None if it is neither."""
        if start.text in ZERO:
            return ""
        zero = start.kind == "call_expression" and start.need("arguments").text[1:-1] in ZERO
        call = context.call(start) if zero else None
        return start.need("function").text if call is not None and call.kind is call.kind.CONVERSION else None

    def outcome(self, context: Context, found: Match, counter: Binding, typed: str) -> Fix | Refusal:
        loop, limit = found.node, found["n"]
        clause = next(loop.find("for_clause"))
        declares = counter.node is found["i"]
        inside = [use for use in counter.uses if use.within(loop) and not use.within(clause)]
        writes = context.writes(counter)
        if any(use in writes for use in inside):
            return context.refuse("counter-changes", "the loop itself changes the counter")
        if not declares and not inside:
            return context.refuse(
                "counter-unused", "nothing else reads the counter, which Go demands of its declaration"
            )
        if not declares and not context.dead_after(counter, loop):
            return context.refuse("counter-read", "the counter may be read after the loop, where it would be one less")
        if reason := context.may_change(limit, loop):
            return context.refuse("limit-changes", reason, (limit, "the limit"))
        text = limit.text
        if context.is_constant(limit):
            fits = context.is_integer_constant(limit) and not (declares and inside and typed)
        else:
            fits = context.type(limit) == context.type(found["i"])
        if not fits:
            plain = context.type(found["i"]) or ""
            if not typed and (not plain.isidentifier() or context.is_declared(plain, loop)):
                return context.refuse("limit-type", "the counter's type has no plain name here", (limit, "the limit"))
            text = f"{typed or plain}({text})"
        target = f"{counter.name} {':' * declares}= " if inside else ""
        edits = context.rewriter().replace(clause, f"{target}range {text}")
        return edits.safe("range over the integer", "neither counter nor limit changes in the loop")
