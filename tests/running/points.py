"""Every point at which a nudge's worker can die, by the names that ``tests.running.killer`` gives them.

The list is whole as long as ``test_crashes.test_every_change_of_a_message_s_way_is_a_point`` passes: it notes what a worker that
has everything to do, a first try, a refusal, a doubt, a look and a second try, commits and calls, and each of it must stand here.
"""

from __future__ import annotations


def sides(*names: str) -> list[str]:
    return [f"{name}:{side}" for name in names for side in ("before", "after")]


# From claim to settled, of a try that Slack takes at once. "leased" and "engine …" are the hand-over, and the engine's own.
DECIDED = sides("decided", "post written")
HANDED_OVER = [*sides("leased"), "engine INSERT workflow_input", *sides("post held")]
SAID = ["call chat.postMessage"]
SETTLED = ["message accepted", *sides("post settled"), "engine INSERT operation_outputs", "engine INSERT workflow_output"]
# Of one that it refuses, of one that nobody knows of, and of the look for that.
REFUSED, UNKNOWN = sides("post refused"), sides("post uncertain")
LOOKED = [*sides("post doubted"), "call conversations.open", "call conversations.history"]
ABSENT = sides("post absent")
# What keeps what was said true: an update in place.
CHANGED = [*sides("update held"), "call chat.update", *sides("update settled")]

BEGUN = [*DECIDED, *HANDED_OVER, *SAID]
NAMED = {*BEGUN, *SETTLED, *REFUSED, *UNKNOWN, *LOOKED, *ABSENT, *CHANGED, *sides("update written")}
# What else a worker does meanwhile, that is no step of any message's way.
BESIDE = {"call auth.test", "call users.info", "call conversations.members", "call conversations.info", "call views.publish",
          "engine UPDATE dbos_migrations", "engine INSERT dbos_migrations", "engine INSERT application_versions",
          "engine UPDATE workflow_status", "engine INSERT queues", "engine UPDATE queues",
          *sides("beside INSERT heartbeat", "beside UPDATE heartbeat", "beside UPDATE due", "beside INSERT due",
                 "beside DELETE due", "beside UPDATE member", "beside UPDATE care_team", "beside INSERT desk",
                 "beside UPDATE desk", "beside INSERT audit_row")}


def where(fault: str) -> list[str]:
    """The points that a message passes whose first call meets this fault."""
    if fault in {"", "429", "429-bare"}:
        return [*BEGUN, *(REFUSED if fault else []), *SETTLED]
    done = fault not in {"500", "503", "html", "list", "reset-before"}
    return [*BEGUN, *UNKNOWN, *LOOKED, *([] if done else ABSENT), *SETTLED]
