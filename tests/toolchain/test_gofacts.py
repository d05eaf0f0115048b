"""The Go program's own tests, which stand beside it."""

from __future__ import annotations

from pathlib import Path

import defermod.toolchain
from tests.support_go import go, needs_go


@needs_go
def test_go_test_passes() -> None:
    folder = Path(defermod.toolchain.__file__).parent / "gofacts"
    done = go().run(["test", "./..."], cwd=folder, variables={"GOFLAGS": "", "GOWORK": "off"})
    assert not done.code, done.stdout.decode() + done.stderr.decode()
