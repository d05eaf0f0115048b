"""The diffs that are printed: real ``git apply`` and real ``patch`` must make the same bytes of them."""

import random
import subprocess
import time
from pathlib import Path

import pytest

from defermod.report.diff import unified

CASES = {
    "one line": (b"a\nb\nc\n", b"a\nB\nc\n"),
    "insert at start": (b"a\n", b"new\na\n"),
    "insert at end": (b"a\nb\nc\nd\ne\n", b"a\nb\nc\nd\ne\nf\n"),
    "delete all but one": (b"a\nb\nc\n", b"b\n"),
    "no final newline on either side": (b"a\nb", b"A\nb"),
    "final newline lost": (b"a\nb\n", b"a\nb"),
    "final newline gained": (b"a\nb", b"a\nb\n"),
    "last line changes, no newline": (b"a\nb", b"a\nB"),
    "crlf": (b"a\r\nb\r\nc\r\n", b"a\r\n\tb\r\nc\r\n"),
    "mixed line endings": (b"a\r\nb\nc\r\n", b"a\r\nb\nC\r\n"),
    "carriage return and form feed inside a line": (b"a\rb\x0cc\nx\n", b"a\rb\x0cd\nx\n"),
    "unicode line separators": ("a\u2028b\x85c\nx\n".encode(), "a\u2028b\x85d\nx\n".encode()),
    "not utf-8": (b"\xff\xfe\nx\n", b"\xff\xfe\ny\n"),
    "two hunks": (
        b"".join(b"%d\n" % i for i in range(40)),
        b"".join(b"%d\n" % (i + (i in (3, 30)) * 90) for i in range(40)),
    ),
    "hunks whose context touches": (
        b"".join(b"%d\n" % i for i in range(12)),
        b"".join(b"%d\n" % (i + (i in (2, 9)) * 90) for i in range(12)),
    ),
    "hunks just apart": (
        b"".join(b"%d\n" % i for i in range(14)),
        b"".join(b"%d\n" % (i + (i in (2, 10)) * 90) for i in range(14)),
    ),
    "nothing unique": (b"}\n\n}\n\n}\n\n", b"}\n}\n\n\n}\n\n}\n"),
}
NAMES = [
    "x.go",
    "dir/x.go",
    "with space.go",
    "näive/日本.go",
    'quo"te.go',
    "back\\slash.go",
    "tab\t.go",
    "b/x.go",
]


def apply_with(tool: list[str], directory: Path, name: str, before: bytes, diff: bytes) -> bytes:
    """Return the file ``name`` after ``tool``, run in ``directory``, has applied ``diff`` to it."""
    file = directory / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(before)
    done = subprocess.run(tool, input=diff, cwd=directory, capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode() + diff.decode(errors="replace")
    return file.read_bytes()


GIT = ["git", "apply", "--whitespace=nowarn"]
PATCH = ["patch", "-p1", "--binary", "--no-backup-if-mismatch"]


@pytest.mark.parametrize("tool", [GIT, PATCH], ids=["git", "patch"])
@pytest.mark.parametrize("case", CASES)
def test_contents(tmp_path: Path, case: str, tool: list[str]) -> None:
    before, after = CASES[case]
    assert apply_with(tool, tmp_path, "x.go", before, unified("x.go", before, after)) == after


@pytest.mark.parametrize("tool", [GIT, PATCH], ids=["git", "patch"])
@pytest.mark.parametrize("name", NAMES)
def test_names(tmp_path: Path, name: str, tool: list[str]) -> None:
    before, after = b"a\nb\n", b"a\nc\n"
    assert apply_with(tool, tmp_path, name, before, unified(name, before, after)) == after


def test_git_apply_in_a_subdirectory_of_a_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    before, after = b"a\nb\n", b"a\nc\n"
    (tmp_path / "sub").mkdir()
    assert apply_with(GIT, tmp_path / "sub", "pkg/x.go", before, unified("pkg/x.go", before, after)) == after


def test_nothing_changed_is_no_diff() -> None:
    assert unified("x.go", b"a\n", b"a\n") == b""


def test_looks_like_a_diff() -> None:
    before = b"".join(b"line %d\n" % n for n in range(1, 21))
    after = before.replace(b"line 10\n", b"line ten\n")
    assert unified("a.go", before, after).decode() == (
        "--- a/a.go\n+++ b/a.go\n@@ -7,7 +7,7 @@\n line 7\n line 8\n line 9\n-line 10\n+line ten\n"
        " line 11\n line 12\n line 13\n"
    )


@pytest.mark.parametrize("tool", [GIT, PATCH], ids=["git", "patch"])
def test_random_edits(tmp_path: Path, tool: list[str]) -> None:
    generator = random.Random(7)
    vocabulary = [b"}\n", b"\n", b"\t}\n", b"return err\n", *(b"x%d\n" % n for n in range(30))]
    for _ in range(25):
        old = [generator.choice(vocabulary) for _ in range(generator.randrange(1, 60))]
        new = list(old)
        for _ in range(generator.randrange(1, 8)):
            at = generator.randrange(len(new) + 1)
            new[at : at + generator.randrange(3)] = [generator.choice(vocabulary)] * generator.randrange(3)
        before, after = b"".join(old), b"".join(new) or b"x\n"
        if before != after:
            assert apply_with(tool, tmp_path, "x.go", before, unified("x.go", before, after)) == after


def test_large_files_stay_fast() -> None:
    generator = random.Random(1)
    common = [b"}\n", b"\n", b"\t}\n", b"\tif err != nil {\n", b"\t\treturn err\n"]
    old = [generator.choice([*common, b"x%d\n" % generator.randrange(4000)]) for _ in range(20_000)]
    scattered = [b"\t" + line if at % 100 == 0 else line for at, line in enumerate(old)]
    alike = [generator.choice(common) for _ in range(20_000)]
    started = time.perf_counter()
    unified("x.go", b"".join(old), b"".join(scattered))
    unified("x.go", b"".join(alike), b"".join(alike[:9000] + alike[9100:]))
    assert time.perf_counter() - started < 5
