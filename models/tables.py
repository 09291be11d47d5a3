"""Every table, imported once: for migrations, and for mappers that refer to each other by name."""

from models import (
    audit,
    contact,
    desk,
    handoff,
    heard,
    held,
    history,
    installation,
    item,
    nudge,
    outgoing,
    patient,
    request,
    team,
    unsorted,
    workspace,
)

__all__ = ["audit", "contact", "desk", "handoff", "heard", "held", "history", "installation", "item", "nudge", "outgoing",
           "patient", "request", "team", "unsorted", "workspace"]
