"""``run``: a codemod of the user's own, with all that ``fix`` has."""

from __future__ import annotations

from dataclasses import replace

from defermod.cli import FAILED, commands, output
from defermod.cli.flags import Flags
from defermod.engine.registry import CodemodError, load, named


def run(spec: str, flags: Flags) -> int:
    """Run the codemod ``FILE.py[:NAME]`` or ``PACKAGE[:NAME]``, and nothing else."""
    name = named(spec)
    try:
        load(name)
    except CodemodError as error:
        output.error(str(error))
        return FAILED
    return commands.fix(replace(flags, codemod=name))
