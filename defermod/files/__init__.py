"""The user's tree: which files there are, reading and writing them.  Nothing else walks it for Go files or writes it.

The toolchain and rules' evidence read what stands beside the files: go.mod, profiles, other files of a package.
"""

from defermod.files.content import check_utf8, is_generated
from defermod.files.discovery import Folder, SourceFile, Walk, passed_over
from defermod.files.disk import TEMPORARY_PREFIX, ChangedMeanwhile, FileError, Stamp, content, read, write
from defermod.files.ignored import compiled

__all__ = [
    "TEMPORARY_PREFIX",
    "ChangedMeanwhile",
    "FileError",
    "Folder",
    "SourceFile",
    "Stamp",
    "Walk",
    "check_utf8",
    "compiled",
    "content",
    "is_generated",
    "passed_over",
    "read",
    "write",
]
