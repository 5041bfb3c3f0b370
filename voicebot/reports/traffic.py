"""What recorded calls did on a script's graph: visits, hang-ups, moves from node to node, of all its versions."""

from collections import Counter

from voicebot.dialog.graph import Traffic
from voicebot.errors import UsageError
from voicebot.reports.nodes import node_report
from voicebot.reports.only import Only, check
from voicebot.store.store import Store


def traffic(store: Store, only: Only) -> Traffic:
    """The traffic of one script's calls. Raises UsageError when there were none, or an unknown name; StoreError."""
    check(store, only)
    visits: Counter[str] = Counter()
    hangups: Counter[str] = Counter()
    moves: Counter[tuple[str, str]] = Counter()
    for row in node_report(store, only):
        visits[row.node] += row.visits
        hangups[row.node] += row.hangups_playing + row.hangups_listening
        moves.update({(row.node, after): count for after, count in row.next_nodes})
    if not visits:
        raise UsageError(f"campaign {only.campaign!r} has no calls with script {only.script!r}; name another")
    return Traffic(visits, hangups, moves)
