"""Values of the program as JSON and back, by their declared types: data comes out, whoever wrote it."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

Convert = Callable[[Any], Any]


def to_plain(value: object) -> Any:
    """``value`` as what json can write: numbers, strings, lists.  Raises TypeError for a value of another kind.

    Bytes become strings of one character per byte; of dataclasses the name and the fields' values are written.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, frozenset):
        return [to_plain(item) for item in sorted(value)]
    if is_dataclass(value):
        return [type(value).__name__, *(to_plain(getattr(value, field.name)) for field in fields(value))]
    raise TypeError(f"{type(value).__name__} is not data")


@lru_cache(maxsize=256)
def from_plain(kind: Any) -> Convert:
    """Return the function that restores a value of the type ``kind`` from the output of ``to_plain``.

    It raises ValueError for anything that is none.  Raises TypeError for a type whose values are not data.
    """
    if kind in (int, str, bool, float, type(None)):
        return lambda plain: _checked(plain, kind)
    if kind is bytes:
        return lambda plain: _checked(plain, str).encode("latin-1")
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (tuple, frozenset):
        if origin is frozenset or arguments[1:] == (...,):
            item = from_plain(arguments[0])
            return lambda plain: origin(item(each) for each in _checked(plain, list))
        items = [from_plain(argument) for argument in arguments]
        return lambda plain: tuple(_each(items, plain))
    if origin in (typing.Union, types.UnionType):
        choices = [from_plain(argument) for argument in arguments]
        return lambda plain: _first(choices, plain)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if isinstance(kind, type) and is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        parts = [_named(kind.__name__), *(from_plain(hints[field.name]) for field in fields(kind))]
        return lambda plain: kind(*_each(parts, plain)[1:])
    raise TypeError(f"{kind} is not a type of data")


def _named(name: str) -> Convert:
    def convert(plain: Any) -> str:
        if plain != name:
            raise ValueError(f"{name} expected")
        return name

    return convert


def _checked(plain: Any, kind: type) -> Any:
    if type(plain) is not kind:
        raise ValueError(f"{kind.__name__} expected")
    return plain


def _each(converts: Sequence[Convert], plain: Any) -> list[Any]:
    if type(plain) is not list or len(plain) != len(converts):
        raise ValueError("another number of parts expected")
    return [convert(part) for convert, part in zip(converts, plain, strict=True)]


def _first(choices: Sequence[Convert], plain: Any) -> Any:
    """Return the result of the first of the ``choices`` that accepts ``plain``."""
    for choice in choices:
        try:
            return choice(plain)
        except ValueError:
            continue
    raise ValueError("none of the types expected")
