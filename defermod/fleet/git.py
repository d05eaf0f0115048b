"""git, asked in such a way that nothing of a repository runs.

- Hooks are off, and clones are made without templates.
- A clone's settings are those that this program writes; those of a directory's repository are not asked for anything
  that starts a program: no fsmonitor, filter, pager, editor or external diff.
- Submodules are not followed; addresses are https, ssh, git, http or files.
- No file is written by git: contents come from ``cat-file``, which applies no filter.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from defermod.fleet import process
from defermod.toolchain.go import find_program

PROTOCOLS = ("https", "ssh", "git", "http", "file")
_SAFE = (
    *("-c", "core.hooksPath=" + os.devnull),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.pager=cat"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "submodule.recurse=false"),
    *("-c", "fetch.recurseSubmodules=false"),
    *("-c", "protocol.ext.allow=never"),
    *("-c", "safe.directory=*"),
)
_TOGETHER = 60
"""Objects that are asked for at a time: with their names, less than the least that a pipe holds, 4,096 bytes."""
_INHERITED = re.compile(
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX"
    r"|EXTERNAL_DIFF|TEMPLATE_DIR|EXEC_PATH|TRACE.*|QUARANTINE_PATH|CONFIG|CONFIG_PARAMETERS)"
)
_URL = re.compile(r"([a-z][a-z0-9+.-]*)::?//", re.IGNORECASE)
_TRANSPORT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*::")
_SCP = re.compile(r"(?!-)[^\s/:]+:(?!//)\S+")


class GitError(Exception):
    """git failed; what it said, in one line."""


def is_address(text: str) -> bool:
    """Return True if git would take ``text`` for the address of a repository on another machine, or a ``file:`` URL."""
    return bool(_URL.match(text) or _SCP.fullmatch(text))


def refusal(address: str) -> str:
    """Return why nobody should fetch from ``address``; empty if there is no reason."""
    if address.startswith("-"):
        return "it could be read as an option"
    if _TRANSPORT.match(address):
        return "it names a program to run"
    if (match := _URL.match(address)) and match[1].lower() not in PROTOCOLS:
        return f"its protocol is none of {', '.join(PROTOCOLS)}"
    if re.match(r"[a-z+]*://-", address) or address.partition("@")[2].startswith("-"):
        return "its host could be read as an option"
    return ""


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment in which git asks nobody for a password and looks at no repository but the one named."""
    kept = {name: value for name, value in os.environ.items() if not _INHERITED.fullmatch(name)}
    kept.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
    return {
        **kept,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": ":".join(PROTOCOLS),
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
        **(changes or {}),
    }


def command(*arguments: str | Path, repository: Path | None = None) -> list[str]:
    """A command line of git, for the repository with this git directory.  Raises GitError if there is no git."""
    program = find_program("git", os.environ)
    if program is None:
        raise GitError("no git command was found")
    where = [] if repository is None else [f"--git-dir={repository}"]
    return [program, *_SAFE, *where, *(str(argument) for argument in arguments)]


def run(
    *arguments: str | Path,
    repository: Path | None = None,
    stdin: bytes | None = None,
    changes: Mapping[str, str] | None = None,
    timeout: float | None = None,
    cwd: Path | None = None,
) -> bytes:
    """Return git's output.  Raises GitError if it fails or takes longer than ``timeout`` seconds."""
    try:
        running = subprocess.Popen(
            command(*arguments, repository=repository),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(changes),
            cwd=cwd,
            **process.own_group(),
        )
    except OSError as error:
        raise GitError(f"git could not be started: {error.strerror}") from None
    with process.registered(running.pid):
        try:
            out, err = running.communicate(stdin, timeout)
        except subprocess.TimeoutExpired:
            # With what git has started: a helper that waits for the network holds the pipes open.
            process.kill(running.pid)
            running.communicate()
            raise GitError(f"git {arguments[0]} took longer than {timeout:g} s") from None
    if running.returncode:
        raise GitError(one_line(err) or f"git {arguments[0]} ended with {running.returncode}")
    return bytes(out)


def one_line(said: bytes) -> str:
    """The last message that git gave, without its prefix."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines[-1:]
    return "; ".join(dict.fromkeys(re.sub(r"^(fatal|error): ", "", line) for line in telling))[:500]


def git_directory(directory: Path) -> Path | None:
    """The git directory that ``directory`` belongs to; None if it belongs to none."""
    try:
        found = run("-C", directory, "rev-parse", "--absolute-git-dir", changes={"GIT_CEILING_DIRECTORIES": ""})
    except GitError:
        return None
    return Path(os.fsdecode(found.rstrip(b"\n")))


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit."""

    path: str
    """From the root, with slashes; bytes that are not UTF-8 are surrogates."""
    mode: str
    oid: str


def blobs(repository: Path, commit: str) -> list[Blob]:
    """Every file and link of a commit; no submodules.  Raises GitError."""
    listed = run("ls-tree", "-r", "-z", "--full-tree", commit, repository=repository)
    found = []
    for entry in listed.split(b"\0"):
        if not entry:
            continue
        what, _, path = entry.partition(b"\t")
        mode, kind, oid = what.decode("ascii").split()
        if kind == "blob":
            found.append(Blob(os.fsdecode(path), mode, oid))
    return found


def contents(repository: Path, oids: Sequence[str]) -> Generator[bytes, None, None]:
    """The contents of blobs, in this order.  Raises GitError if the repository does not have one.

    One process of git answers for all.  It is asked for several at a time, because two processes that wait for each
    other in turns take long on a busy machine; for no more than any pipe holds, because otherwise both could wait.
    """
    running = subprocess.Popen(
        command("cat-file", "--batch", repository=repository),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    asked, answered = running.stdin, running.stdout
    assert asked is not None and answered is not None
    try:
        for first in range(0, len(oids), _TOGETHER):
            some = oids[first : first + _TOGETHER]
            with suppress(OSError):  # then there is no answer
                asked.write(b"".join(oid.encode("ascii") + b"\n" for oid in some))
                asked.flush()
            for oid in some:
                yield _answer(answered, oid)
    finally:
        running.kill()
        running.wait()
        for stream in (asked, answered):
            with suppress(OSError):
                stream.close()


def _answer(answered: IO[bytes], oid: str) -> bytes:
    head = answered.readline().split()
    if len(head) != 3 or not head[2].isdigit():
        raise GitError(f"the repository has no object {oid}")
    size = int(head[2])
    content = answered.read(size + 1)
    if len(content) != size + 1:
        raise GitError(f"object {oid} is cut off")
    return content[:-1]
