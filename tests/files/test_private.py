"""Files that are kept between runs are data, this user's own, and nothing of them is taken from others."""

from __future__ import annotations

import json
import os
import pickle
import time
import typing
from pathlib import Path

import pytest

from defermod.files import private
from defermod.files.cache import Results
from defermod.files.plain import from_plain, to_plain
from defermod.model import (
    Blocker,
    Edit,
    FileResult,
    Finding,
    Fix,
    Hazard,
    Problem,
    Refusal,
    Safety,
    Severity,
    Span,
    Status,
)
from tests.files.test_wildmatch import LEAK
from tests.support_cli import defermod

FIX = Fix("t", (Edit(1, 2, b"\xff\0"),), Safety.UNSAFE, (Hazard("panics", "é", Span(1, 2)),), ("a",))
FOUND = (
    Finding("r", "t", Span(0, 3), "f", "m", FIX, Status.FIXABLE, Severity.ERROR),
    Finding("r", "t", Span(0, 3), "f", "m", Refusal("c", "e", (Blocker(Span(4, 5), "n"),)), Status.REFUSED),
)
KIND = tuple[bytes | None, tuple[Finding, ...], tuple[Problem, ...]]


@pytest.mark.parametrize("value", [(None, (), ()), (b"a\x80", FOUND, (Problem("p", Span(1, 1), False),))])
def test_values_come_back(value: object) -> None:
    assert from_plain(KIND)(json.loads(json.dumps(to_plain(value)))) == value


@pytest.mark.parametrize(
    "plain",
    [None, 1, [], [None, [], [], []], [None, [[]], []], [None, [["Finding", "os", "system"]], []], ["☃", [], []]],
)
def test_what_is_no_value_is_an_error(plain: object) -> None:
    with pytest.raises(ValueError):
        from_plain(KIND)(plain)


def test_only_data_is_kept() -> None:
    for kind in typing.get_type_hints(FileResult).values():
        from_plain(kind)
    with pytest.raises(TypeError):
        from_plain(object)
    with pytest.raises(TypeError):
        to_plain((os.system,))


class Runs:
    """Runs a command where it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, (self.command,)


@pytest.mark.parametrize("where", ["environment", "checkout"])
def test_nothing_in_a_cache_is_run(tmp_path: Path, where: str) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "go.mod").write_text("module m\n\ngo 1.24\n")
    (tree / "a.go").write_text(LEAK)
    time.sleep(2.2)  # what has only just changed is not remembered
    directory = tree / ".cache" if where == "checkout" else tmp_path / "cache"
    changes = {"DEFERMOD_CACHE_DIR": str(directory)}
    first = defermod("check", cwd=tree, changes=changes)
    (kept,) = directory.glob("*.results")
    body = pickle.dumps(Runs(f"touch {tmp_path}/RAN"))
    for prefix in (b"defermod cache 1\n", b"defermod cache 2\n"):
        for seal in (b"", b"0" * 16, b"0" * 32):
            kept.write_bytes(prefix + seal + body)
            again = defermod("check", cwd=tree, changes=changes)
            assert (again.stdout, again.stderr) == (first.stdout, first.stderr)
    assert not (tmp_path / "RAN").exists()


def test_what_others_wrote_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that came with a checkout was sealed with another secret."""
    result = FileResult("a.go", b"text", b"text", FOUND)
    for number in (1, 2):
        monkeypatch.setattr(private, "_usual_directory", lambda number=number: tmp_path / f"home{number}")
        kept = Results(tmp_path / "cache", ["key"])
        assert kept.get("a.go", b"text", "") is None
        kept.put(result, "")
        kept.save()
        assert Results(tmp_path / "cache", ["key"]).get("a.go", b"text", "") == result


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o775, 0o777])
def test_a_directory_that_others_could_write_is_closed(tmp_path: Path, mode: int) -> None:
    directory = tmp_path / "cache"
    directory.mkdir()
    directory.chmod(mode)
    assert private.made_private(directory)
    assert not directory.stat().st_mode & 0o022


def test_a_directory_below_one_that_others_can_write_is_not_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    assert not private.made_private(tmp_path / "cache")
    tmp_path.chmod(0o1777)
    assert private.made_private(tmp_path / "cache")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give a directory away")
def test_a_directory_of_another_user_is_not_private(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    os.chown(tmp_path / "cache", 12345, -1)
    assert not private.made_private(tmp_path / "cache")


def test_the_secret_is_one_and_for_this_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "_usual_directory", lambda: tmp_path / "home")
    seal = private.sealed(b"x")
    assert seal is not None and private.is_sealed(b"x", seal) and not private.is_sealed(b"y", seal)
    secret = tmp_path / "home" / "secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in secret.parent.iterdir()] == ["secret"]
    secret.chmod(0o644)
    private._secret_in.cache_clear()
    assert private.sealed(b"x") is None
