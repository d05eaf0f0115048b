"""Flags of the test run, and what costs enough to be made once for all tests."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="write output.go of the golden cases anew, then test as usual",
    )
