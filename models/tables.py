"""Every table, imported once: for migrations, and for mappers that refer to each other by name."""

from models import (
    absence,
    audit,
    contact,
    desk,
    glass,
    handoff,
    heard,
    heartbeat,
    held,
    history,
    installation,
    item,
    nudge,
    outgoing,
    patient,
    request,
    series,
    team,
    unsorted,
    workspace,
)

__all__ = ["absence", "audit", "contact", "desk", "glass", "handoff", "heard", "heartbeat", "held", "history", "installation",
           "item", "nudge", "outgoing", "patient", "request", "series", "team", "unsorted", "workspace"]
