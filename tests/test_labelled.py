"""The labelled set: nothing is called SAFE that a careful reader does not, and most of what is safe is."""

from __future__ import annotations

import pytest

from tests.labelled.score import Judgement, judgements, score


@pytest.fixture(scope="module")
def judged() -> list[Judgement]:
    return list(judgements())


def test_nothing_else_is_called_safe(judged: list[Judgement]) -> None:
    assert [j for j in judged if j.verdict == "safe" and j.label != "safe"] == []


def test_most_of_what_is_safe_is_called_so(judged: list[Judgement]) -> None:
    assert score(judged).recall >= 0.85


def test_what_is_no_finding_is_none(judged: list[Judgement]) -> None:
    assert [j for j in judged if (j.verdict == "none") != (j.label == "none")] == []
