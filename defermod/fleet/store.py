"""The file of results: SQLite, written by one coordinator, readable by anybody at any time.

A repository's results go in as one transaction, so that a run can be stopped at any moment: what is in the file is
whole, and what is not in it is done when the run goes on.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from defermod.fleet.parts import merged, packed, unpacked
from defermod.fleet.values import Changed, FleetError, Outcome, Part, Target
from defermod.printable import printable

_MOST_DIFF = 256 << 20
"""Bytes of a diff."""
_VERSION = 2
_APPLICATION = 0x64666C74
"""Tells the file from other SQLite files."""
_SCHEMA = """
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,      -- JSON: the words after --
    tool TEXT NOT NULL,         -- version of defermod
    inputs TEXT NOT NULL,       -- digest of the files that the command reads besides the repositories
    started REAL NOT NULL,      -- seconds since 1970
    ended REAL                  -- NULL until every repository has a result
) STRICT;
CREATE TABLE repository (
    run INTEGER NOT NULL REFERENCES run(id),
    position INTEGER NOT NULL,  -- in the list of targets
    key TEXT NOT NULL,
    location BLOB NOT NULL,     -- the bytes of the address or path
    is_directory INTEGER NOT NULL,
    revision TEXT NOT NULL,
    PRIMARY KEY (run, key)
) STRICT;
CREATE TABLE result (
    run INTEGER NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL,        -- done, partial, failed
    reason TEXT NOT NULL,       -- code of a failure
    detail TEXT NOT NULL,
    transient INTEGER NOT NULL, -- the machine's fault: done again when the run goes on
    attempts INTEGER NOT NULL,
    commit_id TEXT NOT NULL,
    dirty INTEGER NOT NULL,
    exit_status INTEGER,
    messages TEXT NOT NULL,     -- stderr
    summary TEXT NOT NULL,      -- JSON
    modules INTEGER NOT NULL,
    files INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    started REAL NOT NULL,      -- by the worker's clock, seconds since 1970
    fetch_seconds REAL NOT NULL,
    files_seconds REAL NOT NULL,
    command_seconds REAL NOT NULL,
    processor_seconds REAL NOT NULL,
    worker TEXT NOT NULL,
    tool TEXT NOT NULL,
    PRIMARY KEY (run, key),
    FOREIGN KEY (run, key) REFERENCES repository(run, key)
) STRICT;
CREATE TABLE part (             -- of a large repository, until all of it has been looked at
    run INTEGER NOT NULL,
    key TEXT NOT NULL,
    position INTEGER NOT NULL,
    commit_id TEXT NOT NULL,
    modules TEXT NOT NULL,      -- JSON: directories
    outcome BLOB,               -- zlib of JSON; NULL: still to be looked at
    PRIMARY KEY (run, key, position),
    FOREIGN KEY (run, key) REFERENCES repository(run, key)
) STRICT;
CREATE TABLE finding (
    run INTEGER NOT NULL,
    key TEXT NOT NULL,
    position INTEGER NOT NULL,
    rule TEXT NOT NULL,
    path TEXT NOT NULL,
    line INTEGER NOT NULL,
    status TEXT NOT NULL,
    code TEXT NOT NULL,         -- of a refusal, or of the first hazard
    data TEXT NOT NULL,         -- JSON, as the command printed it
    PRIMARY KEY (run, key, position),
    FOREIGN KEY (run, key) REFERENCES result(run, key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE change (
    run INTEGER NOT NULL,
    key TEXT NOT NULL,
    path BLOB NOT NULL,
    diff BLOB NOT NULL,         -- unified, zlib
    after_id TEXT NOT NULL,     -- git object of the new content
    validators TEXT NOT NULL,   -- JSON
    PRIMARY KEY (run, key, path),
    FOREIGN KEY (run, key) REFERENCES result(run, key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE branch (
    run INTEGER NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    pushed INTEGER NOT NULL,
    PRIMARY KEY (run, key, name)
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One command over many repositories."""

    id: int
    command: tuple[str, ...]
    tool: str
    inputs: str
    started: float
    ended: float | None


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of a run with what is known of it; ``outcome`` is None until it has been looked at."""

    target: Target
    outcome: Outcome | None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """All that a run has found."""

    run: Run
    repositories: list[Repository] = field(default_factory=list)


class Store:
    """An open file of results."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self.path = path

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        rows = self._db.execute("SELECT id, command, tool, inputs, started, ended FROM run ORDER BY id")
        return [Run(row[0], tuple(json.loads(row[1])), *row[2:]) for row in rows]

    def begin(self, command: Sequence[str], tool: str, inputs: str, targets: Iterable[Target], *, anew: bool) -> Run:
        """Return the last run with this command, version and inputs, with all targets; create one if there is none.

        ``anew`` begins a new one in any case.
        """
        words = json.dumps(list(command))
        with self._db:
            same = None
            if not anew:
                same = self._db.execute(
                    "SELECT id FROM run WHERE command = ? AND tool = ? AND inputs = ? ORDER BY id DESC",
                    (words, tool, inputs),
                ).fetchone()
            if same is None:
                values = (words, tool, inputs, time.time())
                made = self._db.execute("INSERT INTO run(command, tool, inputs, started) VALUES (?, ?, ?, ?)", values)
                same = (made.lastrowid,)
            (last,) = self._db.execute(
                "SELECT coalesce(max(position), 0) FROM repository WHERE run = ?", same
            ).fetchone()
            self._db.executemany(
                "INSERT OR IGNORE INTO repository VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (same[0], last + number, _text(target.key), os.fsencode(target.location), target.is_directory,
                     target.revision)
                    for number, target in enumerate(targets, 1)
                ],
            )  # fmt: skip
        return next(run for run in self.runs() if run.id == same[0])

    def missing(self, run: Run, *, failed_too: bool) -> list[Target]:
        """The targets without a result, and those whose failure was the machine's; ``failed_too``: all that failed."""
        rows = self._db.execute(
            "SELECT r.key, r.location, r.is_directory, r.revision FROM repository r"
            " LEFT JOIN result o USING (run, key)"
            " WHERE r.run = ? AND (o.key IS NULL OR o.state = 'failed' AND (o.transient OR ?)) ORDER BY r.position",
            (run.id, failed_too),
        )
        return [Target(row[0], os.fsdecode(row[1]), bool(row[2]), row[3]) for row in rows]

    def parts(self, run: Run, key: str) -> list[Part]:
        """The parts of a repository that are still to be looked at."""
        rows = self._db.execute(
            "SELECT commit_id, modules FROM part WHERE run = ? AND key = ? AND outcome IS NULL ORDER BY position",
            (run.id, _text(key)),
        )
        return [Part(commit, tuple(json.loads(modules))) for commit, modules in rows]

    def divide(self, run: Run, outcome: Outcome) -> None:
        """Note the parts of a large repository."""
        key = _text(outcome.key)
        with self._db:
            self._db.execute("DELETE FROM part WHERE run = ? AND key = ?", (run.id, key))
            self._db.executemany(
                "INSERT INTO part VALUES (?, ?, ?, ?, ?, NULL)",
                [
                    (run.id, key, position, part.commit, json.dumps(part.modules))
                    for position, part in enumerate(outcome.parts)
                ],
            )

    def add(self, run: Run, outcome: Outcome) -> Outcome | None:
        """Store the outcome of a repository or of a part; a result that is not a failure is never replaced.

        What has become of the repository; None if parts of it are still to be looked at.
        """
        key = _text(outcome.key)
        with self._db:
            if outcome.part is not None:
                whole = self._add_part(run, key, outcome, outcome.part)
                if whole is None:
                    return None
                outcome = whole
            before = self._db.execute(
                "SELECT state, attempts FROM result WHERE run = ? AND key = ?", (run.id, key)
            ).fetchone()
            if before is not None and before[0] != "failed":
                return outcome
            self._db.execute("DELETE FROM result WHERE run = ? AND key = ?", (run.id, key))
            self._db.execute(
                f"INSERT INTO result VALUES ({', '.join('?' * 22)})",
                (
                    run.id, key, outcome.state, outcome.reason, _text(outcome.detail), outcome.transient,
                    1 + (before[1] if before else 0), outcome.commit, outcome.dirty, outcome.exit_status,
                    _text(outcome.messages), json.dumps(outcome.summary), outcome.modules, outcome.files,
                    outcome.lines, outcome.started, outcome.fetch_seconds, outcome.files_seconds,
                    outcome.command_seconds, outcome.processor_seconds, outcome.worker, outcome.tool,
                ),
            )  # fmt: skip
            self._db.executemany(
                "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (run.id, key, position, str(found.get("rule", "")), _text(str(found.get("path", ""))),
                     int(found.get("line") or 0), str(found.get("status", "")), code(found), json.dumps(found))
                    for position, found in enumerate(outcome.findings)
                ],
            )  # fmt: skip
            self._db.executemany(
                "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (run.id, key, os.fsencode(change.path), zlib.compress(change.diff, 6), change.after_id,
                     json.dumps(change.validators))
                    for change in outcome.changes
                ],
            )  # fmt: skip
        return outcome

    def _add_part(self, run: Run, key: str, outcome: Outcome, part: Part) -> Outcome | None:
        """Keep the outcome of a part, and return the repository's once there are all."""
        self._db.execute(
            "UPDATE part SET outcome = ? WHERE run = ? AND key = ? AND modules = ? AND outcome IS NULL",
            (zlib.compress(json.dumps(packed(outcome)).encode("ascii"), 1), run.id, key, json.dumps(part.modules)),
        )
        rows = self._db.execute(
            "SELECT position, outcome FROM part WHERE run = ? AND key = ? ORDER BY position", (run.id, key)
        ).fetchall()
        if any(content is None for _, content in rows):
            return None
        outcomes = {position: unpacked(_parsed(_inflated(content).decode("latin-1"))) for position, content in rows}
        whole = merged(list(outcomes.values()))
        if whole.transient:  # what is good is not done again
            again = [(run.id, key, position) for position, one in outcomes.items() if one.state == "failed"]
            self._db.executemany("UPDATE part SET outcome = NULL WHERE run = ? AND key = ? AND position = ?", again)
        else:
            self._db.execute("DELETE FROM part WHERE run = ? AND key = ?", (run.id, key))
        return whole

    def end(self, run: Run) -> None:
        """Note that every repository of the run has a result."""
        with self._db:
            self._db.execute("UPDATE run SET ended = coalesce(ended, ?) WHERE id = ?", (time.time(), run.id))

    def counts(self, run: Run) -> dict[str, int]:
        """Return the number of repositories (``all``), and of those in each state."""
        (total,) = self._db.execute("SELECT count(*) FROM repository WHERE run = ?", (run.id,)).fetchone()
        rows = self._db.execute("SELECT state, count(*) FROM result WHERE run = ? GROUP BY state", (run.id,))
        return {"all": total, **dict(rows.fetchall())}

    def results(self, run: Run) -> Results:
        """All of a run, repositories by key, findings as printed, changes by path."""
        findings: dict[str, list[dict[str, Any]]] = {}
        for key, data in self._db.execute(
            "SELECT key, data FROM finding WHERE run = ? ORDER BY key, position", (run.id,)
        ):
            findings.setdefault(key, []).append(_parsed(data))
        changes: dict[str, list[Changed]] = {}
        for key, path, diff, after, validators in self._db.execute(
            "SELECT key, path, diff, after_id, validators FROM change WHERE run = ? ORDER BY key, path", (run.id,)
        ):
            changed = Changed(os.fsdecode(path), _inflated(diff), after, _parsed(validators))
            changes.setdefault(key, []).append(changed)
        rows = self._db.execute(
            "SELECT r.key, r.location, r.is_directory, r.revision, o.state, o.reason, o.detail, o.transient,"
            " o.commit_id, o.dirty, o.exit_status, o.messages, o.summary, o.modules, o.files, o.lines,"
            " o.started, o.fetch_seconds, o.files_seconds, o.command_seconds, o.processor_seconds, o.worker, o.tool,"
            " o.attempts"
            " FROM repository r LEFT JOIN result o USING (run, key) WHERE r.run = ? ORDER BY r.key",
            (run.id,),
        )
        repositories = []
        for row in rows:
            key = row[0]
            target = Target(key, os.fsdecode(row[1]), bool(row[2]), row[3])
            outcome = None
            if row[4] is not None:
                outcome = Outcome(
                    key, row[4], row[5], row[6], bool(row[7]), row[8], bool(row[9]), row[10], row[11],
                    findings.get(key, []), _parsed(row[12]), changes.get(key, []), *row[13:23],
                )  # fmt: skip
            repositories.append(Repository(target, outcome, row[23] or 0))
        return Results(run, repositories)

    def branched(self, run: Run, key: str, name: str, commit: str, *, pushed: bool) -> None:
        """Note that a branch was made."""
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO branch VALUES (?, ?, ?, ?, ?)", (run.id, _text(key), name, commit, pushed)
            )


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """An existing file of results.  Raises FleetError if there is none that can be read."""
    if not path.is_file():
        raise FleetError(f"{path}: there is no such results file")
    with _translated(path), closing(_connected(path)) as connection:
        _check(connection, path)
        yield Store(connection, path)


@contextmanager
def created(path: Path) -> Iterator[Store]:
    """A file of results for a run, made if there is none, and locked against other runs.  Raises FleetError."""
    with _translated(path), _locked(path), closing(_connected(path)) as connection:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not tables:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(
                f"BEGIN; {_SCHEMA} PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_VERSION}; COMMIT;"
            )
        _check(connection, path)
        yield Store(connection, path)


def code(finding: dict[str, Any]) -> str:
    """The code of a finding's refusal, or of its fix's first hazard; empty if it has none."""
    refusal, fix = finding.get("refusal"), finding.get("fix")
    if isinstance(refusal, dict):
        return str(refusal.get("code", ""))
    if isinstance(fix, dict) and isinstance(hazards := fix.get("hazards"), list) and hazards:
        first = hazards[0]
        return str(first.get("code", "")) if isinstance(first, dict) else str(first)
    return ""


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise FleetError unless this is a file of results, of this version's format."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != _APPLICATION:
        raise FleetError(f"{path}: this is not a results file")
    if version != _VERSION:
        raise FleetError(f"{path}: made by another version of defermod (format {version}, this one has {_VERSION})")
    other = connection.execute("SELECT name FROM sqlite_master WHERE type NOT IN ('table', 'index')").fetchone()
    if other is not None:  # reading a view may never end, and a trigger decides what is written
        raise FleetError(f"{path}: this is not a results file: {printable(str(other[0]))} is not a table of a run")


def _parsed(text: str) -> Any:
    """Read what a run has kept as JSON.  Raises FleetError for what no run has written."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise FleetError("the results file is damaged: it contains invalid JSON") from None


def _inflated(diff: bytes) -> bytes:
    """The text of a diff.  Raises FleetError for what no run has written."""
    unpack = zlib.decompressobj()
    try:
        text = unpack.decompress(diff, _MOST_DIFF)
    except zlib.error:
        text = b""
    if not unpack.eof:
        raise FleetError(f"the file of results is damaged: a diff is broken, or of more than {_MOST_DIFF >> 20} MiB")
    return text


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Raise FleetError for an error of SQLite."""
    try:
        yield
    except sqlite3.Error as error:
        hint = "; free some space and run the same command again" if "full" in str(error) else ""
        raise FleetError(f"{path}: {error}{hint}") from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let no other run write the same file, whatever happens to this process.  Raises FleetError if one does."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    try:
        descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    except OSError as error:
        raise FleetError(f"{path}: {error.strerror}") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FleetError(f"{path}: another run is writing to it") from None
        yield
    finally:
        os.close(descriptor)


def _text(text: str) -> str:
    """Text that SQLite takes: names that are not UTF-8 keep their bytes as escapes."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
