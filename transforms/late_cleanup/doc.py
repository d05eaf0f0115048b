"""The rule's page, as data."""

from defermod.codemod import RuleDoc

DOC = RuleDoc(
    title="deferred call that runs before parallel subtests do",
    what="a deferred call of a test that releases what its parallel subtests use",
    why=(
        "A subtest that calls t.Parallel stops there until the function of its parent has returned. So the parent's "
        "deferred calls run first, and the subtest finds its server closed, its directory removed, its context "
        "cancelled. The fix registers the call with t.Cleanup, which waits for the subtests. It is safe for test "
        "servers, files, databases and removed paths, for whose end no subtest waits, where the "
        "function keeps no other deferred call, whose place in the order would change. On by default: what a subtest "
        "uses is never to be released before it runs."
    ),
    example="parallel",
    refusals=(
        ("subtest-waits", "a subtest may wait for the call, which comes after it now"),
        ("called-by-test", "the function is a helper, whose caller may rely on the call"),
        ("order-of-defers", "other deferred calls stay, and run before what t.Cleanup registers"),
        ("conditional-defer", "the defer is in a loop or a branch"),
        ("recovers", "the deferred call recovers panics"),
        ("may-recover", "whether the deferred function recovers is not known"),
        ("operands-change", "what the call is made with is evaluated at the defer, and would be evaluated later"),
    ),
)
