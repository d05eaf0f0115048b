"""``for i := 0; i < n; i++`` becomes ``for i := range n`` where that means the same."""

from collections.abc import Iterator

from defermod.codemod import Context, Finding, Metadata, Rule, RuleDoc


class RangeInt(Rule):
    rule = "range-int"
    doc = RuleDoc("a counting loop", "for i := 0; i < n; i++, with an int", "Since Go 1.22, range n says it shorter.")
    metadata = frozenset({Metadata.SCOPES, Metadata.DEFUSE, Metadata.TYPES})

    def visit(self, context: Context) -> Iterator[Finding]:
        for found in context.find_all("for $i := 0; $i < $n; $i++ { $*_ }"):
            counter, limit = context.binding(found["i"]), found["n"]
            if counter is None or (context.go_version or (1, 0)) < (1, 22):
                continue
            if len(context.writes(counter)) > 1:
                outcome = context.refuse("counter-changes", "the loop itself changes the counter")
            elif reason := context.may_change(limit, found.node):
                outcome = context.refuse("limit-changes", reason, (limit, "the limit"))
            else:
                used = f"{counter.name} := " if len(counter.uses) > 3 else ""
                clause = next(found.node.find("for_clause"))
                rewriter = context.rewriter().replace(clause, f"{used}range {limit.text}")
                outcome = rewriter.safe("range over the integer", "neither counter nor limit changes in the loop")
            yield context.finding(found, "this counts from 0 to a limit: range over the integer", outcome)
