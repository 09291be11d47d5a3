"""Every error whose sentence a person can act on.

CareError                     the sentence is shown as it stands
├── Unclear                   the words did not make sense: usage and an example go with it
│   ├── UnknownPatient        no such alias; near misses and an "Add" button go with it
│   └── SeveralTeams          the person is in more than one, and where they are says none of them
├── NotFound                  no such item here (the same whether it exists elsewhere or not)
│   └── Hidden                it is here, and not for this person: said as if it were not
├── Conflict                  the item's state does not allow this verb
├── Refused                   the person may not
│   ├── NoTeam                the channel is no care team yet
│   └── Stale                 membership or profile is too old to decide; ask Slack, then try again
├── Busy                      the database did not answer in time; nothing was saved
│   └── InDoubt               it was lost while it saved: this may have been saved, or not
└── Unreadable                a sealed value does not open
"""

from __future__ import annotations

from typing import Self
from uuid import UUID


class CareError(Exception):
    """``sentence`` is shown to the person; it says what to do next and quotes nothing they typed.

    ``field`` names the field of a form that it is about, once whoever reads the form knows.
    """

    field: str | None = None

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def at(self, field: str) -> Self:
        """``raise Unclear(…).at("words")`` names the field."""
        self.field = field
        return self


class Unclear(CareError):
    """``verb`` names the usage line to show; ``example`` is the person's own words put right, if possible."""

    def __init__(self, sentence: str, verb: str | None = None, example: str | None = None) -> None:
        super().__init__(sentence)
        self.verb = verb
        self.example = example


class UnknownPatient(Unclear):
    """``word`` is what was typed, ``near`` the aliases that come close."""

    field = "patient"

    def __init__(self, sentence: str, verb: str | None, word: str, near: tuple[str, ...], can_add: bool) -> None:
        super().__init__(sentence, verb)
        self.word = word
        self.near = near
        self.can_add = can_add


class SeveralTeams(Unclear):
    """``teams`` are (id, channel), to choose from."""

    def __init__(self, sentence: str, teams: tuple[tuple[UUID, str], ...]) -> None:
        super().__init__(sentence)
        self.teams = teams


class NotFound(CareError):
    pass


class Hidden(NotFound):
    """``key`` is what it was about, for the audit alone."""

    def __init__(self, sentence: str, key: UUID) -> None:
        super().__init__(sentence)
        self.key = key


class Conflict(CareError):
    pass


class Refused(CareError):
    pass


class NoTeam(Refused):
    pass


class Stale(Refused):
    """Raised inside a transaction that must be rolled back; the caller refreshes from Slack and repeats."""


class Busy(CareError):
    pass


class InDoubt(Busy):
    pass


class Unreadable(CareError):
    pass
