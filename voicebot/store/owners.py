"""How processes sign what they hold in the store: a name of their own, and the switch on which it can be looked for."""

AT = "@"
"""Parts a process's name from its switch's."""


def owner_named(process: str, switch: str) -> str:
    """How a process on a switch signs its leases."""
    return f"{process}{AT}{switch}"


def switch_of(owner: str) -> str:
    """The switch of whoever signed so; empty when he named none."""
    return owner.rpartition(AT)[2] if AT in owner else ""
