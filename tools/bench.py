"""`make bench`: every figure of docs/performance.md, one tool after the other."""

import subprocess
import sys
import time

BENCHES = (
    "tools.bench_dialog",
    "tools.bench_nlu",
    "tools.bench_scripts",
    "tools.bench_grades",
    "tools.bench_replay",
    "tools.bench_ears",
    "tools.bench_audio",
    "tools.bench_pacing",
    "tools.bench_import",
    "tools.bench_import 200000 --postgres",
    "tools.bench_import 200000 --xlsx",
    "tools.bench_claims",
    "tools.fuzz_dialers --attempts 2000 --limit 600",
    "tools.fuzz_dialers --attempts 2000 --limit 600 --postgres",
    "tools.bench_lines",
    "tools.bench_reports",
)
"""Modules with their arguments. The whole fuzz of 20,000 attempts takes a quarter of an hour and is run by itself."""


def main() -> int:
    """Run them all; the first status that is not 0, or 0."""
    statuses = []
    for bench in BENCHES:
        print(f"\n== {bench}", flush=True)
        began = time.monotonic()
        statuses.append(subprocess.run([sys.executable, "-m", *bench.split()], check=False).returncode)
        print(f"   {time.monotonic() - began:.0f} s, status {statuses[-1]}", flush=True)
    return next((status for status in statuses if status), 0)


if __name__ == "__main__":
    sys.exit(main())
