"""The rule's page, as data."""

from defermod.codemod import Code, RuleDoc, Shared


class Reason(Code):
    """The rule's reasons to leave code alone, or to ask for --unsafe-fixes."""

    RUNS_LATER = "runs-later", "a subtest may wait for the call, and a cleanup registered below it may rely on it"
    CALLED_BY_TEST = "called-by-test", "the function is a helper, whose caller may rely on the call"
    ORDER_OF_DEFERS = "order-of-defers", "other deferred calls stay, and run before what t.Cleanup registers"
    CONDITIONAL_DEFER = "conditional-defer", "the defer is in a loop or a branch"
    MAY_RECOVER = "may-recover", "whether the deferred function recovers is not known"
    OPERANDS_CHANGE = (
        "operands-change",
        "what the call is made with is evaluated at the defer, and would be evaluated later",
    )


DOC = RuleDoc(
    title="deferred call that runs before parallel subtests do",
    what="a deferred call of a test that releases what its parallel subtests use",
    why=(
        "A subtest that calls t.Parallel stops there until the function of its parent has returned. So the parent's "
        "deferred calls run first, and the subtest finds its server closed, its directory removed, its context "
        "cancelled. The fix registers the call with t.Cleanup, which waits for the subtests. It is never "
        "safe: a subtest may wait for the call, and what is registered with t.Cleanup below it would run first. "
        "On by default: what a subtest uses is never to be released before it runs. Nine "
        "repositories and the standard library have no such test (docs/evidence.md)."
    ),
    example="parallel",
    codes=(*Reason, Shared.RECOVERS),
)
