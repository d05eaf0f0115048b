"""A command of a fleet: its end is known at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from defermod.fleet import process
from defermod.fleet.values import Limits


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the system does not tell when a process ends")
def test_nobody_waits_for_the_next_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_POLL", 60.0)
    monkeypatch.setattr(process, "_POLL_MOST", 60.0)
    ended = process.run([sys.executable, "-c", "pass"], cwd=tmp_path, environment=os.environ, limits=Limits())
    assert ended.status == 0
    assert ended.seconds < 60
