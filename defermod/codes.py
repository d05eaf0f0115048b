"""Every name that a message or JSON prints about a verdict, with its meaning: one registry, one entry per name.

A name is a member of an enum; it is a string and carries its text.  Codes that several rules share, those that the
judge reports and the assumptions of safe fixes are here; those that only the rewriting emits are in
``defermod.rewrite.codes``, and those of a single rule in the rule's folder, where a shared name may have a meaning of
its own.  A rule's page (``RuleDoc.codes``) lists all codes of its findings.  ``defermod explain NAME`` prints an entry.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """The base of all enums of codes: hazards, which make a fix unsafe, and refusals, which leave none.

    A member is declared by its name, stable and in kebab case, and its meaning: one line without a final stop.
    """

    text: str

    def __new__(cls, name: str, text: str) -> Code:
        member = str.__new__(cls, name)
        member._value_ = name
        member.text = text
        return member

    def __reduce_ex__(self, protocol: object) -> tuple[type[str], tuple[str]]:
        """Pickle as the name alone, so that a result can be read without loading the rule that made it."""
        return str, (self.value,)


class Explained(Code):
    """The base of the enums whose members have a page of their own: name, title (``text``), why it matters, cure.

    The last value is True if the source text alone decides it, so no types can change the verdict.
    """

    why: str
    cure: str
    settled_by_text: bool

    def __new__(cls, name: str, title: str, why: str, cure: str, settled_by_text: bool = False) -> Explained:
        member = str.__new__(cls, name)
        member._value_ = name
        member.text, member.why, member.cure, member.settled_by_text = title, why, cure, settled_by_text
        return member


class Shared(Explained):
    """Codes that several rules share or the judge reports: the reasons against an earlier call."""

    NO_TYPES = (
        "no-types",
        "Go's types were not asked, or could not be had",
        "Whether a deferred call may run earlier depends on what the called functions do, and only Go's type checker "
        "tells which functions these are. Until it was asked the finding is undecided: nothing about it is called "
        "safe, and nothing is written without --unsafe-fixes.",
        "Run `defermod check --types`, or `defermod fix --diff` to see the fixes. If types can't be had, the message "
        "on stderr says why: a missing module (`go mod download`), a file that doesn't compile, no Go on PATH. "
        "`--unsafe-fixes --validate gofmt` writes fixes all the same.",
    )
    NOT_VETTED = (
        "not-vetted",
        "go vet could not look at the file",
        "Every change has to pass the validators that --validate names. What vet can't look at it can't vouch for, so "
        "the file stays as it is.",
        "The message on stderr says why vet could not look. `--validate gofmt` does without vet.",
    )
    RESTS_ON_ASSUMPTION = (
        "rests-on-assumption",
        "the proof rests on an assumption, and --trust none takes none",
        "The fix is safe if code that can't be seen keeps to a documented contract. With --trust none that is not "
        "enough.",
        "Look at the assumption (`defermod explain NAME`), and at the code in question; --unsafe-fixes applies it.",
    )
    ESCAPES_ITERATION = (
        "escapes-iteration",
        "the resource, or something that holds on to it, is used after its iteration",
        "At the iteration's end the resource would be gone while something that outlives the iteration still holds "
        "it: a slice, a map, a field, a goroutine, a closure, a result.",
        "Release the resource where its last user is done with it, or leave the defer and silence it.",
    )
    HELD_FOR_LATER = (
        "held-for-later",
        "the resource is held for what comes after the iteration",
        "It was not made in the iteration, or what it gives (a lock, a lease, a mode) is wanted by code that runs "
        "later: locks taken one by one and held together, for example.",
        "Nothing, if that is meant: silence it with a reason. Otherwise release it where it is not needed any more.",
    )
    WRITES_RESULT = (
        "writes-result",
        "the deferred call writes a result of the function",
        "The function's own return would overwrite what a call at the iteration's end has written.",
        "Report the error in the iteration itself.",
    )
    READS_RESULT = (
        "reads-result",
        "the deferred call reads a result of the function",
        "At the iteration's end the result is not set yet.",
        "Have the call take what it needs as an argument.",
    )
    WRITES_OUTER = (
        "writes-outer",
        "the deferred call writes something that outlives the iteration",
        "Later iterations, and what follows the loop, would see the write earlier than now.",
        "If that is what you want, move the write into the iteration yourself.",
    )
    READS_OUTER = (
        "reads-outer",
        "the deferred call reads something that later code changes",
        "It would see an older value at the iteration's end than at the function's.",
        "Have the call take what it needs as an argument.",
    )
    RECOVERS = (
        "recovers",
        "the deferred call recovers panics",
        "A recovered panic leaves the function now; recovered at the iteration's end, the loop would go on. A call "
        "that is no longer deferred recovers nothing.",
        "Decide by hand whether the loop is to go on after a panic.",
    )
    BODY_RECOVERS = (
        "body-recovers",
        "the code around the defer calls recover()",
        "recover() works only directly in a deferred function, so it can't be wrapped in a closure.",
        "Nothing can be done automatically.",
        True,
    )
    UNKNOWN_RELEASE = (
        "unknown-release",
        "what the deferred call does is not known, or it prints among what later code prints",
        "Neither a body that can be seen nor a documented contract tells what it does. Or it prints, and its lines "
        "would come earlier among the others.",
        "Call a function whose body is in sight.",
    )
    UNKNOWN_EFFECT = (
        "unknown-effect",
        "code that can't be seen may notice that the call runs earlier",
        "A function without a body in sight and without a documented contract stands between.",
        "Look at that function; --unsafe-fixes applies the fix.",
    )
    CHANGES_WORLD = (
        "changes-world",
        "the deferred call changes something outside the program that later code may look at",
        "A file, directory, environment variable, address, process or database row that the call ends or changes is "
        "within reach of code that runs later, by its name.",
        "Make sure that nothing later uses the name, then apply it with --unsafe-fixes.",
    )
    WAITS_OR_SIGNALS = (
        "waits-or-signals",
        "the deferred call waits for, or wakes, another goroutine",
        "When it waits or wakes decides what other goroutines do.",
        "Decide by hand whether the goroutine may be woken, or has to be waited for, in each iteration.",
    )
    FLUSHES = (
        "flushes",
        "the deferred call writes what it buffered to something made outside the iteration",
        "What follows in the loop would find more written than now.",
        "Usually that is what was meant all along: look, and apply it with --unsafe-fixes.",
    )
    ENDS_EARLY = (
        "ends-early",
        "the deferred call may end the function or the test",
        "At the iteration's end it would end the loop with it.",
        "Decide by hand.",
    )
    CALLER_FRAME = (
        "caller-frame",
        "the code looks at its own stack frame",
        "A closure is a frame more: what reports lines or counts frames would see it.",
        "See whether the reported line matters.",
    )
    MAY_PANIC = (
        "may-panic",
        "what stands between the defer and the exits may panic, or runs code that is not known",
        "A deferred call runs in a panic, too; an explicit call does not.",
        "If a panic ends the program anyway, apply it with --unsafe-fixes.",
    )
    SILENCED_NEIGHBOUR = (
        "silenced-neighbour",
        "the fix would change a defer that a comment says to leave alone",
        "A comment silences one of the defers that the fix would have to take along.",
        "Remove the comment, or keep both defers.",
        True,
    )
    PART_MISSING = (
        "part-missing",
        "the fix is part of a change to several files, and another part of it is not made",
        "The parts belong together: one without the others would leave the package broken, or half changed.",
        "The message names the file and says what is in the way there; run on the whole package.",
    )
    GOTO_LOOP = (
        "goto-loop",
        "the loop is made of goto",
        "Such a loop has no body that could be wrapped.",
        "Write it as a for statement.",
        True,
    )


class Assumption(Explained):
    """Assumptions that a SAFE fix may rest on: contracts that Go documents, and conventions.

    A fix lists the ones that it rests on (``assumes`` in JSON); with ``--trust none`` such a fix is unsafe.
    """

    CLOSER_CONTRACT = (
        "closer-contract",
        "io.Closer and its kin do what their documentation says",
        "A Close (Stop, Release) called through an interface releases the value it is called on, and does nothing "
        "else that later code could notice: no write to shared state, no signal to another goroutine.",
        "`--trust none` makes every fix unsafe that rests on this.",
    )
    OWNED_RESULT = (
        "owned-result",
        "a closable result that is returned beside an error belongs to the caller",
        "A function without a body in sight that returns something to be closed and an error gives a new thing with "
        "each call, which nobody else holds: who gets it has to close it.",
        "`--trust none` makes every fix unsafe that rests on this.",
    )
    READER_CONTRACT = (
        "reader-contract",
        "implementations of io.Reader, io.Writer and their kin don't retain what they are given",
        "The documentation of package io says so: they must not retain the slice, and a reader or writer that is "
        "handed to a method of an interface is used during the call only.",
        "`--trust none` makes every fix unsafe that rests on this.",
    )
    OPERAND_NOT_KEPT = (
        "operand-not-kept",
        "a method or function that is not known keeps no operand beyond the call, where nothing later can ask it",
        "A method of an interface, or a function value that the function was given, gets the resource, and what comes "
        "after the loop is a plain return, or touches nothing but memory and what the function has made itself and has "
        "not given to that method. That it stores the resource for a later iteration can't be seen, and is "
        "taken not to happen. Whatever follows, the drivers, transports and handlers to which database/sql, net/http "
        "and log/slog hand a context on are taken to be over with it when the call is, and so is a method or function "
        "that has given an answer, more than an error or a bool, to what it got a context for.",
        "`--trust none` makes every fix unsafe that rests on this.",
    )
    TEST_FAILURE = (
        "test-failure",
        "a deferred call fails the test only if something is wrong already",
        "A deferred call that reports to the test (`t.Fatal` when Close gives an error) would end the test earlier. "
        "That matters only to a test that fails in either case.",
        "`--trust none` makes every fix unsafe that rests on this.",
    )
    DIAGNOSTIC_OUTPUT = (
        "diagnostic-output",
        "what a called function prints or logs is for people to read",
        "When a deferred call prints through a function that it calls (a logger, a Close that reports itself), the "
        "line appears earlier than before among the others. That is taken for no change of behaviour.",
        "`--trust none` makes every fix unsafe that rests on this.",
    )
    PEER_INDIFFERENT = (
        "peer-indifferent",
        "whoever is at the other end of a connection does not mind that it is closed, read or written to earlier",
        "Closing a connection, or the body of a response, is noticed at the other end, as is what a deferred call "
        "writes to it; one that reads to the end waits for what the other end has to say, which must not wait for a "
        "later iteration. Where code after the loop does nothing on the network, or the body has been read, that is "
        "taken for no change of behaviour. Rows and statements of a database that are closed give their connection "
        "back, and who asks next may get it.",
        "`--trust none` makes every fix unsafe that rests on this.",
    )
    POOL_INDIFFERENT = (
        "pool-indifferent",
        "it does not matter which value a sync.Pool gives",
        "What is given back to a sync.Pool at the end of an iteration may be what the next one takes out, where it got "
        "something new before. Go's documentation says that callers should not assume any relation between the two; a "
        "buffer that nobody empties, or a New that counts, would tell. So would a New in another package that puts a "
        "variable of the package into what it makes.",
        "`--trust none` makes every fix unsafe that rests on this.",
    )
    RELEASE_RETURNS = (
        "release-returns",
        "a release whose body does not say panic does not panic, and one that is not known does not recover",
        "A deferred call that panics would do so at the end of its iteration, and the iterations after it would not "
        "run. A body that says panic is seen; a nil receiver, an index that is out of range, and a release that a "
        "function of another package gives and that is nil are not looked for. A release behind an interface whose "
        "body is out of sight is taken neither to panic nor to stop the panic of an iteration.",
        "`--trust none` makes every fix unsafe that rests on this.",
    )
    TEMPORARY_NAME = (
        "temporary-name",
        "nobody looks for a temporary file whose name was chosen by the system",
        "os.CreateTemp and os.MkdirTemp choose a name that nobody else knows. Code that lists the directory would "
        "find it all the same, and is taken not to care; so is whoever would find one that used to stay because the "
        "program ended before the function did.",
        "`--trust none` makes every fix unsafe that rests on this.",
    )
    DISTINCT_FILES = (
        "distinct-files",
        "names that are made anew in each iteration name different files",
        "The deferred call writes to a file that the iteration opened by a name: a Flush, the footer of an archive. If "
        "two iterations open the same file (a name that comes twice, a link), what is written at the end of one comes "
        "before what the next one writes, and no longer after it. Nor does one iteration read by another name what an "
        "earlier one has not written yet.",
        "`--trust none` makes every fix unsafe that rests on this.",
    )
    STACK_TRACES = (
        "stack-traces",
        "nobody compares the stack traces that errors, loggers and assertions keep",
        "An error or a log line that is made in the body may keep the names of the functions on the stack, and a "
        "closure adds one. That is taken for no change of behaviour. A function in sight that returns what it saw, as "
        "a name, makes the fix unsafe; one that is not in sight and returns a string is taken not to look.",
        "`--trust none` makes every fix unsafe that rests on this.",
    )
    STRINGER_CONTRACT = (
        "stringer-contract",
        "String, Error and comparison methods that are called through interfaces have no effect",
        "fmt.Stringer, error, fmt.State, sort.Interface and their kin describe or compare a value, and change nothing. "
        "A driver.Valuer gives the value that it is, and a sql.Scanner copies what it is given into itself: that is "
        "relied on where another package has them and they come to code that nothing is known of, reflection for one.",
        "`--trust none` makes every fix unsafe that rests on this.",
    )


SETTLED_BY_TEXT = frozenset(code for code in Shared if code.settled_by_text)
"""Refusals that no types can change."""


def entries() -> dict[str, Explained]:
    """Return every entry by its name."""
    return {member.value: member for kind in (Shared, Assumption) for member in kind}


__all__ = ["Assumption", "Code", "Shared"]
