"""The user's own directory for what can be made again, and how its content is known to be the program's own.

Other users must not be able to write there: what is in it decides verdicts, and one file is a program that is
started.  Where a directory lies inside a checkout, who wrote the repository can; so each file is sealed with a
secret that is kept in the user's home, wherever the directory itself is.

All of this is best effort: without a home, or with one that others can write, nothing is kept.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

DIRECTORY_VARIABLE = "DEFERMOD_CACHE_DIR"
"""The environment variable that names another directory than the user's usual one for caches."""
SEAL_SIZE = 32
"""Bytes of a seal."""
_SECRET_SIZE = 32


def cache_directory() -> Path | None:
    """The directory for caches, absolute: what the environment says, otherwise the system's usual one.

    None for a user without a home.  Nothing is created or checked.
    """
    if named := os.environ.get(DIRECTORY_VARIABLE):
        return Path(os.path.abspath(named))  # noqa: PTH100 - the directory may be gone, and a link be meant
    stated = os.environ.get("XDG_CACHE_HOME", "")
    if stated and Path(stated).is_absolute():
        return Path(stated, "defermod")
    return _usual_directory()


def _usual_directory() -> Path | None:
    if os.name == "nt":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local, "defermod", "Cache") if local else None
    try:
        home = Path.home()
    except RuntimeError:  # no HOME, and no entry in the list of users
        return None
    if not home.is_absolute():
        return None
    return home.joinpath(*(("Library", "Caches") if sys.platform == "darwin" else (".cache",)), "defermod")


def made_private(directory: Path) -> bool:
    """Create ``directory`` if need be; reports whether it is this user's, and nobody else can write there."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "nt":
            return True
        status = directory.lstat()
        if not stat.S_ISDIR(status.st_mode):
            status = directory.stat()  # a link is as good as what it leads to, and as the directory it is in
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
            return False
        if status.st_mode & 0o022:
            directory.chmod(stat.S_IMODE(status.st_mode) & ~0o022)
        return all(_keeps_names(above) for above in directory.resolve().parents)
    except (OSError, ValueError, RuntimeError):
        return False


def _keeps_names(directory: Path) -> bool:
    """Return True if strangers can't rename what is in ``directory``."""
    mode = directory.stat().st_mode
    return not mode & stat.S_IWOTH or bool(mode & stat.S_ISVTX)


def sealed(body: bytes) -> bytes | None:
    """The seal for ``body``; None where no secret can be kept."""
    secret = _secret()
    return None if secret is None else blake2b(body, key=secret, digest_size=SEAL_SIZE).digest()


def is_sealed(body: bytes, seal: bytes) -> bool:
    """Return True if this user's program has sealed ``body`` so."""
    # A difference that took time to find would tell nobody anything: who can try seals can read the secret.
    return sealed(body) == seal


def _secret() -> bytes | None:
    directory = _usual_directory()
    return None if directory is None else _secret_in(directory)


@lru_cache(maxsize=4)
def _secret_in(directory: Path) -> bytes | None:
    if not made_private(directory):
        return None
    path = directory / "secret"
    with contextlib.suppress(OSError):
        if (known := _read_secret(path)) is not None:
            return known
        # Whole or not at all: two runs at once must not end up with two secrets.
        fresh = directory / f"secret.{os.getpid()}.{os.urandom(4).hex()}"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            os.write(handle, os.urandom(_SECRET_SIZE))
        finally:
            os.close(handle)
        try:
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
        except OSError:  # a file system without hard links
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        return _read_secret(path)
    return None


def _read_secret(path: Path) -> bytes | None:
    """The secret in the file; None where there is none.  Raises OSError for a file that isn't this user's."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or (
            os.name != "nt" and (status.st_uid != os.geteuid() or status.st_mode & 0o077)
        ):
            raise PermissionError(f"{path}: not this user's alone")
        secret = os.read(handle, _SECRET_SIZE + 1)
    finally:
        os.close(handle)
    if len(secret) != _SECRET_SIZE:
        path.unlink()
        return None
    return secret
