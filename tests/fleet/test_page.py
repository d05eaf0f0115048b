"""docs/fleet.md: every command of the page that needs no network is run, in order."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from defermod.fleet.values import CODES
from tests.fleet.support import git, remotes, repository
from tests.support_cli import ROOT, environment
from tests.support_go import needs_go, the_go

PAGE = (ROOT / "docs" / "fleet.md").read_text("utf-8")


def test_every_reason_is_named() -> None:
    for code in CODES:
        assert f"`{code}`" in PAGE


@needs_go
@pytest.mark.skipif(sys.platform == "win32", reason="the page's commands are for a POSIX shell")
def test_the_commands_of_the_page(tmp_path: Path) -> None:
    import subprocess

    pytest.importorskip("distributed", reason="the extra fleet is not installed")
    repository(tmp_path / "checkouts" / "monolith", 9)
    origin = tmp_path / "origin.git"
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "origin.git")
    git(tmp_path / "checkouts" / "monolith", "remote", "add", "origin", str(origin))
    git(tmp_path / "checkouts" / "monolith", "push", "-q", "origin", "main")
    addresses = remotes(tmp_path / "remote", 1)
    (tmp_path / "repositories.txt").write_text("\n".join([*addresses, "checkouts/monolith"]) + "\n")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "defermod"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m defermod "$@"\n')
    program.chmod(0o755)
    who = {f"GIT_{role}_{what}": "a@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    own = environment({"DEFERMOD_CACHE_DIR": str(tmp_path / "cache"), **who})
    go = the_go()
    assert go is not None  # The page has commands of Go's own, which may lie beside Python alone.
    own["PATH"] = os.pathsep.join([str(tmp_path / "bin"), own["PATH"], str(Path(go.path).parent)])
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", script], cwd=tmp_path, env=own, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stdout.count("1 file committed on defermod/loops as ") == 2
    assert done.stdout.count("gh pr create --repo ") == 2
    assert "0 new, 0 gone, 0 changed, in 0 of 2 repositories" in done.stdout
    assert (tmp_path / "repositories").read_text() == "acme/monolith,acme/r000\n"
    for where in (origin, tmp_path / "remote" / "r000.git"):
        assert git(where, "log", "-1", "--format=%an", "defermod/loops") == "Platform"
