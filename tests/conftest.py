"""Flags of the test run, and what costs enough to be made once for all tests."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="write output.go of the golden cases anew, then test as usual",
    )
    parser.addoption(
        "--campaign",
        action="store_true",
        help="also run what takes minutes: tests that are marked so, and the largest inputs of pipeline/test_faults.py",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--campaign"):
        for item in items:
            if item.get_closest_marker("campaign"):
                item.add_marker(pytest.mark.skip(reason="takes long: only with --campaign"))


@pytest.fixture(scope="session", autouse=True)
def _cache_of_the_tests() -> Iterator[None]:
    """The tests, and what they start, leave the user's cache alone."""
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("DEFERMOD_CACHE_DIR", f"{directory}/cache")
        yield


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Keep the collector of garbage out: once enough is new, it looks at all that other tests have left.

    That is often so in the larger of two timed runs only, which then takes twelve times the smaller one's time for four
    times its calls.
    """
    gc.collect()
    gc.disable()
    yield
    gc.enable()
