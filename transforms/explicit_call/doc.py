"""The rule's page, as data: `defermod explain hot-defer` and the documentation print it."""

from defermod.codemod import RuleDoc

DOC = RuleDoc(
    title="defer in a hot function",
    what=(
        "a defer statement in a function that evidence says is hot: a CPU profile (--profile, default.pgo, --bench), a "
        "//defermod:hot comment above the function, or a pattern (--hot); nothing is hot by default"
    ),
    why=(
        "An open-coded defer costs about 1 ns, a stack- or heap-allocated one several times that. In a function that "
        "is called a hundred million times, calls on every way out are worth their lines; elsewhere they are not. A "
        "deferred call also runs when the function panics, an explicit one does not: so a fix is safe only where "
        "nothing between the defer and the returns can panic."
    ),
    example="getter",
    refusals=(
        (
            "may-panic",
            "unsafe: what stands between may panic or runs code that is not known, and the call would be lost",
        ),
        ("open-coded", "open-coded by the compiler, about 1 ns a call, and the profile shows too little time for it"),
        (
            "not-open-coded",
            "with what follows in a literal the compiler does not open-code the defer either, or does not say so",
        ),
        ("below-threshold", "the function is in the profile, but the defer itself takes too little of the time"),
        ("conditional", "a way out can be reached both with the defer and without it"),
        ("never-returns", "no way leads from the defer to a return"),
        ("iterator", "a way out leaves a loop over a function, whose own clean-up has to come first"),
        ("ends-goroutine", "a way out ends the goroutine (t.Skip, runtime.Goexit), which runs deferred calls"),
        ("later-defer-stays", "a defer that is registered later stays, and has to run first"),
        ("recovers", "the deferred call recovers a panic, or may be there to"),
        ("recovering-neighbour", "another defer recovers, so that the function returns after a panic"),
        ("meant-for-panics", "a comment at the defer speaks of panics, and something between may panic"),
        ("notices-panic", "the deferred literal tells by a flag whether the function panicked"),
        (
            "recovering-package",
            "something between may panic, and panics are part of how the code works: the function says panic itself, "
            "net/http calls it, or a function of the package that can reach it recovers",
        ),
        ("shadowed-name", "a name in the call means something else on a way out"),
        ("shadowed-result", "a result would have to be assigned where its name means another variable"),
        ("goto", "a variable would have to be declared, and a goto may not jump over one"),
        ("untyped-result", "several values are to be held, one of which takes its type from the result"),
        ("layout", "a raw string or a comment stands where the lines can't be parted"),
        ("unknown-form", "the deferred expression is not a plain call, or its values can't be counted"),
        ("silenced-neighbour", "the fix would change a defer that a comment says to leave alone"),
        ("not-go", "a return doesn't fit the function's results: the file doesn't compile"),
    ),
)
