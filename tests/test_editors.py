"""The files in editors/, run by the editors that they are for; an editor that is not installed is skipped."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support_cli import ROOT, environment

EDITORS = ROOT / "editors"
FIXABLE = """package m

import "os"

func Sizes(names []string) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		println("é𝄞"); defer f.Close()
		println(f.Name())
	}
	return nil
}
"""
LINE = 11
"""Of the defer, 1-based."""
REFUSED = """package m

import "os"

func All(names []string) (files []*os.File) {
	for _, name := range names {
		f, _ := os.Open(name)
		defer f.Close()
		files = append(files, f)
	}
	return files
}
"""


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A module with a fixable file and one that is left alone, and no other file."""
    root = tmp_path / "m"
    root.mkdir()
    (root / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    (root / "a.go").write_text(FIXABLE)
    (root / "b.go").write_text(REFUSED)
    return root


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH on which `defermod` is the program of this checkout."""
    program = tmp_path / "bin" / "defermod"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m defermod "$@"\n')
    program.chmod(0o755)
    return f"{program.parent}{os.pathsep}{os.environ['PATH']}"


def played(arguments: list[str | Path], *, cwd: Path, path: str, timeout: float = 40) -> str:
    """One run of an editor without a screen and without the user's own settings, and what it said."""
    home = str(cwd.parent)  # not HOME: Go's build cache is there
    places = {"XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "XDG_STATE_HOME": home, "PATH": path}
    done = subprocess.run(
        [os.fspath(argument) for argument in arguments],
        cwd=cwd,
        env=environment({**places, "TERM": "dumb"}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    return done.stdout + done.stderr


NEOVIM = """
local function play()
vim.g.defermod_command = "defermod"
vim.cmd("filetype on")
vim.cmd("luafile " .. vim.env.SNIPPET)
vim.cmd("edit a.go")
local function wait(what, done)
  if not vim.wait(20000, done, 20) then
    io.stderr:write("waited in vain for " .. what .. "\\n")
    vim.cmd("cquit")
  end
end
wait("a diagnostic", function() return #vim.diagnostic.get(0) > 0 end)
local found = vim.diagnostic.get(0)[1]
vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
vim.notify = function(m) io.stderr:write(m) end
vim.ui.select = function(items, options, chosen)
  for _, item in ipairs(items) do
    local title = options.format_item and options.format_item(item) or item[2].title
    if title:find("^Wrap in a closure") then
      chosen(item)
      return
    end
  end
end
local before = vim.api.nvim_buf_get_changedtick(0)
vim.lsp.buf.code_action()
wait("the edit", function() return vim.api.nvim_buf_get_changedtick(0) ~= before end)
wait("a clean buffer", function() return #vim.diagnostic.get(0) == 0 end)
local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\\n")
local file = io.open("seen.json", "w")
file:write(vim.fn.json_encode({ line = found.lnum, column = found.col, message = found.message, text = text }))
file:close()
vim.cmd("qall!")
end
local well, said = pcall(play)
if not well then
  io.stderr:write(tostring(said))
  vim.cmd("cquit")
end
"""


@needs("nvim")
def test_neovim_shows_the_finding_and_applies_the_fix(module: Path, path: str, tmp_path: Path) -> None:
    script = tmp_path / "script.lua"
    script.write_text(NEOVIM.replace("vim.env.SNIPPET", json.dumps(str(EDITORS / "neovim" / "defermod.lua"))))
    said = played(
        ["nvim", "--headless", "-u", "NONE", "-n", "-c", f"luafile {script}", "-c", "cquit"], cwd=module, path=path
    )
    assert (module / "seen.json").is_file(), said
    seen = json.loads((module / "seen.json").read_text("utf-8"))
    assert seen["line"] == LINE - 1
    # Neovim turns UTF-16 into bytes: the two tabs, println("…") and the bytes of é and 𝄞.
    assert seen["column"] == FIXABLE.splitlines()[LINE - 1].encode().index(b"defer")
    assert "fixable" in seen["message"]
    expected = subprocess.run(
        [sys.executable, "-m", "defermod", "fix", "-", "--stdin-filename", str(module / "a.go"), "--validate", "gofmt"],
        input=FIXABLE.encode(),
        capture_output=True,
        env=environment(),
        timeout=60,
    )
    assert seen["text"].rstrip("\n") == expected.stdout.decode().rstrip("\n")
    assert (module / "a.go").read_text() == FIXABLE, "the buffer is not saved by an action"
