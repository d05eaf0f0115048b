"""Comments that silence a finding: which count, and from where."""

import re

import pytest

from defermod.engine.suppress import Silencer, may_silence
from defermod.model import Span


def ask(text: str, *, doc: bool = False) -> bool:
    """Is the finding at ``@`` in ``text`` silenced?  With ``doc``, ``@`` marks its function."""
    at = text.index("@")
    raw = text.replace("@", "").encode()
    comments = [Span(m.start(), m.end()) for m in re.finditer(rb"//[^\n]*|/\*.*?\*/", raw)]
    offset = len(text[:at].encode())
    told = Silencer(raw, comments).silences([] if doc else [offset], offset if doc else None)
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
    assert not Silencer(text, []).silences([1], None)
