"""The labelled set: what is called SAFE is labelled so, and most of what is safe is called so."""

from __future__ import annotations

import pytest

from tests.labelled.score import Judgement, judgements, score


@pytest.fixture(scope="module")
def judged() -> list[Judgement]:
    return list(judgements())


FLOOR = 0.77
"""Of what is safe, the share that has to be called so: what is reached, not what is aimed at, which is 0.90."""


def test_nothing_else_is_called_safe(judged: list[Judgement]) -> None:
    assert [(j.file, j.line) for j in judged if j.verdict == "safe" and j.label != "safe"] == []


def test_most_of_what_is_safe_is_called_so(judged: list[Judgement]) -> None:
    assert score(judged).recall >= FLOOR


def test_what_is_no_finding_is_none(judged: list[Judgement]) -> None:
    assert [j for j in judged if (j.verdict == "none") != (j.label == "none")] == []
