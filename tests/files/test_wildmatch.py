"""Ignore patterns: what git ignores is ignored, whatever the pattern, and in linear time."""

from __future__ import annotations

import os
import random
import subprocess
import time
from pathlib import Path, PurePosixPath

import pytest

from defermod.files.wildmatch import Glob, Patterns
from tests.support_cli import defermod, git_without_settings

LEAK = """package m

import "os"

func g(ps []string) {
\tfor _, p := range ps {
\t\tf, err := os.Open(p)
\t\tif err != nil {
\t\t\tcontinue
\t\t}
\t\tdefer f.Close()
\t\t_, _ = f.Stat()
\t}
}
"""

_PATHS = """a|b|ab|a.b|a]|A|0|-|a/b|a/a|b/a.b|a/b/ab|ab/a/b|a/b/a/b|b/b/b|A/a|0/0/a|é|a/é|!a|#a|[a|a/[|\\a|*|a*|aab|
abab|aaa/bbb/aab|.a|.b/a|a0|0a|a-b|-/-| a|a """.replace("\n", "").split("|")
_BRACKETS = [
    "a",
    "b",
    "a-c",
    "z-a",
    "0-9",
    "]",
    "[:alpha:]",
    "[:digit:]",
    "[:x:]",
    "[:",
    "\\]",
    "\\a",
    "-",
    "\\-b",
    "A-Z",
]


def _piece(draw: random.Random) -> str:
    kind = draw.random()
    if kind < 0.45:
        return draw.choice("abA0.-é")
    if kind < 0.6:
        return draw.choice(["*", "**", "***", "?", "*"])
    if kind < 0.8:
        inside = "".join(draw.choice([*_BRACKETS, "/", "!"]) for _ in range(draw.randint(0, 3)))
        return f"[{draw.choice(['', '!', '^'])}{inside}{draw.choice([']', ']', ']', ']', ''])}"
    if kind < 0.92:
        return "/"
    return draw.choice(["\\", "\\*", "\\a", " ", "\\ ", "!", "#", "\\["])


def _pattern(draw: random.Random) -> str:
    text = "".join(_piece(draw) for _ in range(draw.randint(1, 7)))
    for share, change in (
        (0.15, "!{}"),
        (0.2, "{}/"),
        (0.15, "**/{}"),
        (0.1, "{}/**"),
        (0.1, "{} "),
    ):
        if draw.random() < share:
            text = change.format(text.replace("{", "").replace("}", ""))
    return text


@pytest.fixture
def repository(tmp_path: Path) -> tuple[Path, dict[str, bool]]:
    """A repository with the paths above, and whether each is a directory."""
    directories = {str(parent) for path in _PATHS for parent in PurePosixPath(path).parents if str(parent) != "."}
    paths = {path: path in directories for path in sorted(directories | set(_PATHS))}
    for path in directories:
        (tmp_path / path).mkdir(parents=True, exist_ok=True)
    for path, is_directory in paths.items():
        if not is_directory:
            (tmp_path / path).touch()
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path, paths


def test_random_patterns_ignore_what_git_ignores(repository: tuple[Path, dict[str, bool]]) -> None:
    root, paths = repository
    draw = random.Random(20261128)
    many = int(os.environ.get("DEFERMOD_TEST_PATTERNS", "400"))
    environment = {**os.environ, **git_without_settings()}
    for _ in range(many):
        lines = [_pattern(draw) for _ in range(draw.choice([1, 1, 1, 2, 3]))]
        text = "\n".join(lines).encode() + draw.choice([b"", b"\n", b"\r\n"])
        (root / ".gitignore").write_bytes(text)
        asked = ["git", "check-ignore", "-z", "--stdin", "--no-index", "-v", "-n"]
        done = subprocess.run(
            asked, cwd=root, input="\0".join([*paths, ""]).encode(), capture_output=True, env=environment
        )
        fields = done.stdout.decode().split("\0")
        git = {fields[at + 3]: fields[at + 2] for at in range(0, len(fields) - 3, 4)}
        expected = {path: bool(pattern) and not pattern.startswith("!") for path, pattern in git.items()}
        patterns = Patterns(text)
        ours = {path: patterns.excludes(path, is_directory=is_directory) for path, is_directory in paths.items()}
        assert ours == expected, text


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (b"*a*a*a*a*a*a*b.go", b"a" * 120 + b".go"),
        (b"*" + b"a*" * 100 + b"b", b"a" * 250),
        (b"**/" * 60 + b"b", b"a/" * 2000 + b"a"),
        (b"**/*a*/**/*a*/**/*a*/b", b"aaaa/" * 800 + b"a"),
        (b"*?" * 120 + b"b", b"a" * 255),
    ],
)
@pytest.mark.parametrize("pathname", [False, True])
def test_no_pattern_takes_long(pattern: bytes, text: bytes, pathname: bool) -> None:
    start = time.process_time()
    assert not Glob(pattern, pathname=pathname).matches(text)
    assert time.process_time() - start < 2


def test_many_patterns_of_the_usual_kinds_cost_nothing() -> None:
    text = b"".join(b"*.suffix%d\nname%d\nfolder%d/\n" % (n, n, n) for n in range(30_000))
    patterns = Patterns(text)
    start = time.process_time()
    for number in range(20_000):
        patterns.decision(f"a/file{number}.go", is_directory=False)
    assert time.process_time() - start < 3
    assert patterns.decision("x/folder29999", is_directory=True)
    assert not patterns.decision("x/folder29999", is_directory=False)


@pytest.mark.parametrize(
    "pattern", ["[z-a]", "[9-0]*.log", "[a-\\d]", "[", "\\", "[[:x:]]", "!", "/", "**", "*" * 5000]
)
def test_no_pattern_ends_the_run(pattern: str, tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.22\n")
    (tmp_path / "a.go").write_text(LEAK)
    (tmp_path / "keep.txt").touch()
    done = defermod("check", "--no-cache", "--exclude", f"!{pattern}", cwd=tmp_path)
    assert (done.returncode, "defer-in-loop" in done.stdout) == (1, True), done.stderr
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(f"{pattern}\n")
    done = defermod("check", "--no-cache", "a.go", cwd=tmp_path)
    assert (done.returncode, "defer-in-loop" in done.stdout) == (1, True), done.stderr


@pytest.mark.parametrize("kind", ["device", "pipe", "large", "globs", "directory", "link"])
def test_a_file_of_patterns_that_is_none(kind: str, tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.22\n")
    (tmp_path / "a.go").write_text(LEAK)
    ignore = tmp_path / ".gitignore"
    match kind:
        case "device":
            ignore.symlink_to("/dev/zero")
        case "pipe":
            os.mkfifo(ignore)
        case "large":
            ignore.write_bytes(b"x\n" * 600_000)
        case "globs":
            ignore.write_bytes(b"".join(b"a?%d*\n" % n for n in range(6000)))
        case "directory":
            ignore.mkdir()
        case _:
            (tmp_path / "others").write_text("a.go\n")
            ignore.symlink_to("others")
    done = defermod("check", "--no-cache", cwd=tmp_path, timeout=30)
    assert "defer-in-loop" in done.stdout
    assert done.returncode == (1 if kind in ("device", "link") else 2), done.stderr
    assert len(done.stderr.splitlines()) == 1 and ".gitignore: " in done.stderr
