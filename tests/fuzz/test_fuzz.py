"""The corpora that are kept, without a fuzzer, and a few hundred texts of one with a fixed seed.

``python -m tests.fuzz`` and ``python -m tests.fuzz.inputs`` go on for longer.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from defermod.engine.registry import transforms
from tests.engine.texts import WAYS, failure_of
from tests.fuzz.corpus import corpus
from tests.fuzz.readers import read_by_all, readers

ROOT = Path(__file__).resolve().parents[2]
_RUNS = 1100
"""The corpus counts: some 900 texts, more with each golden case, all of them read however few runs are asked for."""


@pytest.mark.parametrize("way", range(len(WAYS)))
def test_corpus_of_the_engine(way: int) -> None:
    """By all rules together."""
    options = replace(WAYS[way], select=frozenset(transforms()))
    failures = [(text, what) for text in corpus("engine") if (what := failure_of(text, options)) is not None]
    assert not failures, failures[0]


def test_corpus_of_the_inputs(tmp_path: Path) -> None:
    every = readers(tmp_path)
    for text in corpus("inputs"):
        read_by_all(every, text)


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
    runs = re.search(r"Done (\d+) runs", done.stderr)
    assert runs is not None and int(runs[1]) >= _RUNS, done.stderr[-4000:]
