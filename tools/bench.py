"""`make bench`: every figure of docs/performance.md, one tool after the other."""

import subprocess
import sys

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
    "tools.bench_claims",
)


def main() -> int:
    """Run them all; the first status that is not 0, or 0."""
    statuses = []
    for module in BENCHES:
        print(f"\n== {module}", flush=True)
        statuses.append(subprocess.run([sys.executable, "-m", module], check=False).returncode)
    return next((status for status in statuses if status), 0)


if __name__ == "__main__":
    sys.exit(main())
