"""The Go program's own tests, which stand beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

import defermod.toolchain
from tests.support_go import go, needs_go


@needs_go
def test_go_test_passes() -> None:
    _go_test()


@needs_go
@pytest.mark.campaign
def test_a_judge_that_ignores_any_one_effect_is_noticed() -> None:
    _go_test("-run", "TestEachEffectIsAskedFor", campaign="1")


def _go_test(*arguments: str, campaign: str = "") -> None:
    folder = Path(defermod.toolchain.__file__).parent / "gofacts"
    variables = {"GOFLAGS": "", "GOWORK": "off", "GOFACTS_CAMPAIGN": campaign}
    done = go().run(["test", *arguments, "./..."], cwd=folder, variables=variables)
    assert not done.code, done.stdout.decode() + done.stderr.decode()
