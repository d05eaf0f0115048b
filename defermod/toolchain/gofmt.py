"""gofmt: is a text formatted, what would it look like, does it parse.

Go knows only LF; gofmt drops a carriage return and a byte order mark wherever it sees one.  Files
that have them are none the worse for it, so every function here compares without them and hands
back text that has them again.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from defermod.toolchain.go import QUICK_TIMEOUT, Completed, Go, run

_BOM = b"\xef\xbb\xbf"
_ERROR = re.compile(r"^(?P<file>.*?):(?P<line>\d+):(?P<column>\d+): (?P<message>.*)$")
_TIMEOUT = 10 * QUICK_TIMEOUT


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """One place that the Go parser rejects; line and column are 1-based, the column in bytes."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class GofmtError:
    """A failure of gofmt: the parser's complaints, or, with none, another cause."""

    problems: tuple[SyntaxProblem, ...]
    reason: str

    def __str__(self) -> str:
        if not self.problems:
            return self.reason
        first = self.problems[0]
        return f"line {first.line}: {first.message}"


def format_text(go: Go, text: bytes) -> bytes | GofmtError:
    """``text`` as gofmt writes it, with the line endings and the byte order mark it had."""
    done = _gofmt(go, "-e", stdin=_plain(text))
    if done.code:
        return _error(done, _problems(done).get("<standard input>", ()))
    return _dressed(done.stdout, like=text)


def format_texts(go: Go, texts: Sequence[bytes]) -> list[bytes | GofmtError]:
    """``format_text`` for many texts, in one process."""
    if not texts:
        return []
    with tempfile.TemporaryDirectory(prefix="defermod-gofmt-") as directory:
        files = [Path(directory, f"{number:06}.go") for number in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_bytes(_plain(text))
        # gofmt rewrites the files that it can parse and leaves the others.
        done = _gofmt(go, "-e", "-w", directory)
        problems = _problems(done)
        if done.code and not problems:
            return [_error(done, ()) for _ in texts]
        return [
            _error(done, problems[str(file)]) if str(file) in problems else _dressed(file.read_bytes(), like=text)
            for file, text in zip(files, texts, strict=True)
        ]


def syntax_problems(go: Go, text: bytes) -> tuple[SyntaxProblem, ...]:
    """Return the complaints of this installation's Go parser about ``text``; empty when it parses.

    Raises OSError when gofmt itself fails.
    """
    formatted = format_text(go, text)
    if not isinstance(formatted, GofmtError):
        return ()
    if not formatted.problems:
        raise OSError(f"gofmt failed: {formatted.reason}")
    return formatted.problems


def _gofmt(go: Go, *arguments: str, stdin: bytes = b"") -> Completed:
    try:
        return run([go.gofmt, *arguments], environment=go.environment, stdin=stdin, timeout=_TIMEOUT)
    except OSError as error:
        return Completed(-1, b"", f"gofmt cannot be run: {error.strerror}".encode())


def _plain(text: bytes) -> bytes:
    return text.removeprefix(_BOM).replace(b"\r\n", b"\n")


def _dressed(plain: bytes, *, like: bytes) -> bytes:
    """``plain`` with the byte order mark of ``like``, and its line endings if they are all CRLF."""
    if b"\r\n" in like and like.count(b"\r\n") == like.count(b"\n"):
        plain = plain.replace(b"\n", b"\r\n")
    return _BOM + plain if like.startswith(_BOM) else plain


def _problems(done: Completed) -> dict[str, tuple[SyntaxProblem, ...]]:
    found: dict[str, list[SyntaxProblem]] = {}
    for line in done.stderr.decode(errors="replace").splitlines():
        if match := _ERROR.match(line):
            problem = SyntaxProblem(int(match["line"]), int(match["column"]), match["message"])
            found.setdefault(match["file"], []).append(problem)
    return {file: tuple(problems) for file, problems in found.items()}


def _error(done: Completed, problems: tuple[SyntaxProblem, ...]) -> GofmtError:
    reason = "gofmt took too long" if done.timed_out else done.complaint or f"gofmt ended with {done.code}"
    return GofmtError(problems, reason)
