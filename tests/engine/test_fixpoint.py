"""One file to its fixed point: rounds, choices, where findings are said to be, and input of every kind."""

# ruff: noqa: E501  (a case of a table is a line)

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defermod.config import Settings
from defermod.engine import fixpoint as engine
from defermod.engine.fixpoint import MAX_ROUNDS, NotConvergingError
from defermod.model import Edit, EditError, FileResult, Finding, Fix, Options, Safety, Span, Status, apply_edits, joined
from defermod.pipeline.request import Mode, Request
from defermod.pipeline.run import apply, run
from defermod.toolchain.gofmt import GofmtError, format_texts
from tests.support_facts import judged
from tests.support_go import GOLDEN, go, golden_inputs, needs_go


def analyse(path: str, text: bytes, options: Options, skip: frozenset[int] = frozenset()) -> FileResult:
    """The engine's result where the judge has nothing against any fix but those of what is called ``hold``."""
    return engine.analyse(path, text, options, skip=skip, facts=judged(text, hold=("held-for-later", False)))


BOLD = Options(unsafe_fixes=True, go_version=(1, 24))
CAREFUL = Options(go_version=(1, 24))
ONE_FILE = """\
f, err := os.Open(name)
if err != nil {
return err
}
defer f.Close(){comment}
if _, err := f.Stat(); err != nil {
return err
}
"""


def opened(inner: str = "", *, variable: str = "f", comment: str = "") -> str:
    """Statements that open a file, defer its closing, and use it."""
    text = ONE_FILE.replace("{comment}", comment).replace("f,", f"{variable},").replace("f.", f"{variable}.")
    return text + inner


def loop(body: str) -> str:
    return f"for _, name := range names {{\n{body}\n}}\n"


def file(*bodies: str) -> bytes:
    """A file of functions ``F0``, ``F1``... with these bodies."""
    functions = [
        f"func F{number}(names []string) error {{\n{body}return nil\n}}\n" for number, body in enumerate(bodies)
    ]
    return ('package p\n\nimport "os"\n\n' + "\n".join(functions)).encode()


def nested(depth: int) -> str:
    text = ""
    for level in range(depth, 0, -1):
        text = loop(opened(text, variable=f"f{level}"))
    return text


def statuses(result: FileResult) -> list[str]:
    return [finding.status.value for finding in result.findings]


def lines_of(result: FileResult) -> list[int]:
    return [result.before[: finding.span.start].count(b"\n") + 1 for finding in result.findings]


@cache
def golden_results(options: Options) -> dict[str, FileResult]:
    return {name: analyse(name, text, options) for name, text in golden_inputs().items()}


@cache
def golden_second_results(options: Options) -> dict[str, FileResult]:
    """Return the results of a second run over the first one's."""
    return {name: analyse(name, once.after, options) for name, once in golden_results(options).items()}


def defers_in_loops(text: bytes) -> list[Finding]:
    return list(analyse("x.go", text, CAREFUL).findings)


class TestApplyEdits:
    @pytest.mark.parametrize(
        ("edits", "expected"),
        [
            ([], b"abcdef"),
            ([Edit(0, 0, b"X")], b"Xabcdef"),
            ([Edit(6, 6, b"X")], b"abcdefX"),
            ([Edit(1, 3, b"")], b"adef"),
            ([Edit(1, 3, b"XYZ"), Edit(3, 4, b"W")], b"aXYZWef"),
            ([Edit(2, 2, b"1"), Edit(2, 2, b"2")], b"ab12cdef"),
            ([Edit(0, 6, b"")], b""),
        ],
    )
    def test_applied(self, edits: list[Edit], expected: bytes) -> None:
        assert apply_edits(b"abcdef", edits) == expected
        assert not edits or apply_edits(b"abcdef", [joined(b"abcdef", edits)]) == expected

    @pytest.mark.parametrize(
        "edits",
        [
            [Edit(0, 3, b""), Edit(2, 4, b"")],
            [Edit(3, 4, b""), Edit(0, 1, b"")],
            [Edit(4, 7, b"")],
            [Edit(3, 2, b"")],
            [Edit(-1, 2, b"")],
        ],
    )
    def test_refused(self, edits: list[Edit]) -> None:
        with pytest.raises(EditError):
            apply_edits(b"abcdef", edits)


class TestFixpoint:
    def test_nothing_of_concern(self) -> None:
        text = b"package p\n\nfunc f() { for {} }\n"
        result = analyse("x.go", text, CAREFUL)
        assert result == FileResult("x.go", text, text)

    def test_one(self) -> None:
        result = analyse("x.go", file(loop(opened())), CAREFUL)
        assert statuses(result) == ["fixed"] and result.changed and not result.problems
        assert defers_in_loops(result.after) == []

    def test_a_derived_value_that_a_closure_now_releases_still_keeps_others_together(self) -> None:
        """Else a second run takes the last defer for one by itself, which the first did not."""
        text = b"""package p

func f(names []string) (int, error) {
	for {
		inner, cancel := context.WithCancel(context.Background(), "a")
		defer cancel()
		select {
		case <-a:
			defer file.Close()
			return 0, err
		case <-b:
			for range names {
				select {
				default:
					ctx, stop := context.WithCancel(inner, "b")
					defer stop()
					if err := ctx.Err("c"); err != nil {
					}
				}
			}
		}
		{
			ctx, stop := context.WithCancel(inner, "d")
			defer stop()
			if err := ctx.Err("e"); err != nil {
			}
		}
		if err := fail("f"); err != nil {
		}
	}
}
"""
        first = analyse("x.go", text, CAREFUL)
        assert first.changed
        assert not analyse("x.go", first.after, CAREFUL).changed

    @pytest.mark.parametrize("depth", [2, 3, 5])
    def test_nested_loops(self, depth: int) -> None:
        result = analyse("x.go", file(nested(depth)), CAREFUL)
        assert statuses(result) == ["fixed"] * depth
        assert defers_in_loops(result.after) == []
        assert result.after.count(b"func() error {") == depth

    def test_the_findings_are_those_of_the_text_that_came_in(self) -> None:
        text = file(nested(3), loop(opened()))
        result = analyse("x.go", text, CAREFUL)
        assert [text[f.span.start : f.span.end] for f in result.findings] == [
            b"defer f1.Close()", b"defer f2.Close()", b"defer f3.Close()", b"defer f.Close()"
        ]  # fmt: skip
        assert [f.function for f in result.findings] == ["F0", "F0", "F0", "F1"]

    def test_an_inner_fix_hides_no_return(self) -> None:
        """A result that a call gave beside the resource is returned as an error, before and after it is in a closure."""
        body = """
        for _, name := range names {
            f, err := os.Open(name)
            if err != nil {
                return err
            }
            defer f.Close()
            lock.Lock()
            stop, err2 := os.Open("other")
            if err2 != nil {
                return err2
            }
            defer stop.Close()
            stop.Sync()
            in, problem := gzip.NewReader(f)
            if problem != nil {
                return problem
            }
            in.Read(nil)
        }
        return nil"""
        text = f"package p\n\nfunc F(names []string) error {{{body}\n}}\n".encode()
        once = analyse("x.go", text, CAREFUL)
        assert statuses(once) == ["fixed", "fixed"]
        assert not analyse("x.go", once.after, CAREFUL).changed

    @pytest.mark.parametrize("options", [CAREFUL, BOLD], ids=["safe", "unsafe"])
    def test_a_second_run_changes_nothing(self, options: Options) -> None:
        for name, twice in golden_second_results(options).items():
            assert not twice.changed, name
            assert Status.FIXED not in {finding.status for finding in twice.findings}, name

    def test_what_is_fixed_is_found_no_more_and_the_rest_still_is(self) -> None:
        for name, first in golden_results(CAREFUL).items():
            second = golden_second_results(CAREFUL)[name]
            left = [f for f in first.findings if f.status in (Status.REFUSED, Status.UNSAFE)]
            assert [first.before[f.span.start : f.span.end] for f in left] == [
                second.before[f.span.start : f.span.end] for f in second.findings
            ], name

    def test_unsafe_fixes_are_for_those_who_ask(self) -> None:
        text = file(loop(opened()), loop(opened(variable="hold")))
        careful, bold = analyse("x.go", text, CAREFUL), analyse("x.go", text, BOLD)
        assert statuses(careful) == ["fixed", "unsafe"]
        assert statuses(bold) == ["fixed", "fixed"]
        assert [f.fix.safety for f in bold.findings if f.fix] == [Safety.SAFE, Safety.UNSAFE]

    def test_not_converging(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(engine, "MAX_ROUNDS", 2)
        with pytest.raises(NotConvergingError, match="2 rounds"):
            analyse("x.go", file(nested(3)), CAREFUL)
        assert MAX_ROUNDS == 10

    def test_what_does_not_parse_is_not_made(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(engine, "apply_edits", lambda text, edits: apply_edits(text, edits) + b"}\n")
        result = analyse("x.go", file(loop(opened())), CAREFUL)
        assert not result.changed
        assert statuses(result) == ["rejected"]
        (problem,) = result.problems
        assert "does not parse" in problem.message

    def test_rules_that_are_not_selected(self) -> None:
        result = analyse("x.go", file(loop(opened())), replace(CAREFUL, select=frozenset()))
        assert not result.findings and not result.changed

    @pytest.mark.parametrize("loop", ["for _, name := range names {", "for i := 0; i < len(names); {"])
    def test_a_goto_that_starts_the_loop_anew_stays_one(self, loop: str) -> None:
        body = "again:\n" + loop + "\n" + opened("if retry() {\ngoto again\n}\n") + "}\n"
        assert b"goto again" in analyse("x.go", file(body), CAREFUL).after


class TestSkip:
    def test_a_rejected_fix_is_not_made(self) -> None:
        text = file(loop(opened()), loop(opened(variable="g")))
        first, second = analyse("x.go", text, CAREFUL).findings
        result = analyse("x.go", text, CAREFUL, skip=frozenset({first.span.start}))
        assert statuses(result) == ["rejected", "fixed"]
        assert result.after.startswith(text[: second.span.start - 100])
        assert not analyse("x.go", text, CAREFUL, skip=frozenset({first.span.start, second.span.start})).changed

    def test_a_rejected_outer_fix_leaves_the_inner_ones(self) -> None:
        text = file(nested(2))
        outer, inner = analyse("x.go", text, CAREFUL).findings
        result = analyse("x.go", text, CAREFUL, skip=frozenset({outer.span.start}))
        assert statuses(result) == ["rejected", "fixed"]
        assert [f.span.start for f in result.findings] == [outer.span.start, inner.span.start]

    def test_a_rejected_inner_fix(self) -> None:
        text = file(nested(2))
        _, inner = analyse("x.go", text, CAREFUL).findings
        result = analyse("x.go", text, CAREFUL, skip=frozenset({inner.span.start}))
        assert statuses(result)[1] == "rejected"

    def test_defers_that_share_a_fix_are_rejected_together(self) -> None:
        text = file(loop(opened(opened(variable="g"))))
        first, second = analyse("x.go", text, CAREFUL).findings
        assert first.fix == second.fix
        result = analyse("x.go", text, CAREFUL, skip=frozenset({second.span.start}))
        assert not result.changed
        assert "fixed" not in statuses(result)

    def test_of_nothing(self) -> None:
        text = file(loop(opened()))
        assert analyse("x.go", text, CAREFUL, skip=frozenset({0, 5, 10**9})) == analyse("x.go", text, CAREFUL)


class TestLines:
    TEXT = file(loop(opened()), loop(opened()))

    def test_only_those(self) -> None:
        first, second = lines_of(analyse("x.go", self.TEXT, CAREFUL))
        for lines, expected in [
            ((1, 10_000), [first, second]),
            ((first, first), [first]),
            ((second, second), [second]),
            ((first, second), [first, second]),
            ((first + 1, second - 1), []),
            ((1, first - 1), []),
        ]:
            result = analyse("x.go", self.TEXT, replace(CAREFUL, lines=lines))
            assert lines_of(result) == expected
            assert statuses(result) == ["fixed"] * len(expected)

    def test_the_rest_of_the_text_stays(self) -> None:
        _, second = lines_of(analyse("x.go", self.TEXT, CAREFUL))
        result = analyse("x.go", self.TEXT, replace(CAREFUL, lines=(second, second)))
        half = self.TEXT.index(b"func F1")
        assert result.after.startswith(self.TEXT[:half])

    def test_an_inner_loop_alone(self) -> None:
        text = file(nested(2))
        _, inner = lines_of(analyse("x.go", text, CAREFUL))
        result = analyse("x.go", text, replace(CAREFUL, lines=(inner, inner)))
        assert lines_of(result) == [inner]
        assert [f.function for f in defers_in_loops(result.after)] == ["F0"]


class TestSilenced:
    @pytest.mark.parametrize("comment", [" //nolint", " //nolint:defermod", " //defermod:ignore on purpose"])
    def test_at_the_defer(self, comment: str) -> None:
        result = analyse("x.go", file(loop(opened(comment=comment))), CAREFUL)
        assert not result.findings and not result.changed

    def test_another_linter(self) -> None:
        assert analyse("x.go", file(loop(opened(comment=" //nolint:errcheck"))), CAREFUL).changed

    def test_at_the_loop_and_at_the_function(self) -> None:
        text = file(loop(opened()))
        for place in (b"for _, name", b"func F0"):
            silenced = text.replace(place, b"//defermod:ignore\n" + place)
            assert not analyse("x.go", silenced, CAREFUL).findings

    def test_a_closure_is_never_put_around_a_silenced_defer(self) -> None:
        for quiet, loud in (("f", "g"), ("g", "f")):
            inner = opened(variable=quiet, comment=" //nolint") if quiet == "g" else opened(variable="g")
            outer = opened(inner, variable="f", comment=" //nolint" if quiet == "f" else "")
            result = analyse("x.go", file(loop(outer)), CAREFUL)
            assert [f.span for f in result.findings if f"defer {quiet}.".encode() in text_of(result, f)] == []
            if loud == "f":
                assert [f.refusal.code for f in result.findings if f.refusal] == ["silenced-neighbour"]
                assert not result.changed

    def test_nolint_in_a_string_is_no_comment(self) -> None:
        text = file(loop('_ = "//nolint"; ' + opened()))
        assert analyse("x.go", text, CAREFUL).changed


def text_of(result: FileResult, finding: Finding) -> bytes:
    return result.before[finding.span.start : finding.span.end]


class TestProblems:
    def test_a_broken_declaration_spares_the_others(self) -> None:
        text = file(loop(opened()), "x = = 1\n" + loop(opened()))
        result = analyse("x.go", text, CAREFUL)
        assert [f.function for f in result.findings] == ["F0"]
        assert statuses(result) == ["fixed"] and len(result.problems) == 1

    def test_too_deep(self) -> None:
        for deep in (
            "{" * 500 + loop(opened()) + "}" * 500 + "\n",
            loop("x := " + "(" * 2000 + "y" + ")" * 2000 + "\n" + opened()),
        ):
            text = file(loop(opened()), deep)
            result = analyse("x.go", text, CAREFUL)
            assert [f.function for f in result.findings] == ["F0"]
            (problem,) = result.problems
            assert "nests too deep" in problem.message and not problem.fatal
            assert problem.span is not None and problem.span.start == text.index(b"func F1")

    def test_jumps_that_lead_nowhere(self) -> None:
        for jump in ("break L", "continue L", "goto L", "fallthrough"):
            analyse("x.go", file(loop(opened(f"if x {{\n{jump}\n}}\n"))), BOLD)


def settled_statuses(result: FileResult) -> None:
    """The statuses go with the outcomes."""
    for finding in result.findings:
        if finding.refusal is not None:
            assert finding.status in (Status.REFUSED, Status.UNDECIDED)
        else:
            assert finding.status is not Status.REFUSED


def check(text: bytes, options: Options) -> FileResult:
    """Check the properties that hold for any text."""
    return checked(analyse("x.go", text, options), text)


def checked(result: FileResult, text: bytes) -> FileResult:
    assert result.before == text
    places = [(finding.span, finding.rule) for finding in result.findings]
    assert len(places) == len(set(places))
    assert [span for span, _ in places] == sorted(span for span, _ in places)
    settled_statuses(result)
    for finding in result.findings:
        assert finding.rule == "exit-after-defer" or text_of(result, finding).startswith(b"defer")
        if finding.refusal is not None:
            assert all(b.span in Span(0, len(text)) for b in finding.refusal.blockers)
        fix = finding.fix
        if fix is not None:
            assert fix.edits
            assert all(left.end <= right.start for left, right in pairwise(fix.edits))
            assert not {0, 1} & set(b"".join(e.new for e in fix.edits)) - set(text)
            apply_edits(text, fix.edits)
    assert result.changed == any(finding.status is Status.FIXED for finding in result.findings)
    return result


TOKENS = [
    *[
        "for",
        "{",
        "}",
        "(",
        ")",
        "defer",
        "go",
        "func",
        "if",
        "else",
        "switch",
        "select",
        "case",
        "default",
        "range",
        "return",
        "break",
        "continue",
        "goto",
        "fallthrough",
    ],
    *[
        "L",
        "L:",
        "x",
        "err",
        "nil",
        "1",
        "f()",
        "recover()",
        "panic(x)",
        "!=",
        "==",
        "<-",
        "*",
        "&",
        ".",
        "[",
        "]",
        ":",
        ":=",
        "=",
        ",",
        ";",
        '"s"',
        "`r`",
        "/*c*/",
    ],
    "\n",
    "//c\n",
]


class TestAnyText:
    @given(st.binary(max_size=300))
    @settings(max_examples=60, deadline=None)
    def test_bytes(self, text: bytes) -> None:
        check(b"package p\nfunc f() { for { defer f() } }\n" + text, BOLD)
        check(text + b" for defer goto", BOLD)

    @given(st.lists(st.sampled_from(TOKENS), max_size=60))
    @settings(max_examples=150, deadline=None)
    def test_tokens(self, tokens: list[str]) -> None:
        check(f"package p\nfunc f(x any) (err error) {{ for {{ defer f()\n {' '.join(tokens)}\n }} }}\n".encode(), BOLD)


STATEMENTS = [
    "return", "return err", "return nil", "break", "continue", "break L", "continue L", "goto M", "goto L", "panic(err)",
    "M:\nx++", "M:", "defer g()", "defer f.Close()", "defer func() { _ = recover() }()", "f, err := os.Open(name)",
    "if err != nil {\nreturn err\n}", "if x {\nbreak\n}", "if x {\ncontinue L\n}", "if x {\ngoto M\n}", "go func() { f.Close() }()",
    "for {\ndefer h()\nbreak\n}", "switch {\ncase x:\nbreak\ndefault:\ncontinue\n}", "select {\ncase <-c:\nreturn g()\n}",
    "switch x := y.(type) {\ncase int:\nreturn x\n}", "{\ndefer f.Close()\nf.Stat()\n}", "all = append(all, f)", "// comment",
    "x := `a\n\tb`", "/* a\n b */", "var y T", "type T int", "const z = 1", "return f, err", "f.mu.Lock()", "defer f.mu.Unlock()",
    "for range x {\nf, err := os.Open(x)\nif err != nil {\nreturn err\n}\ndefer f.Close()\nf.Stat()\n}", "switch {\ncase x:\nfallthrough\ndefault:\ndefer g()\n}",
]  # fmt: skip
RESULTS = [
    "",
    "error",
    "(int, error)",
    "(err error)",
    "(n int, err error)",
    "(*T, error)",
    "(m map[string]T, ok bool)",
    "T",
]


def mutations(seed: int, count: int) -> list[bytes]:
    """Golden inputs with pieces cut out, repeated, exchanged or put in, and functions of random statements."""
    dice = random.Random(seed)
    inputs = list(golden_inputs().values())
    texts = []
    for _ in range(count):
        text = dice.choice(inputs)
        kind = dice.randrange(6)
        lines = text.split(b"\n")
        at = dice.randrange(len(lines))
        if kind == 0:
            text = text[: dice.randrange(len(text))]
        elif kind == 1:
            start = dice.randrange(len(text))
            text = text[:start] + text[start + dice.randrange(1, 30) :]
        elif kind == 2:
            text = b"\n".join([*lines[:at], *lines[at + 1 :]])
        elif kind == 3:
            text = b"\n".join([*lines[: at + 1], *lines[at:]])
        elif kind == 4:
            statement = dice.choice(STATEMENTS).encode()
            text = b"\n".join([*lines[:at], statement, *lines[at:]])
        else:
            body = "\n".join(dice.choices(STATEMENTS, k=dice.randrange(1, 9)))
            label, result = dice.choice(["L:\n", ""]), dice.choice(RESULTS)
            text = f"package p\n\nfunc f() {result} {{\n{label}for _, name := range x {{\n{body}\n}}\n}}\n".encode()
            if dice.random() < 0.2:
                text = text.replace(b"\n", b"\r\n")
        texts.append(text)
    return texts


@needs_go
class TestStillGo:
    COUNT = 1200

    def assert_parse(self, pairs: list[tuple[bytes, bytes]]) -> None:
        """Assert that the second text of a pair parses where the first one does."""
        told = format_texts(go(), [text for pair in pairs for text in pair])
        parsed = 0
        for index, (_, after) in enumerate(pairs):
            before, result = told[2 * index], told[2 * index + 1]
            if isinstance(before, GofmtError):
                continue
            parsed += 1
            assert not isinstance(result, GofmtError), f"{result}\n{after.decode(errors='replace')}"
        assert parsed > len(pairs) / 4

    def test_mutations(self) -> None:
        pairs: list[tuple[bytes, bytes]] = []
        for number, text in enumerate(mutations(7, self.COUNT)):
            result = check(text, BOLD if number % 2 else CAREFUL)
            if result.changed:
                pairs.append((text, result.after))
        assert len(pairs) > 100
        self.assert_parse(pairs)

    def test_each_fix_alone(self) -> None:
        pairs: list[tuple[bytes, bytes]] = []
        for name, text in golden_inputs().items():
            findings = checked(golden_results(BOLD)[name], text).findings
            fixes: dict[tuple[Edit, ...], Fix] = {
                finding.fix.edits: finding.fix for finding in findings if finding.fix is not None
            }
            pairs += [(text, apply_edits(text, edits)) for edits in fixes]
        assert len(pairs) > 50
        self.assert_parse(pairs)

    def test_gofmt_has_nothing_to_do(self) -> None:
        """A file that is as gofmt has it stays so."""
        inputs = golden_inputs()
        results = {name: result.after for name, result in golden_results(BOLD).items()}
        before = format_texts(go(), list(inputs.values()))
        after = format_texts(go(), list(results.values()))
        for name, old, new in zip(inputs, before, after, strict=True):
            assert old != inputs[name] or new == results[name], name


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A golden input with pieces cut out, and statements and bytes put in."""
    text = draw(st.sampled_from(GOLDEN_INPUTS))
    pieces = st.one_of(st.sampled_from(STATEMENTS).map(str.encode), st.binary(max_size=3))
    for place, length, piece in draw(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), pieces), max_size=2)):
        at = int(place * len(text))
        text = text[:at] + piece + text[at + length :]
    return text


@st.composite
def made(draw: st.DrawFn) -> bytes:
    """A function with a loop of random statements, in one of the ways in which files are laid out."""
    body = "\n".join(draw(st.lists(st.sampled_from(STATEMENTS), max_size=8)))
    label, result = draw(st.sampled_from(["L:\n", ""])), draw(st.sampled_from(RESULTS))
    text = f"package p\n\nfunc f() {result} {{\n{label}for _, name := range x {{\n{body}\n}}\n}}\n".encode()
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return mark + text.replace(b"\n", draw(st.sampled_from([b"\n", b"\r\n"])))


GOLDEN_INPUTS = [path.read_bytes() for path in sorted(GOLDEN.parent.glob("*/*/input.go"))]
TEXTS = st.one_of(made(), damaged(), st.binary(max_size=200))


@needs_go
class TestWholeWay:
    """From bytes on the disk to bytes on the disk, whatever they are."""

    PLAIN = Settings(validate=(), unsafe_fixes=True, cache=False, jobs=1)
    SETTINGS = (
        PLAIN,
        PLAIN.overridden({"loop_style": "explicit"}),
        PLAIN.overridden({"hot": ("*",), "ignore": ("defer-in-loop",)}),
    )

    @given(st.lists(TEXTS, min_size=1, max_size=8), st.sampled_from(SETTINGS))
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def test_files(self, texts: list[bytes], wishes: Settings) -> None:
        self.hold(texts, wishes)

    @pytest.mark.campaign
    @given(st.lists(TEXTS, min_size=1, max_size=8), st.sampled_from(SETTINGS))
    @settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def test_other_files_each_time(self, texts: list[bytes], wishes: Settings) -> None:
        self.hold(texts, wishes)

    def hold(self, texts: list[bytes], wishes: Settings) -> None:
        """No exception; what gofmt took it still takes; all else is as it was; a second run changes nothing."""
        wanted = Request(Mode.FIX, ("./...",), wishes)
        with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patched:
            patched.chdir(name)
            patched.setattr("defermod.pipeline.run._go", lambda: None)
            files = [Path(f"f{number}.go") for number in range(len(texts))]
            for file, text in zip(files, texts, strict=True):
                file.write_bytes(text)
            result = apply(run(wanted))
            after = [file.read_bytes() for file in files]
            changed = {Path(one.path): one for one in result.changed}
            for file, old, new in zip(files, texts, after, strict=True):
                assert (new != old) == (file in changed)
                if file in changed:
                    assert checked(changed[file], old).after == new
            told = format_texts(go(), [*texts, *after])
            for was, now in zip(told, told[len(texts) :], strict=False):
                assert isinstance(was, GofmtError) or not isinstance(now, GofmtError), now
            assert not run(wanted).changed
            assert {Path(one.name) for one in Path().iterdir()} == set(files)


_LITERAL_WITHOUT_DECLARATION = b"""\
	if len(r.flows) > 0 {
		r.t.Errorf("closed with unfinished flows")
func (r *replayingConn) RemoteAddr() net.Addr               { return nil }
func tempFile(contents string) string {
	file, err := os.CreateTemp("", "go-tls-test")
_ = func(t testing.TB) (net.Conn, net.Conn) {
	// We expect a rare mismatch, but probably not 5 in a row.
	for i := 0; i < 5; i++ {
		tooSlow := time.NewTimer(1 * time.Second)
		defer tooSlow.Stop()
		if err != nil {
			c1.Close()
			continue
		}
		for {
			select {
			}
		}
	}

}

_ = func(b []byte) (n int, err error) {
"""


def test_a_literal_that_the_grammar_leaves_outside_all_declarations_has_a_name() -> None:
    found = analyse("a.go", _LITERAL_WITHOUT_DECLARATION, Options()).findings
    assert [finding.function for finding in found] == ["glob..func1"]
