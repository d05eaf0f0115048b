"""Names that Go predeclares, its basic types, and the kinds of literals."""

from __future__ import annotations

BASIC_TYPES = frozenset(
    {"bool", "byte", "complex64", "complex128", "float32", "float64", "rune", "string", "uintptr"}
) | {f"{sign}{bits}" for sign in ("int", "uint") for bits in ("", 8, 16, 32, 64)}
"""The unnamed types whose values are no more than what the variable holds."""
PREDECLARED = frozenset(
    {
        "any", "append", "bool", "byte", "cap", "clear", "close", "comparable", "complex", "complex128",
        "complex64", "copy", "delete", "error", "false", "float32", "float64", "imag", "int", "int16",
        "int32", "int64", "int8", "iota", "len", "make", "max", "min", "new", "nil", "panic", "print",
        "println", "real", "recover", "rune", "string", "true", "uint", "uint16", "uint32", "uint64", "uint8",
        "uintptr",
    }
)  # fmt: skip
"""The names of the universe block."""
KEYWORDS = frozenset(
    {
        "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for",
        "func", "go", "goto", "if", "import", "interface", "map", "package", "range", "return", "select",
        "struct", "switch", "type", "var",
    }
)  # fmt: skip
"""The reserved words."""
LITERALS = frozenset(
    {
        "int_literal", "float_literal", "imaginary_literal", "rune_literal", "interpreted_string_literal",
        "raw_string_literal", "true", "false", "nil",
    }
)  # fmt: skip
"""The kinds of nodes whose value is written out, as the grammar names them."""


__all__ = ["BASIC_TYPES"]
