"""Random functions before and after the rewrite, and the oracle that compares them, itself tested."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from defermod.golang.facts import FileFacts
from tests.differential.campaign import TASKS, Campaign, Failure, nothing_exempt
from tests.differential.generator import generate
from tests.differential.mutants import MUTANTS, Mutant, caught
from tests.differential.program import Contract, Pair, Program, Verdict
from tests.differential.reduce import reduce
from tests.differential.rewriters import Found, Rewritten, safe
from tests.differential.tree import Function, Site, print_file, walk
from tests.support_go import needs_go

pytestmark = needs_go

SEED = 1
COUNT = 240


def test_the_same_seed_gives_the_same_function() -> None:
    first, second = (print_file([generate(n, n, (1, 23)) for n in range(20)]).text for _ in range(2))
    assert first == second


def test_random_functions_behave_as_before() -> None:
    """The campaign: no difference, and enough rewritten for that to mean something."""
    campaign = Campaign(SEED, safe, batch=COUNT // 4)
    failures = list(campaign.run(COUNT))
    counts = campaign.counts
    assert not failures, _small(failures) + f"\n{counts}"
    assert counts.share >= 0.5, str(counts)
    assert counts.invalid <= COUNT // 100, str(counts)
    assert counts.moved >= counts.runs // 10, str(counts)


@pytest.mark.parametrize(
    ("explicit", "hot", "unsafe", "share"),
    [
        pytest.param(True, False, False, 0.15, id="loops-safe"),
        pytest.param(True, False, True, 0.8, id="loops", marks=pytest.mark.campaign),
        pytest.param(False, True, True, 0.5, id="functions"),
    ],
)
def test_explicit_calls_behave_as_before(explicit: bool, hot: bool, unsafe: bool, share: float) -> None:
    """To the letter outside of loops; what a panic loses is let pass where the fix says that it may."""
    tool, exempt, contract = TASKS[explicit, hot, unsafe]
    campaign = Campaign(SEED, tool, exempt, batch=COUNT // 2, together=1, contract=contract, hot=hot)
    failures = list(campaign.run(COUNT // 2))
    assert not failures, f"{failures[0]}\n{campaign.counts}"
    assert campaign.counts.share >= share, str(campaign.counts)


def _small(failures: list[Failure]) -> str:
    """The first failure made small, the others by name."""
    rest = [f"{failure.function.name}: {failure.trouble}" for failure in failures[1:]]
    return "\n".join([str(reduce(failures[0], safe, nothing_exempt)), *rest])


# --- the oracle ---------------------------------------------------------------------------------

_LOOP = """\
func F{number}(names []string) (err error) {{
	for range names {{
		iter(1)
{body}
	}}
	done(1)
	return nil
}}
"""
_BEFORE = """\
		f, err := open("a1")
		if err != nil {
			return err
		}
		defer f.Close()
		g := mustOpen("a2")
		defer g.Close()
		f.Use("t3")
		g.Use("t4")"""
_RIGHT = """\
		if err := func() error {
			f, err := open("a1")
			if err != nil {
				return err
			}
			defer f.Close()
			g := mustOpen("a2")
			defer g.Close()
			f.Use("t3")
			g.Use("t4")
			return nil
		}(); err != nil {
			return err
		}"""
_WRONG = {
    "events": _RIGHT.replace('g.Use("t4")\n', ""),
    "outcome": _RIGHT.replace("\t\t\treturn err\n\t\t}", '\t\t\treturn fail("t9")\n\t\t}').replace(
        "fail(", "errors.New("
    ),
    "releases": _RIGHT.replace("defer g.Close()", "_ = g"),
    "order": _RIGHT.replace("defer f.Close()\n", "").replace(
        "defer g.Close()", "defer func() { f.Close(); g.Close() }()"
    ),
    "outlives-iteration": _BEFORE,
    "use-after-release": _RIGHT.replace("defer g.Close()", "g.Close()"),
    "compile": _RIGHT.replace("return nil\n", ""),
    "hang": _RIGHT.replace('g.Use("t4")', 'g.Use("t4")\n\t\t\tfor pick(1) == 0 {\n\t\t\t}'),
    "crash": _RIGHT.replace('g.Use("t4")', 'go func() { panic("loose") }()\n\t\t\tselect {}'),
}
_LATER_BEFORE = """\
		for range names {
			iter(2)
			defer give(take("a1"))
		}
		func() {
			defer give(take("a5"))
			ev("t6")
		}()
		ev("t7")"""
_LATER_AFTER = _LATER_BEFORE.replace(
    'func() {\n\t\t\tdefer give(take("a5"))', '{\n\t\t\tdefer give(take("a5"))'
).replace("}()", "}")
_SITES = (Site(0, "a1", (1,), 2), Site(0, "a2", (1,), 2))


def _pair(number: int, before: str, after: str, sites: tuple[Site, ...] = _SITES) -> Pair:
    function = Function(f"F{number}", number, "", "", "names []string", "(err error)", [], ["rt.Names()"], 1)
    texts = [_LOOP.format(number=number, body=body) for body in (before, after)]
    return Pair(function, texts[0], texts[1], sites)


@pytest.fixture(scope="module")
def verdicts() -> dict[int, Verdict]:
    """All hand-made rewrites, right and wrong, in one program."""
    pairs = [_pair(0, _BEFORE, _RIGHT), _pair(1, _LATER_BEFORE, _LATER_AFTER, ())]
    pairs += [_pair(n, _BEFORE, wrong) for n, wrong in enumerate(_WRONG.values(), len(pairs))]
    with TemporaryDirectory(prefix="defermod-oracle-") as directory:
        program = Program(Path(directory), (1, 22), runs=40, patience=2)
        return {verdict.number: verdict for verdict in program.judge(pairs)}


_EXPLICIT = """\
		f := mustOpen("a1")
		defer f.Close()
		g := mustOpen("a2")
		defer g.Close()
		f.Use("t3")
		return fail("t4")"""
_CALLS = """\
		f := mustOpen("a1")
		g := mustOpen("a2")
		f.Use("t3")
		err = fail("t4")
		g.Close()
		f.Close()
		return err"""
_WRONG_CALLS = {
    "": _CALLS,
    "events": _CALLS.replace('err = fail("t4")\n', "")
    .replace("return err", 'return fail("t4")')
    .replace("f.Use", "g.Use"),
    "order": _CALLS.replace("g.Close()\n\t\tf.Close()", "f.Close()\n\t\tg.Close()"),
    "releases": _CALLS.replace("\t\tf.Close()\n", ""),
    "order late": _CALLS.replace('err = fail("t4")\n', "").replace("return err", 'return fail("t4")'),
}


@pytest.mark.parametrize("wrong", _WRONG_CALLS)
def test_the_oracle_takes_explicit_calls_to_the_letter(wrong: str, tmp_path: Path) -> None:
    pair = _pair(0, _EXPLICIT, _WRONG_CALLS[wrong], ())
    (verdict,) = Program(tmp_path, (1, 22), runs=20, contract=Contract.EXACT).judge([pair])
    assert verdict.trouble == wrong.partition(" ")[0], verdict


def test_the_oracle_accepts_a_right_rewrite(verdicts: dict[int, Verdict]) -> None:
    assert verdicts[0].trouble == "", verdicts[0]
    assert verdicts[0].moved > 0


def test_the_oracle_sees_a_defer_that_was_passed_over(tmp_path: Path) -> None:
    """A tool that says that a defer can run only once had better be right."""
    (verdict,) = Program(tmp_path, (1, 22), runs=20).judge([replace(_pair(0, _BEFORE, _BEFORE, ()), silent=_SITES)])
    assert verdict.trouble == "missed", verdict


def test_the_oracle_sees_a_release_that_came_later(verdicts: dict[int, Verdict]) -> None:
    assert verdicts[1].trouble == "later", verdicts[1]


@pytest.mark.parametrize("trouble", _WRONG)
def test_the_oracle_names_what_is_wrong(verdicts: dict[int, Verdict], trouble: str) -> None:
    verdict = verdicts[list(_WRONG).index(trouble) + 2]
    assert verdict.trouble == trouble, verdict


@pytest.mark.parametrize(
    "mutants",
    [pytest.param(MUTANTS[at::6], id=f"{at + 1} of 6", marks=[pytest.mark.campaign] if at else []) for at in range(6)],
)
def test_every_mutant_is_caught(mutants: tuple[Mutant, ...]) -> None:
    found = caught(5000, mutants)
    survivors = [mutant.name for mutant in mutants if not found[mutant.name]]
    assert not survivors, found


@pytest.mark.campaign
def test_a_failing_function_is_made_small() -> None:
    """A tool that drops every ``continue`` is shown by a loop with little more than one."""

    def wrong(text: str, _version: tuple[int, int], _facts: FileFacts | None = None) -> Rewritten:
        found = Found(text.find("defer"), fixed=True, safe=True, refused=False, reason="")
        return Rewritten(text.replace("continue\n", "\n"), (found,))

    campaign = Campaign(3, wrong, batch=60, facts=False)
    failure = next(failure for failure in campaign.run(60) if failure.trouble == "events")
    small = reduce(failure, wrong, nothing_exempt)
    assert small.trouble == "events"
    assert len(list(walk(small.function.body))) < len(list(walk(failure.function.body)))
    assert small.before.count("\n") <= 20, str(small)
