"""What the judge may answer is explained: its codes and assumptions, as its sources spell them, are in the registry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from defermod import codes, toolchain

_GOFACTS = Path(toolchain.__file__).parent / "gofacts"
_SOURCES = "\n".join(path.read_text("utf-8") for path in sorted(_GOFACTS.glob("*.go")) if "_test" not in path.name)
_CODES = sorted(set(re.findall(r'\.add(?:Witness)?\("([a-z-]+)"', _SOURCES)))
_ASSUMPTIONS = sorted(
    set(re.findall(r'assumes\["([a-z-]+)"\]', _SOURCES))
    | set(re.findall(r"^[^#\n].*\bassumes:([a-z-]+)", (_GOFACTS / "effects.txt").read_text("utf-8"), re.MULTILINE))
)


def test_there_are_some() -> None:
    assert "escapes-iteration" in _CODES and "owned-result" in _ASSUMPTIONS


@pytest.mark.parametrize("name", [*_CODES, *_ASSUMPTIONS])
def test_each_is_explained(name: str) -> None:
    assert name in codes.entries()


def test_assumptions_are_assumptions() -> None:
    assert set(_ASSUMPTIONS) <= {one.entry.name for one in codes.Assumption}
