"""The checker of traces and the reader of cases can say no."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.goldens.cases import CaseError, load_case
from tests.goldens.relation import Relation, Trace, violations

BEFORE = Trace(("open a", "use a", "open b", "use b", "~ close b", "~ close a", "end"))


def trace(text: str, **ending: object) -> Trace:
    return Trace(tuple(text.split(", ")), **ending)  # type: ignore[arg-type]


def broken(relation: str, after: Trace, before: Trace = BEFORE) -> list[str]:
    return violations(Relation(relation), before, after)


@pytest.mark.parametrize("relation", [relation for relation in Relation if relation is not Relation.MENDED])
def test_same_trace(relation: Relation) -> None:
    assert not violations(relation, BEFORE, BEFORE)


def test_mended() -> None:
    assert broken("mended", BEFORE) == ["nothing was wrong before"]
    assert not broken("mended", trace("open a, end"), trace("open a, ! gone, end"))
    assert broken("mended", trace("open a, ! gone, end"), trace("open a, ! gone, end"))


def test_release_earlier() -> None:
    assert not broken("release-earlier", trace("open a, use a, ~ close a, open b, use b, ~ close b, end"))


def test_release_before_use_is_seen_by_what_use_prints() -> None:
    after = trace("open a, ~ close a, use a: closed, open b, use b, ~ close b, end")
    assert broken("release-earlier", after) == ["line 2 is 'use a: closed', used to be 'use a'"]


def test_release_lost() -> None:
    assert broken("release-earlier", trace("open a, use a, open b, use b, ~ close b, end")) == [
        "'~ close a' is not printed any more"
    ]


def test_release_twice() -> None:
    after = trace("open a, use a, ~ close a, open b, use b, ~ close b, ~ close a, end")
    assert "'~ close a' is printed more often than before" in broken("release-earlier", after)


def test_release_later() -> None:
    after = trace("open a, use a, ~ close a, open b, use b, end, ~ close b")
    assert broken("release-earlier", after) == ["'~ close b' is printed later than before"]


def test_release_later_among_equal_lines() -> None:
    before, after = trace("a, ~ x, b, ~ x, c"), trace("a, ~ x, b, c, ~ x")
    assert broken("release-earlier", after, before) == ["'~ x' is printed later than before"]


def test_releases_of_one_iteration_keep_their_order() -> None:
    before = trace("open a, open b, open a2, open b2, ~ b2, ~ a2, ~ b, ~ a")
    assert not broken("release-earlier", trace("open a, open b, ~ b, ~ a, open a2, open b2, ~ b2, ~ a2"), before)
    assert broken("release-earlier", trace("open a, open b, ~ a, ~ b, open a2, open b2, ~ b2, ~ a2"), before) == [
        "~ a / ~ b used to come in another order"
    ]


@pytest.mark.parametrize(
    "after",
    [
        "open a, use a, open b, ~ close b, ~ close a, end",
        "open a, use a, use b, open b, ~ close b, ~ close a, end",
        "open a, use a, open b, use b, ~ close b, ~ close a, end, end",
    ],
)
def test_other_lines_stay(after: str) -> None:
    assert broken("release-earlier", trace(after))
    assert broken("release-added", trace(after))
    assert broken("identical", trace(after))


def test_ending_stays() -> None:
    before = trace("a", panic="panic: x", status=2)
    for relation in ("identical", "release-earlier", "release-added"):
        assert broken(relation, trace("a", panic="panic: y", status=2), before)
        assert broken(relation, trace("a", panic="panic: x", status=1), before)
        assert not broken(relation, before, before)


def test_identical() -> None:
    assert broken("identical", trace("open a, use a, ~ close a, open b, use b, ~ close b, end"))


def test_release_added() -> None:
    before, after = trace("open a, use a, exit"), trace("open a, use a, ~ close a, exit")
    assert broken("release-earlier", after, before)
    assert not broken("release-added", after, before)
    assert broken("release-added", before, after) == ["'~ close a' is not printed any more"]


def case(directory: Path, toml: str) -> Path:
    directory = directory / "loop-closure" / "case"
    directory.mkdir(parents=True)
    (directory / "input.go").write_bytes(b"package main\n\nfunc f() {\n\tfor {\n\t\tdefer g()\n\t}\n}\n")
    (directory / "case.toml").write_text(toml)
    return directory


FIXED = '[[finding]]\nline = 5\nstatus = "fixed"\nsafety = "safe"\nseverity = "warning"\n'


def test_case_is_read(tmp_path: Path) -> None:
    found = load_case(case(tmp_path, 'title = "t"\nrelation = "release-earlier"\ngo = "1.21"\n' + FIXED))
    assert (found.go, found.relation, found.changes) == ((1, 21), Relation.RELEASE_EARLIER, False)


@pytest.mark.parametrize(
    "toml",
    [
        'relation = "unchanged"\n',
        'title = "t"\nrelation = "same"\n' + FIXED,
        'title = "t"\nrelation = "unchanged"\ncolour = "red"\n',
        'title = "t"\nrelation = "release-earlier"\n',
        'title = "t"\nrelation = "release-earlier"\n' + FIXED.replace("5", "4"),
        'title = "t"\nrelation = "release-earlier"\n' + FIXED.replace("5", "50"),
        'title = "t"\nrelation = "release-earlier"\n' + FIXED.replace("safety", "code"),
        'title = "t"\nrelation = "release-earlier"\n' + FIXED.replace('safety = "safe"\n', ""),
        'title = "t"\nrelation = "unchanged"\n' + FIXED.replace("fixed", "refused"),
    ],
)
def test_wrong_case_is_said(tmp_path: Path, toml: str) -> None:
    with pytest.raises(CaseError):
        load_case(case(tmp_path, toml))
