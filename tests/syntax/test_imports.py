"""The imports of a file, of which perhaps only some declarations were parsed."""

from __future__ import annotations

import pytest

from defermod.model import Span, apply_edits
from defermod.syntax.imports import Imports
from defermod.syntax.source import Source

TEXT = b"""// func in a comment
/*
func in another one
*/
package p

import "fmt"
import (
	"log"
	"os"
)

func f() { fmt.Println() }

func g() { defer log.Println(os.Args) }
"""


@pytest.mark.parametrize("suspects", [None, lambda text: [Span(text.index(b"func g"), len(text))]])
def test_an_import_is_found_whatever_was_parsed(suspects: object) -> None:
    imports = Imports(Source(TEXT, suspects=suspects))  # type: ignore[arg-type]
    assert [one.path for one in imports.all] == ["fmt", "log", "os"]
    assert imports.edits([("os", "")], []) == []
    assert b'\t"io"\n\t"log"\n' in apply_edits(TEXT, imports.edits([("io", "")], []))
