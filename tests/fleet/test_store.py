"""A file of results that somebody else has made is data, and says what it can't be."""

from __future__ import annotations

import sqlite3
import zlib
from pathlib import Path

import pytest

from tests.files.test_wildmatch import LEAK
from tests.support_cli import defermod

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
CASES = {
    "a view without an end": (
        f"DROP TABLE finding; CREATE VIEW finding AS {ENDLESS} SELECT 1 run, 't' key, x position, '{{}}' data FROM n",
        "finding is not a table of a run",
    ),
    "a trigger": ("CREATE TRIGGER t BEFORE INSERT ON run BEGIN DELETE FROM run; END", "t is not a table of a run"),
    "deep JSON": ("UPDATE finding SET data = replace(hex(zeroblob(50000)), '0', '[')", "invalid JSON"),
    "no JSON": ("UPDATE finding SET data = 'x'", "invalid JSON"),
    "a diff that is none": ("UPDATE change SET diff = zeroblob(9)", "a diff is broken"),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a run over one module."""
    root = tmp_path_factory.mktemp("fleet")
    (root / "m").mkdir()
    (root / "m" / "go.mod").write_text("module m\n\ngo 1.22\n")
    (root / "m" / "a.go").write_text(LEAK)
    command = ("fix", "--unsafe-fixes", "--validate", "none")
    done = defermod("fleet", "run", "m", "--db", "x.db", "--", *command, cwd=root)
    assert done.returncode in (0, 1), done.stderr
    with sqlite3.connect(root / "x.db") as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return (root / "x.db").read_bytes()


@pytest.mark.parametrize("case", CASES)
def test_file_from_elsewhere(case: str, results: bytes, tmp_path: Path) -> None:
    statements, message = CASES[case]
    (tmp_path / "x.db").write_bytes(results)
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.executescript(statements)
        assert case != "a diff that is none" or connection.execute("SELECT count(*) FROM change").fetchone() == (1,)
    done = defermod("fleet", "report", "x.db", cwd=tmp_path, timeout=60)
    assert done.returncode == 2
    assert message in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_a_diff_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    from defermod.fleet import store
    from defermod.fleet.values import FleetError

    monkeypatch.setattr(store, "_MOST_DIFF", 1000)
    assert store._inflated(zlib.compress(b"x" * 1000)) == b"x" * 1000
    with pytest.raises(FleetError, match="broken, or of more"):
        store._inflated(zlib.compress(b"x" * 1_000_000))
