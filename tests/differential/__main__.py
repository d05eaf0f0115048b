"""``python -m tests.differential --count 20000 --seed 1``: a campaign from the command line."""

from __future__ import annotations

import argparse
import sys
import time

from tests.differential.campaign import FILE, TASKS, Campaign
from tests.differential.reduce import reduce


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="functions to check")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with programs of its own")
    parser.add_argument("--runs", type=int, default=40, help="inputs for each function")
    parser.add_argument("--unsafe", action="store_true", help="apply unsafe fixes too")
    parser.add_argument("--explicit", action="store_true", help="make the calls of loop defers explicit")
    parser.add_argument("--hot", action="store_true", help="make the calls of defers outside of loops explicit")
    parser.add_argument("--vet", action="store_true", help="ask go vet and gofmt about the results, too")
    parser.add_argument(
        "--facts", action=argparse.BooleanOptionalAction, default=True, help="give the tool the type checker's facts"
    )
    parser.add_argument("--report", type=int, default=5, help="failures to make small and show")
    options = parser.parse_args()
    tool, exempt, contract = TASKS[options.explicit, options.hot, options.unsafe]
    # A file in which something recovers panics gets no explicit calls: one function a file.
    together = 1 if options.explicit or options.hot else FILE
    campaign = Campaign(
        options.seed,
        tool,
        exempt,
        options.jobs,
        options.runs,
        vet=options.vet,
        facts=options.facts,
        together=together,
        contract=contract,
        hot=options.hot,
    )
    begun = time.monotonic()
    shown: list[str] = []
    for failure in campaign.run(options.count):
        print(f"{failure.function.name}: {failure.trouble}: {failure.detail[:300]}", file=sys.stderr)
        if len(shown) < options.report and shown.count(failure.trouble) < 2:
            shown.append(failure.trouble)
            print(reduce(failure, tool, exempt, facts=options.facts, contract=contract), flush=True)
    print(campaign.counts)
    print(f"time         {time.monotonic() - begun:.0f} s")
    return 1 if campaign.counts.differences else 0


if __name__ == "__main__":
    sys.exit(main())
