"""The fuzz target runs: a few hundred texts with a fixed seed.  ``python -m tests.fuzz`` goes on for longer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_RUNS = 800
"""The corpus counts: it is some 650 texts, and grows with the golden cases."""


def test_a_few_hundred_texts(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="no atheris for this platform")
    command = [
        sys.executable,
        "-m",
        "tests.fuzz",
        f"-runs={_RUNS}",
        "-seed=1",
        "-max_len=3000",
        f"-artifact_prefix={tmp_path}/",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-4000:]
    assert f"Done {_RUNS} runs" in done.stderr
