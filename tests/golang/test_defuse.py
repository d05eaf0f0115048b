"""Occurrences of a variable: those that give it a value, those that take its address, and plain uses."""

from __future__ import annotations

import pytest

from defermod.golang.defuse import address_taken, assigns, past_parentheses, unparenthesized
from tests.support_go import find_text, function

OCCURRENCES = {
    "x := 1\nx = 2\nx++\nuse(x)": "===.",
    "x, y := f()": "=",
    "y, x = f(), x": "=.",
    "x += x": "=.",
    "x--": "=",
    "(x) = 1": "=",
    "((x))++": "=",
    "for x := range y {\n}": "=",
    "for _, x = range y {\n}": "=",
    "for range x {\n}": ".",
    "for y := range x {\n}": ".",
    "x := <-c": "=",
    "x <- 1": ".",
    "<-x": ".",
    "select {\ncase x := <-c:\n}": "=",
    "select {\ncase x = <-c:\n}": "=",
    "select {\ncase <-x:\n}": ".",
    "select {\ncase x <- y:\n}": ".",
    "switch x := y.(type) {\n}": "=",
    "switch y := x.(type) {\n}": ".",
    "switch x {\n}": ".",
    "var x = y": "=",
    "var x int": "=",
    "var y = x": ".",
    "var y, x = x, y": "=.",
    "x.f = 1": ".",
    "x[0] = 1": ".",
    "y[x] = 1": ".",
    "*x = 1": ".",
    "p := &x": "&",
    "p := &(x)": "&",
    "f(&((x)), x)": "&.",
    "p := &x.f": ".",
    "p := &x[0]": ".",
    "y = -x": ".",
    "y = y & x": ".",
    "defer x.Close()": ".",
    "return x": ".",
}


@pytest.mark.parametrize("body", OCCURRENCES)
def test_occurrences(body: str) -> None:
    found = [node for node in function(body).find("identifier") if node.text == "x"]
    assert all(not (assigns(node) and address_taken(node)) for node in found)
    assert "".join("=" if assigns(n) else "&" if address_taken(n) else "." for n in found) == OCCURRENCES[body]


def test_parentheses() -> None:
    body = function("y = ((x))")
    outer, name = find_text(body, "((x))", frozenset({"parenthesized_expression"})), find_text(body, "x")
    assert unparenthesized(outer) is name and unparenthesized(name) is name
    assert past_parentheses(name) is outer.parent
