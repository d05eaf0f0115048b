"""Targets, addresses, trees and limits, each alone."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from defermod.fleet import git, process, trees
from defermod.fleet.targets import resolve
from defermod.fleet.values import CODES, FleetError, Limits, RepositoryError
from tests.fleet.support import git as run_git
from tests.fleet.support import module, repository


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("https://example.com/a/b.git", False),
        ("ssh://git@example.com:22/a", False),
        ("git@example.com:a/b.git", False),
        ("file:///srv/a.git", False),
        ("ext::sh -c touch% x", True),
        ("fd::17", True),
        ("--upload-pack=touch x", True),
        ("ssh://-oProxyCommand=touch/x", True),
        ("git@-oProxyCommand=touch:x", True),
        ("gopher://example.com/a", True),
    ],
)
def test_addresses_that_are_refused(text: str, refused: bool) -> None:
    assert bool(git.refusal(text)) == refused


def test_lines_of_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    module(tmp_path / "with blank")
    repository(tmp_path / "deep" / "er" / "one")
    module(tmp_path / "deep" / "er" / ".hidden")
    module(tmp_path / "old" / "sub").joinpath("go.mod").unlink()
    (tmp_path / "list").write_text(
        "# comment\n\nhttps://e.example/a.git v1.2  # why\n"
        "git@e.example:b\nwith blank\ndeep\nold\nhttps://e.example/a.git v1.2\n"
    )
    assert [(one.key, one.revision, one.is_directory) for one in resolve(["list"])] == [
        ("https://e.example/a.git v1.2", "v1.2", False),
        ("git@e.example:b", "", False),
        (str(tmp_path / "with blank"), "", True),
        (str(tmp_path / "deep" / "er" / "one"), "", True),
        (str(tmp_path / "old"), "", True),
    ]
    for line in ("name", "https://e.example/a --upload-pack=x", "https://e.example/a b c"):
        (tmp_path / "bad").write_text(f"\n{line}\n")
        with pytest.raises(FleetError, match=r"bad:2: "):
            resolve(["bad"])


def tree_of(made: Path, path: str, mode: str = "100644") -> str:
    """A commit whose tree has one entry with a name that git's own commands would refuse."""
    blob = run_git(made, "hash-object", "-w", "--stdin", stdin="../../outside")
    tree = run_git(made, "mktree", "-z", stdin=f"{mode} blob {blob}\t{path}\0")
    for name in ("x",):
        tree = run_git(made, "mktree", "-z", stdin=f"040000 tree {tree}\t{name}\0")
    return run_git(made, "commit-tree", "-m", "m", tree)


@pytest.mark.parametrize("path", ["..", ".git", ".GIT", "git~1", "a\\b"])
def test_no_path_leads_out_of_the_tree(tmp_path: Path, path: str) -> None:
    made = repository(tmp_path / "r")
    commit = tree_of(made, path)
    with pytest.raises(RepositoryError) as caught:
        trees.of_commit(made / ".git", commit, tmp_path / "out")
    assert caught.value.code == "bad-tree"
    assert caught.value.code in CODES


def test_links_that_lead_out_are_left_out(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    (made / "inside").symlink_to("a.go")
    (made / "outside").symlink_to("../secret")
    (made / "root").symlink_to("/etc/passwd")
    run_git(made, "add", "-A")
    run_git(made, "commit", "-qm", "links")
    for tree in (
        trees.of_commit(made / ".git", run_git(made, "rev-parse", "HEAD"), tmp_path / "one"),
        trees.of_directory(made, tmp_path / "two"),
    ):
        found = {path.name for path in tree.root.iterdir() if path.name != ".git"}
        assert found == {"a.go", "go.mod", "inside"}


def test_copies_of_directories_that_nobody_may_write(tmp_path: Path) -> None:
    made = module(tmp_path / "m", files={"sub/b.go": "package sub\n"})
    os.mkfifo(made / "pipe")
    for path in (made / "sub" / "b.go", made / "sub", made):
        path.chmod(0o555 if path.is_dir() else 0o444)
    tree = trees.of_directory(made, tmp_path / "out")
    assert list(tree.changed()) == []
    (tree.root / "sub" / "b.go").write_bytes(b"package other\n")
    (tree.root / "new.go").write_bytes(b"package m\n")
    assert list(tree.changed()) == [("sub/b.go", b"package sub\n", b"package other\n")]
    tree.root.joinpath("sub").chmod(0o555)
    trees.remove(tree.root)
    assert not tree.root.exists()
    made.chmod(0o755)
    made.joinpath("sub").chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups")
def test_the_children_of_a_command_end_with_it(tmp_path: Path) -> None:
    child = f"import time; time.sleep(2); open({str(tmp_path / 'late')!r}, 'w')"
    program = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}]); print('said', flush=True)"
    for more, limit in (("", ""), ("; import time; time.sleep(60)", "timeout")):
        ended = process.run(
            [sys.executable, "-c", program + more], cwd=tmp_path, environment=os.environ, limits=Limits(1.0)
        )
        assert (ended.limit, ended.stdout) == (limit, b"said\n")
    time.sleep(2.5)
    assert not (tmp_path / "late").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_memory_of_all_processes_counts(tmp_path: Path) -> None:
    child = "import time; x = b'x' * (60 << 20); time.sleep(60)"
    program = (
        "import subprocess, sys\n"
        f"all = [subprocess.Popen([sys.executable, '-c', {child!r}]) for _ in range(3)]\n"
        "for one in all: one.wait()\n"
    )
    begun = time.monotonic()
    limits = Limits(50.0, 120 << 20)
    ended = process.run([sys.executable, "-c", program], cwd=tmp_path, environment=os.environ, limits=limits)
    assert ended.limit == "memory-limit"
    assert time.monotonic() - begun < 45


def test_git_that_waits_for_a_network_ends_with_its_helpers(tmp_path: Path) -> None:
    slow = tmp_path / "ssh"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    begun = time.monotonic()
    with pytest.raises(git.GitError, match="took longer than"):
        git.run("ls-remote", "ssh://e.example/a", changes={"GIT_SSH_COMMAND": str(slow)}, timeout=1.0)
    assert time.monotonic() - begun < 30
