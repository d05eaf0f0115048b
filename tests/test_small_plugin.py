"""A codemod that asks Go for types, in as few lines as it takes."""

from collections.abc import Iterator

from defermod.codemod import Context, Finding, Fix, Metadata, Refusal, Rule, RuleDoc
from defermod.testing import Case, RuleTests


class RangeInteger(Rule):
    rule = "range-integer"
    doc = RuleDoc("a loop that counts to an integer", "for i := 0; i < n; i++", "Since Go 1.22 range counts.")
    metadata = frozenset({Metadata.TYPES, Metadata.SCOPES, Metadata.DEFUSE})

    def visit(self, context: Context) -> Iterator[Finding]:
        for found in context.find_all("for $i := 0; $i < $n; $i++ { $*_ }"):
            counter, limit = context.binding(found["i"]), found["n"]
            if counter is None or context.type(limit) != "int" or len(context.writes(counter)) > 1:
                continue
            clause = next(found.node.find("for_clause"))
            if why := context.may_change(limit, found.node):
                outcome: Fix | Refusal = context.refuse("limit-changes", why, (limit, "range evaluates it once"))
            else:
                name = f"{counter.name} := " if any(not use.within(clause) for use in counter.uses) else ""
                rewriter = context.rewriter().replace(clause, f"{name}range {limit.text}")
                outcome = rewriter.safe("range over the integer", "neither counter nor limit changes in the loop")
            yield context.finding(found, "it counts to an integer", outcome)


class TestRangeInteger(RuleTests):
    rule = RangeInteger()
    cases = (
        Case("used", "func f(n int) {\n\tfor i := 0; i < n; i++ {\n\t\t_ = i\n\t}\n}\n",
             "func f(n int) {\n\tfor i := range n {\n\t\t_ = i\n\t}\n}\n"),
        Case("another type", "func f(n int8) {\n\tfor i := 0; i < int(n); i++ {\n\t\ti++\n\t}\n}\n"),
        Case("limit", "func f(n int) {\n\tfor i := 0; i < n; i++ {\n\t\tn--\n\t}\n}\n", refused=("limit-changes",)),
    )  # fmt: skip
