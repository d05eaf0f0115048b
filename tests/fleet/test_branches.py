"""``fleet branch`` with real repositories and remotes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.fleet.support import fleet, git, module, remotes, repository

FIX = ("fix", "--unsafe-fixes", "--validate", "none")
"""Writes without Go."""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run over a directory with changes of its own, a plain one, and a clone; its file of results is ``a.db``."""
    made = repository(tmp_path / "dirty")
    (made / "b.go").write_text("package m0 // new\n")
    (made / "a.go").write_text("package m0 // not finished\n")
    module(tmp_path / "plain")
    [address] = remotes(tmp_path / "remote", 1)
    done = fleet("run", "dirty", "plain", address, "--db", "a.db", "--", *FIX, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path


def test_branches_are_made_beside_dirty_trees_and_pushed(run: Path) -> None:
    dirty, bare = run / "dirty", run / "remote" / "r000.git"
    git(run, "init", "-q", "--bare", "-b", "main", "origin.git")
    git(dirty, "remote", "add", "origin", str(run / "origin.git"))
    git(dirty, "push", "-q", "origin", "main")
    before = (
        git(dirty, "status", "--porcelain"),
        (dirty / ".git" / "index").read_bytes(),
        git(dirty, "rev-parse", "main"),
    )
    arguments = ("branch", "a.db", "--branch", "fix/defers", "--author", "Bot <bot@example.com>", "--push")
    message = "{repository}: {findings} of {rules}\n\nIn {files}."
    done = fleet(*arguments, "--message", message, "--request", "open {branch} on {base}", cwd=run)
    assert done.returncode == 0, done.stderr
    assert "plain: skipped: no git repository" in done.stderr
    assert done.stdout.count("1 file committed on fix/defers as ") == 2
    assert "the changes in the working tree, which stay as they are" in done.stdout
    assert done.stdout.count("    open fix/defers on main\n") == 2
    index = (dirty / ".git" / "index").read_bytes()
    assert (git(dirty, "status", "--porcelain"), index, git(dirty, "rev-parse", "main")) == before
    for where, name in ((run / "origin.git", "dirty"), (bare, "r000")):
        said = git(where, "log", "-1", "--format=%an <%ae>|%cn|%s|%b|%P", "fix/defers").split("|")
        assert said[0] == "Bot <bot@example.com>"
        assert said[1] == "A"
        assert said[2].startswith(f"{name}: ")
        assert said[3].strip() == "In 1 file."
        assert said[4] == git(where, "rev-parse", "main")
        assert "return 0, err" in git(where, "show", "fix/defers:a.go")
        assert git(where, "diff", "--name-only", "main", "fix/defers") == "a.go"
    again = fleet(*arguments, "--message", message, cwd=run)
    assert again.returncode == 0
    assert again.stdout.count("fix/defers is there already, pushed") == 2


def test_branches_that_exist_are_checked_out_or_the_default_stay_as_they_are(run: Path) -> None:
    dirty = run / "dirty"
    git(dirty, "branch", "taken")
    git(dirty, "worktree", "add", "-q", "-b", "elsewhere", "../second")
    only = ("--repository", "dirty")
    refs = git(dirty, "for-each-ref")
    for name, why in (
        ("main", "main is checked out"),
        ("elsewhere", "elsewhere is checked out"),
        ("taken", "a branch taken with other contents exists"),
        ("master", "master is the default branch"),
    ):
        done = fleet("branch", "a.db", "--branch", name, *only, cwd=run)
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr == f"dirty: skipped: {why}\n"
    assert git(dirty, "for-each-ref") == refs
    done = fleet("branch", "a.db", "--branch", "main", "--push", "--repository", "r000", cwd=run)
    assert done.stderr == "r000: skipped: main is the default branch\n"
    done = fleet("branch", "a.db", "--branch", "../x", cwd=run)
    assert (done.returncode, done.stderr) == (2, "defermod: error: '../x' can't be the name of a branch\n")


def test_a_clone_that_has_gone_is_made_again(run: Path) -> None:
    shutil.rmtree(run / "cache")
    done = fleet("branch", "a.db", "--branch", "b", "--push", "--repository", "r*", cwd=run)
    assert done.returncode == 0, done.stderr
    assert git(run / "remote" / "r000.git", "diff", "--name-only", "main", "b") == "a.go"


def test_dry_run_and_choice_of_files(run: Path) -> None:
    done = fleet("branch", "a.db", "--branch", "b", "--dry-run", cwd=run)
    assert done.stdout == "dirty: would commit 1 file on b\nr000: would commit 1 file on b\n"
    assert git(run / "dirty", "branch", "--list", "b") == ""
    assert fleet("branch", "a.db", "--branch", "b", "--path", "c*.go", cwd=run).stdout == ""


def test_a_request_is_run_where_that_is_asked(run: Path) -> None:
    request = f"printf '%s %s\\n' {{branch}} {{repository}} >> {run}/asked"
    done = fleet("branch", "a.db", "--branch", "b", "--request", request, "--run-request", cwd=run)
    assert done.returncode == 0, done.stderr
    assert sorted((run / "asked").read_text().splitlines()) == ["b dirty", "b r000"]
    done = fleet("branch", "a.db", "--branch", "c", "--request", "false", "--run-request", cwd=run)
    assert done.returncode == 2


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen")
def test_commits_are_signed_if_git_is_set_up_so(run: Path) -> None:
    import subprocess

    key = run / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    for name, value in (("gpg.format", "ssh"), ("user.signingKey", str(key)), ("commit.gpgSign", "true")):
        git(run / "dirty", "config", name, value)
    assert fleet("branch", "a.db", "--branch", "b", "--repository", "dirty", cwd=run).returncode == 0
    assert "BEGIN SSH SIGNATURE" in git(run / "dirty", "cat-file", "commit", "b")
