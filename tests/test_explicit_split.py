"""What a split promises is the compiler's to say: the defers that stay are open-coded afterwards, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from defermod.toolchain.defer_kinds import defer_kinds
from tests.goldens.cases import load_case
from tests.support_go import go, needs_go

_GOLDEN = Path(__file__).parent.parent / "golden" / "explicit-call"


@needs_go
@pytest.mark.parametrize("name", ["split-exits", "split-many", "split-loop", "in-loop"])
def test_stays_and_is_open_coded(tmp_path: Path, name: str) -> None:
    case = load_case(_GOLDEN / name)
    kinds = {side: _kinds(tmp_path / side, text) for side, text in (("in", case.input), ("out", case.output))}
    lines = [expectation.line for expectation in case.expectations]
    assert all(kinds["in"][line] != "open-coded" for line in lines)
    assert all(kinds["out"][line] == "open-coded" for line in lines[:8])


def _kinds(folder: Path, text: bytes) -> dict[int, str]:
    folder.mkdir()
    (folder / "go.mod").write_text("module m\n\ngo 1.22\n")
    path = (folder / "main.go").resolve()
    path.write_bytes(text)
    return dict(defer_kinds(go(), {path: text})[path])
