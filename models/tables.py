"""Every table, imported once: for migrations, and for mappers that refer to each other by name."""

from models import audit, item, nudge, outgoing, patient, request, team, workspace

__all__ = ["audit", "item", "nudge", "outgoing", "patient", "request", "team", "workspace"]
