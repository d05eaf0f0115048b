"""The files in editors/, run by the editors that they are for; an editor that is not installed is skipped."""

from __future__ import annotations

import json
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.support_cli import ROOT, command, environment

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
    assert seen["text"].rstrip("\n") == expected_fix(module).rstrip("\n")
    assert (module / "a.go").read_text() == FIXABLE, "the buffer is not saved by an action"


def expected_fix(module: Path) -> str:
    """Return the program's own fix of a.go."""
    done = subprocess.run(
        [*command("fix", "-", "--stdin-filename", module / "a.go")],
        input=FIXABLE.encode(),
        capture_output=True,
        cwd=module,
        env=environment(),
        timeout=60,
    )
    return done.stdout.decode()


VIM = """
set nocompatible
let &runtimepath = "{runtime}," . &runtimepath
runtime plugin/defermod.vim
edit a.go
compiler defermod
silent make
let found = map(getqflist(), '[bufname(v:val.bufnr), v:val.lnum, v:val.col, v:val.text]')
edit! a.go
silent 1,5DefermodFix
let untouched = getline(1, "$")
silent DefermodFix
let fixed = getline(1, "$")
normal u
let undone = getline(1, "$")
call setline(1, "package (")
silent DefermodFix
call writefile([json_encode([found, untouched, fixed, undone, getline(1)])], "seen.json")
qall!
"""


@needs("vim")
def test_vim_lists_the_findings_and_fixes_the_buffer(module: Path, path: str, tmp_path: Path) -> None:
    script = tmp_path / "script.vim"
    script.write_text(VIM.format(runtime=EDITORS / "vim"))
    said = played(["vim", "-Nu", "NONE", "-i", "NONE", "-n", "-es", "-S", script], cwd=module, path=path)
    assert (module / "seen.json").is_file(), said
    found, untouched, fixed, undone, broken = json.loads((module / "seen.json").read_text("utf-8"))
    assert [(name, line) for name, line, _, _ in found] == [("a.go", LINE), ("b.go", 8)]
    assert found[0][2] == FIXABLE.splitlines()[LINE - 1].encode().index(b"defer") + 1
    assert found[0][3].startswith("defer-in-loop defer in a loop piles up")
    assert untouched == undone == FIXABLE.splitlines()
    assert fixed == expected_fix(module).splitlines() != untouched
    assert broken == "package ("


EMACS = """
(setq debug-on-error nil)
(load "{editors}/emacs/defermod.el" nil t)
(find-file "a.go")
(let* ((seen nil) (done nil))
  (defermod-flymake (lambda (diagnostics &rest _) (setq seen diagnostics done t)))
  (with-timeout (20 (error "no diagnostics")) (while (not done) (accept-process-output nil 0.05)))
  (let* ((first (car seen))
         (line (line-number-at-pos (flymake-diagnostic-beg first)))
         (text (flymake-diagnostic-text first)))
    (defermod-fix 1 5)
    (let ((untouched (not (buffer-modified-p))))
      (defermod-fix)
      (let ((fixed (buffer-substring-no-properties (point-min) (point-max))))
        (with-temp-file "seen.json"
          (set-buffer-file-coding-system 'utf-8-unix)
          (insert (json-serialize (list :line line :text text :count (length seen)
                                        :untouched (if untouched t :false) :fixed fixed))))))))
"""


@needs("emacs")
def test_emacs_shows_the_finding_and_fixes_the_buffer(module: Path, path: str, tmp_path: Path) -> None:
    script = tmp_path / "script.el"
    script.write_text(EMACS.format(editors=EDITORS))
    said = played(["emacs", "-Q", "--batch", "-l", script], cwd=module, path=path)
    assert (module / "seen.json").is_file(), said
    seen = json.loads((module / "seen.json").read_text("utf-8"))
    assert (seen["line"], seen["count"], seen["untouched"]) == (LINE, 1, True)
    assert seen["text"].startswith("defer-in-loop defer in a loop piles up")
    assert seen["fixed"] == expected_fix(module)
    compiled = played(
        [
            "emacs",
            "-Q",
            "--batch",
            "--eval",
            f'(setq byte-compile-error-on-warn t byte-compile-dest-file-function (lambda (_) "{tmp_path}/x.elc"))',
            "-f",
            "batch-byte-compile",
            EDITORS / "emacs" / "defermod.el",
        ],
        cwd=module,
        path=path,
    )
    assert "Error" not in compiled, compiled


# --- files for editors that are not here: what they start does what they expect ---


def started(program: str, arguments: list[str], cwd: Path, places: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A command of an editor's file, with the editor's own names for places filled in."""
    assert program == "defermod"
    for name, value in places.items():
        arguments = [argument.replace(name, value) for argument in arguments]
    assert not any("$" in argument for argument in arguments), arguments
    return subprocess.run(command(*arguments), cwd=cwd, env=environment(), capture_output=True, text=True, timeout=60)


def test_goland_tools_and_watcher(module: Path) -> None:
    tools = ET.parse(EDITORS / "goland" / "defermod.xml").getroot()
    assert tools.get("name") == "defermod", "the IDE keeps a group of tools in a file of the group's name"
    watcher = ET.parse(EDITORS / "goland" / "watcherTasks.xml").getroot()
    places = {"$FilePath$": str(module / "a.go"), "$LineNumber$": str(LINE)}
    by_name = {tool.get("name"): {o.get("name"): o.get("value") or "" for o in tool.iter("option")} for tool in tools}
    check = by_name["defermod: check this file"]
    done = started(check["COMMAND"], shlex.split(check["PARAMETERS"]), module, places)
    assert re.search(jetbrains(check["REGEXP"]), done.stdout)
    options = {o.get("name"): o.get("value") or "" for o in watcher.iter("option")}
    done = started(options["program"], shlex.split(options["arguments"]), module, places)
    match = re.fullmatch(jetbrains(options["regExp"]), done.stdout.strip())
    assert match
    assert match[2] == str(LINE)
    for directory in (check["WORKING_DIRECTORY"], options["workingDir"]):
        assert directory == "$ProjectFileDir$", "the IDE looks for relative names there"
    line = by_name["defermod: fix this line"]
    done = started(line["COMMAND"], shlex.split(line["PARAMETERS"]), module, places)
    assert (done.returncode, "1 fixed" in done.stdout) == (0, True)


def jetbrains(pattern: str) -> str:
    """The regular expression that the IDE makes of its own macros."""
    for macro, part in (("FILE_PATH", "(.+?)"), ("LINE", "([0-9]+)"), ("COLUMN", "([0-9]+)"), ("MESSAGE", "(.*)")):
        pattern = pattern.replace(f"${macro}$", part)
    return pattern


def test_vs_code_tasks(module: Path) -> None:
    tasks = {task["label"]: task for task in json.loads((EDITORS / "vscode" / "tasks.json").read_text())["tasks"]}
    places = {"${file}": str(module / "a.go"), "${lineNumber}": str(LINE), "${workspaceFolder}": str(module)}
    check = tasks["defermod: check"]
    done = started(check["command"], check["args"], module, places)
    pattern = check["problemMatcher"]["pattern"]
    matches = [re.search(pattern["regexp"], line) for line in done.stdout.splitlines()]
    assert [(m[pattern["file"]], m[pattern["line"]]) for m in matches if m] == [("a.go", str(LINE)), ("b.go", "8")]
    for name in ("defermod: fix this line", "defermod: fix this file"):
        done = started(tasks[name]["command"], tasks[name]["args"], module, places)
        assert done.returncode == 0, done.stderr
    assert (module / "a.go").read_text() == expected_fix(module)


def test_zed_and_helix(module: Path) -> None:
    places = {"$ZED_FILE": str(module / "a.go"), "$ZED_ROW": str(LINE), "$ZED_WORKTREE_ROOT": str(module)}
    for task in json.loads((EDITORS / "zed" / "tasks.json").read_text()):
        done = started(task["command"], task["args"], module, places)
        assert done.returncode == ("check" in task["label"]), done.stderr
    helix = tomllib.loads((EDITORS / "helix" / "languages.toml").read_text())
    server = helix["language-server"]["defermod"]
    assert (server["command"], server["args"]) == ("defermod", ["lsp"])
    assert "defermod" in helix["language"][0]["language-servers"]


def test_check_of_a_buffer_is_fast_enough_for_every_save(module: Path) -> None:
    """A large file, one changed line: under a second of one CPU, by the process's own clock."""
    body = FIXABLE.partition("func ")[2]
    text = 'package m\n\nimport "os"\n' + "".join(f"\nfunc F{n}{body[body.index('(') :]}" for n in range(150))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command("check", "-", "--stdin-filename", module / "a.go", "--lines", "8-14", "--output-format", "concise"),
        input=text.encode(),
        capture_output=True,
        cwd=module,
        env=environment(),
        timeout=60,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stdout.count(b"\n") == 1
    assert after.ru_utime - before.ru_utime < 1.5
