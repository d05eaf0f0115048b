"""The user's tree: which files there are, reading and writing them.  Nothing else touches it."""

from defermod.files.content import check_utf8, is_generated
from defermod.files.discovery import Discovery, SourceFile, discover, passed_over
from defermod.files.disk import TEMPORARY_PREFIX, ChangedMeanwhile, FileError, Stamp, read, write

__all__ = [
    "TEMPORARY_PREFIX",
    "ChangedMeanwhile",
    "Discovery",
    "FileError",
    "SourceFile",
    "Stamp",
    "check_utf8",
    "discover",
    "is_generated",
    "passed_over",
    "read",
    "write",
]
