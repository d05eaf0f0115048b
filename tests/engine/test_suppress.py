"""Comments that silence a finding: which count, and from where."""

import re

import pytest

from defermod.engine.suppress import Silencer, may_silence
from defermod.model import Span

RULES: dict[str, dict[str, tuple[str, ...]]] = {
    "defer-in-loop": {
        "nolint": ("gocritic", "revive"),
        "lint": ("SA9001",),
        "revive": ("defer",),
        "noinspection": ("GoDeferInLoop",),
    },
    "hot-defer": {},
}


def silencer_of(text: str) -> Silencer:
    raw = text.encode()
    return Silencer(raw, [Span(m.start(), m.end()) for m in re.finditer(rb"//[^\n]*", raw)], RULES)


def ask(text: str, *, doc: bool = False) -> bool:
    """Return True if the finding at ``@`` in ``text`` is silenced.  With ``doc``, ``@`` marks its function."""
    at = text.index("@")
    raw = text.replace("@", "").encode()
    comments = [Span(m.start(), m.end()) for m in re.finditer(rb"//[^\n]*|/\*.*?\*/", raw)]
    offset = len(text[:at].encode())
    told = Silencer(raw, comments, RULES).silences("defer-in-loop", [] if doc else [offset], offset if doc else None)
    assert may_silence(raw) or not told
    return told


@pytest.mark.parametrize(
    "comment",
    [
        "//nolint",
        "// nolint",
        "//nolint:all",
        "//nolint:defermod",
        "//nolint:errcheck,defermod",
        "//nolint: errcheck, defermod // because",
        "//nolint:defermod,errcheck because of this",
        "//nolint // the server owns it",
        "//nolint:Defermod",
        "//defermod:ignore held until the end",
        "//defermod:ignore",
        "// defermod:ignore said with a blank",
    ],
)
def test_comment_silences(comment: str) -> None:
    assert ask(f"\t@defer f() {comment}\n")
    assert ask(f"\t{comment}\n\t@defer f()\n")
    assert ask(f"\t{comment}\r\n\t@defer f()\r\n")


@pytest.mark.parametrize(
    "comment",
    [
        "//nolint:errcheck",
        "//nolint:",
        "//nolintlint",
        "//nolint:errcheck // not defermod",
        "//nolint:errcheck see defermod",
        "//defermod:ignored",
        "//defermod:hot",
        "// see //nolint",
        "/* nolint */",
        "// please nolint",
    ],
)
def test_comment_does_not_silence(comment: str) -> None:
    assert not ask(f"\t@defer f() {comment}\n")
    assert not ask(f"\t{comment}\n\t@defer f()\n")


def test_a_blank_line_separates() -> None:
    assert not ask("\t//nolint\n\n\t@defer f()\n")


def test_a_comment_behind_code_speaks_only_for_its_own_line() -> None:
    assert not ask("\tg() //nolint\n\t@defer f()\n")


def test_a_comment_in_a_block_of_comments_counts() -> None:
    assert ask("\t//defermod:ignore held\n\t// until the end\n\t@defer f()\n")


def test_the_line_below_does_not_count() -> None:
    assert not ask("\t@defer f()\n\t//nolint\n")


def test_doc_comment_speaks_for_the_function() -> None:
    assert ask("// F does.\n//\n//nolint:defermod\n@func F() {\n", doc=True)
    assert ask("@func F() { //nolint\n", doc=True)
    assert not ask("//nolint\n\n// F does.\n@func F() {\n", doc=True)


def test_first_line_of_the_file() -> None:
    assert not ask("@defer f()\n")
    assert ask("@defer f() //nolint")


def test_slashes_in_a_string_are_no_comment() -> None:
    text = b'\tdefer f("//nolint")\n'
    assert not Silencer(text, [], RULES).silences("defer-in-loop", [1], None)


@pytest.mark.parametrize(
    ("comment", "rules"),
    [
        ("//defermod:ignore defer-in-loop held", {"defer-in-loop"}),
        ("//defermod:ignore hot-defer measured", {"hot-defer"}),
        ("//defermod:ignore defer-in-loop,hot-defer both", {"defer-in-loop", "hot-defer"}),
        ("//defermod:ignore for another reason", {"defer-in-loop", "hot-defer"}),
        ("//nolint:hot-defer", {"hot-defer"}),
        ("//nolint:gocritic", {"defer-in-loop"}),
        ("//nolint:revive,errcheck", {"defer-in-loop"}),
        ("//lint:ignore SA9001 wanted", {"defer-in-loop"}),
        ("//lint:ignore SA4006,SA9* wanted", {"defer-in-loop"}),
        ("//lint:ignore SA4006 wanted", set()),
        ("//revive:disable-line:defer", {"defer-in-loop"}),
        ("//revive:disable-line", {"defer-in-loop"}),
        ("//revive:disable-line:cyclomatic", set()),
        ("//noinspection GoDeferInLoop", {"defer-in-loop"}),
        ("//noinspection GoUnusedConst, GoDeferInLoop", {"defer-in-loop"}),
        ("//noinspection GoUnusedConst", set()),
    ],
)
def test_which_rules_a_comment_silences(comment: str, rules: set[str]) -> None:
    silencer = silencer_of(f"\tdefer f() {comment}\n")
    assert {rule for rule in RULES if silencer.silences(rule, [1], None)} == rules
    assert not silencer.notes


def test_comments_for_more_than_a_line() -> None:
    file = "package p\n\n//lint:file-ignore SA9001 wanted\n\nfunc f() {\n\tdefer g()\n}\n"
    assert silencer_of(file).silences("defer-in-loop", [file.index("defer")], None)
    parts = "\tdefer a()\n//revive:disable:defer\n\tdefer b()\n//revive:enable:defer\n\tdefer c()\n"
    told = [silencer_of(parts).silences("defer-in-loop", [parts.index(f"defer {name}")], None) for name in "abc"]
    assert told == [False, True, False]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("//defermod:ingore held", "there is no //defermod:ingore; did you mean //defermod:ignore?"),
        ("//defermod:ignore defer-in-lop held", "there is no rule defer-in-lop; did you mean defer-in-loop?"),
        ("//nolint:defermode", "nolint:defermode means nothing here; did you mean defermod?"),
        ("//nolint:deferinloop", "nolint:deferinloop means nothing here; did you mean defer-in-loop?"),
    ],
)
def test_what_is_misspelt_is_said(comment: str, message: str) -> None:
    assert [note.message for note in silencer_of(f"\tdefer f() {comment}\n").notes] == [message]


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("//defermod:ignore held", True),
        ("//defermod:ignore defer-in-loop held", True),
        ("//nolint:defermod", True),
        ("//defermod:ignore hot-defer held", False),  # that rule did not run
        ("//nolint", False),
        ("//nolint:gocritic", False),
        ("//lint:ignore SA9001 x", False),
    ],
)
def test_what_silences_nothing_is_said(comment: str, said: bool) -> None:
    silencer = silencer_of(f"\tf() {comment}\n")
    assert bool(list(silencer.unused(["defer-in-loop"]))) is said
    used = silencer_of(f"\tdefer f() {comment}\n")
    used.silences("defer-in-loop", [1], None)
    assert not list(used.unused(["defer-in-loop"]))
