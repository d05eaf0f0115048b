"""A safe closure around something that was written says that the error of its Close is still lost."""

from __future__ import annotations

import pytest

from defermod.model import Options
from tests.support_facts import analyse_judged

LOOP = """package p

import "os"

func write(names []string) error {{
	for _, name := range names {{
		f, err := os.{open}
		if err != nil {{
			return err
		}}
		defer {release}
		{use}
	}}
	return nil
}}
"""


@pytest.mark.parametrize(
    ("open", "release", "use", "lost"),
    [
        ("Create(name)", "f.Close()", 'f.WriteString("a")', True),
        ("Create(name)", "func() { f.Close() }()", 'f.WriteString("a")', True),
        ("OpenFile(name, os.O_WRONLY, 0)", "f.Close()", "fmt.Fprint(f)", True),
        ("OpenFile(name, os.O_RDONLY, 0)", "f.Close()", "fmt.Fprint(f)", False),
        ("Open(name)", "f.Close()", "f.Read(b)", False),
        ("Create(name)", "f.Close()", "f.Name()", False),
        ("Create(name)", "f.Close()", "if err := f.Sync(); err != nil {\n\t\t\treturn err\n\t\t}", False),
        ("Create(name)", "f.Sync()", 'f.WriteString("a")', False),
    ],
)
def test_the_error_is_still_lost(open: str, release: str, use: str, lost: bool) -> None:
    text = LOOP.format(open=open, release=release, use=use).encode()
    result = analyse_judged("a.go", text, Options(go_version=(1, 22)))
    fixes = [finding.fix for finding in result.findings]
    assert len(fixes) == 1 and fixes[0] is not None
    assert ("the error of f.Close is still lost (lost-close-error)" in fixes[0].proof) is lost


AGAIN = """f.WriteString("a")
		if f, err = os.Create(name + "b"); err != nil {
			return err
		}
		defer f.Close()
		f.WriteString("b")"""


def test_each_name_is_said_once() -> None:
    text = LOOP.format(open="Create(name)", release="f.Close()", use=AGAIN).encode()
    findings = analyse_judged("a.go", text, Options(go_version=(1, 22))).findings
    proofs = [finding.fix.proof for finding in findings if finding.fix]
    assert any("the error of f.Close is still lost" in proof for proof in proofs), proofs
