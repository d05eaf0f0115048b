"""A look at a text takes over results from the look before; they are those that a fresh look would find."""

from __future__ import annotations

import pytest

from defermod.engine.incremental import first_round, next_round
from defermod.engine.registry import transforms
from defermod.golang.file_functions import FileFunctions
from defermod.model import Edit, Options, Shift, apply_edits
from defermod.syntax.source import Source

CHOSEN = list(transforms().values())
OPTIONS = Options()
LOOP = """\
func {name}(names []string) error {{
	for _, name := range names {{
		f, err := {open}(name)
		if err != nil {{
			return err
		}}
		defer f.Close()
		use(f)
	}}
	return nil
}}
"""
KEEPER = """\
var last *os.File

func opened(name string) (*os.File, error) {
	f, err := os.Open(name)
	last = f
	return f, err
}
"""
HEAD = 'package p\n\nimport "os"\n\n'


def text_of(*parts: str) -> bytes:
    return (HEAD + "\n".join(parts)).encode()


def replaced(text: bytes, old: bytes, new: bytes) -> Edit:
    at = text.index(old)
    return Edit(at, at + len(old), new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"func A(", b"// A does.\nfunc A("),
        (b"use(f)", b"use(f); use(f)"),
        (b"last = f", b"_ = f"),
        (b"last = f", b"last = f; _ = f"),
        (b"import", b"//nolint:defermod\nimport"),
        (b"func B(", b"//nolint:defermod\nfunc B("),
        (b"package p\n", b"package p\r\n"),
        (b"return err\n", b"return = err\n"),
    ],
)
def test_the_next_round_finds_what_a_first_one_would(old: bytes, new: bytes) -> None:
    parts = [LOOP.format(name="A", open="os.Open"), KEEPER, LOOP.format(name="B", open="opened")]
    text = text_of(*parts)
    edits = [replaced(text, old, new)]
    before = first_round(Source(text), OPTIONS, CHOSEN, None)
    after = Source(apply_edits(text, edits))
    assert next_round(after, OPTIONS, CHOSEN, None, before, edits).findings == (
        first_round(after, OPTIONS, CHOSEN, None).findings
    )


LOOPS = next(transform for transform in CHOSEN if transform.rule == "defer-in-loop")


def test_only_what_changed_is_looked_at_again() -> None:
    text = text_of(LOOP.format(name="A", open="os.Open"), LOOP.format(name="B", open="os.Open"))
    edits = [replaced(text, b"use(f)", b"use(f, f)")]
    before = first_round(Source(text), OPTIONS, CHOSEN, None)
    looked: list[bytes] = []

    class Watched:
        id, rule, doc = LOOPS.id, LOOPS.rule, LOOPS.doc
        suspects = staticmethod(LOOPS.suspects)

        def findings(self, declaration, options):  # type: ignore[no-untyped-def]
            looked.append(declaration.root.need("name").raw)
            return LOOPS.findings(declaration, options)

    next_round(Source(apply_edits(text, edits)), OPTIONS, [Watched()], None, before, edits)
    assert looked == [b"A"]


def test_what_a_function_does_changes_what_its_callers_are_told() -> None:
    recovering = KEEPER.replace("last = f", "recover()")
    old, new = Source(text_of(recovering)), Source(text_of(KEEPER))
    functions = FileFunctions(old)
    assert "opened" in functions.recovering and "os" not in functions.recovering
    assert functions.in_text(old).answer_as(functions)
    assert not functions.in_text(new).answer_as(functions)


def test_shift() -> None:
    edits = [Edit(2, 2, b"xyz"), Edit(4, 6, b""), Edit(8, 10, b"abc")]
    shift = Shift(edits)
    assert [shift.moved(offset) for offset in (0, 1, 2, 3, 4, 6, 8, 10, 12)] == [0, 1, 5, 6, 7, 7, 9, 12, 14]
    text = b"0123456789abcdef"
    after = apply_edits(text, edits)
    assert all(after[shift.moved(at)] == text[at] for at in (0, 1, 2, 3, 6, 7, 10, 12))
