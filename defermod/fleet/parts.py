"""A large repository in parts: what its modules' outcomes come to, and their form in the file of results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from defermod.fleet.values import Changed, FleetError, Outcome, Part


def merged(outcomes: Sequence[Outcome]) -> Outcome:
    """The outcome of the repository whose parts, in their order, had these: what one command over all would say.

    It has failed if one of them has, as the one command would have.
    """
    first = outcomes[0]
    bad = [one for one in outcomes if one.state == "failed"]
    whole = Outcome(
        first.key,
        "partial" if any(one.state == "partial" for one in outcomes) else "done",
        commit=first.commit,
        dirty=any(one.dirty for one in outcomes),
        exit_status=max((one.exit_status for one in outcomes if one.exit_status is not None), default=None),
        modules=sum(one.modules for one in outcomes),
        files=max(one.files for one in outcomes),
        lines=max(one.lines for one in outcomes),
        started=min(one.started for one in outcomes),
        fetch_seconds=sum(one.fetch_seconds for one in outcomes),
        files_seconds=sum(one.files_seconds for one in outcomes),
        command_seconds=sum(one.command_seconds for one in outcomes),
        processor_seconds=sum(one.processor_seconds for one in outcomes),
        worker=" ".join(sorted({one.worker for one in outcomes})),
        tool=first.tool,
    )
    if bad:
        # What can be done again is said first: the repository is not done until it has been.
        chosen = next((one for one in bad if one.transient), bad[0])
        of = " ".join(chosen.part.modules) if chosen.part else ""
        whole.state, whole.reason, whole.transient = "failed", chosen.reason, chosen.transient
        whole.detail = f"{of}: {chosen.detail}"
        return whole
    changes: dict[str, Changed] = {}
    for change in (change for one in outcomes for change in one.changes):
        if change.path in changes:
            whole.state, whole.reason = "failed", "bad-output"
            whole.detail = f"two parts changed {change.path}; --split 0 looks at all modules together"
            return whole
        changes[change.path] = change
    whole.messages = "".join(one.messages for one in outcomes)
    whole.findings = [found for one in outcomes for found in one.findings]
    whole.findings.sort(key=lambda found: str(found.get("path", "")).split("/"))
    whole.changes = [changes[path] for path in sorted(changes)]
    whole.summary = _summed([one.summary for one in outcomes])
    return whole


def _summed(summaries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Add up numbers, at any depth; of other values the last one is kept."""
    total: dict[str, Any] = {}
    for summary in summaries:
        for name, value in summary.items():
            before = total.get(name)
            if isinstance(value, dict) and isinstance(before, dict):
                total[name] = _summed([before, value])
            elif isinstance(value, int) and isinstance(before, int) and not isinstance(value, bool):
                total[name] = before + value
            else:
                total[name] = value
    return total


def packed(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as values that JSON has."""
    values = asdict(outcome)
    for change in values["changes"]:
        change["diff"] = change["diff"].decode("latin-1")
    return values


def unpacked(values: Any) -> Outcome:
    """Return the outcome that ``packed`` was given.  Raises FleetError for values that no run has written."""
    try:
        part = values.pop("part")
        values["changes"] = [
            Changed(**{**change, "diff": change["diff"].encode("latin-1")}) for change in values["changes"]
        ]
        values["parts"] = []
        return Outcome(**values, part=Part(part["commit"], tuple(part["modules"])) if part else None)
    except (AttributeError, KeyError, TypeError, UnicodeError):
        raise FleetError("the results file is damaged: it contains an invalid part") from None
