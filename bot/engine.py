"""Durable work, and the only place that knows DBOS: it runs the tries, and resumes those of a worker that died.

The rules and the state are ours: what is due stands in ``due``, what is to be sent in ``outgoing``. Each worker leases as much
as it has room for, so that the work spreads by itself and none of it waits in a queue of DBOS's. A workflow carries ids only and
returns a code, so no typed text ever reaches DBOS's tables or log.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from sqlalchemy import Engine as Database
from sqlalchemy import make_url

from bot.beside import NoEngine, opened
from bot.clock import Clock
from bot.deliver import Delivery
from bot.desks import Desks
from bot.fresh import Fresh
from bot.logs import log
from bot.rehearsing import Rehearsing
from bot.slots import SLOTS, Slot
from bot.sweep import Sweeper
from models import outgoing
from models.errors import CareError
from models.heard import forget_heard
from models.held import forget_held
from models.outgoing import Lines
from models.request import forget_old
from models.store import Store, lite_path
from models.workspace import Subject, due_now, installed, lease, which_due

LOG = log("engine")
WORKFLOW = "deliver"
VERSION = "1"                 # raise it when a workflow's steps change, so that old ones are not resumed by new code
PULSE, REHEARSE, WATCH, SWEEP, TIDY = 1.0, 5.0, 15.0, 60.0, 3600.0    # seconds, by the monotonic clock
CHORES_AFTER = 60.0           # seconds after the start, when all that is due has been looked at
LEASE = timedelta(seconds=10)
BATCH = 50
THREADS = 16                  # tries at once; as many again wait for a thread, so that none is ever idle
LOST = 120.0                  # seconds after which a try that never ended is not waited for any more
DRAIN = 25                    # seconds; longer than one try can last, so that nobody takes our place while it does
ENDED = ["SUCCESS", "ERROR", "CANCELLED"]
KEEP = timedelta(days=1)      # finished workflows, for whoever looks into what happened


class Engine:
    """The sweep, the hand-over of due messages, and the workers that deliver them. One a process."""

    def __init__(self, store: Store, delivery: Delivery, desks: Desks, fresh: Fresh, clock: Clock,
                 chores: Callable[[], None] = lambda: None) -> None:
        """``chores`` is done each hour, and soon after the start."""
        self._store, self._delivery, self._desks, self._clock = store, delivery, desks, clock
        self._chores, self._sweeper, self._rehearsing = chores, Sweeper(store, fresh, clock), Rehearsing(store, clock)
        self._stop, self._kick = threading.Event(), threading.Event()
        self._slot = Slot(store)
        self._trying: dict[UUID, float] = {}   # messages, by when their try was begun
        self._threads = [threading.Thread(target=work, name=name, daemon=True)
                         for work, name in ((self._beat, "kept-pulse"), (self._sweeps, "kept-sweep"),
                                            (self._hourly, "kept-chores"))]
        self._database: Database | None = None

    def start(self) -> None:
        """Raises NoEngine when this machine cannot, or when another worker has the same SQLite file."""
        executor = self._slot.take()
        if executor is None:
            raise NoEngine("Another kept work, or kept serve --with-worker, is running on this SQLite file. Stop it first; "
                           "several workers need PostgreSQL." if self._store.lite else
                           f"{SLOTS} workers are running on this database, and there is no place for another.")
        DBOS(config=self._config(executor))
        logging.getLogger("dbos").setLevel(logging.WARNING)

        @DBOS.step(name="attempt")
        def attempt(workspace: str, key: str, number: int) -> str:
            return self._safely(UUID(workspace), UUID(key), number)

        @DBOS.workflow(name=WORKFLOW)
        def deliver(workspace: str, key: str, number: int) -> str:
            try:
                return attempt(workspace, key, number)
            finally:
                self._tried(UUID(key))

        self._deliver = deliver
        DBOS.launch()
        for one in self._threads:
            one.start()
        LOG.info("engine started", extra={"kind": executor})

    def stop(self) -> None:
        """Safe to call when it never started."""
        self._stop.set()
        self._kick.set()
        for one in self._threads:
            if one.ident is not None:
                one.join(timeout=10)
        DBOS.destroy(workflow_completion_timeout_sec=DRAIN)
        if self._database is not None:
            self._database.dispose()
        self._slot.give_back()

    def sweep_now(self) -> int:
        """Decide all that is due now; returns how many messages were planned."""
        return self._sweeper.all(self._stop, self._kick.set)

    def _beat(self) -> None:
        """What cannot wait for a sweep, which may have to ask Slack about many teams: Homes, and what is to be sent."""
        watched = 0.0
        while not self._stop.is_set():
            self._try(self._what_is_due)
            if time.monotonic() - watched >= WATCH:
                watched = time.monotonic()
                self._try(self._watch)
            self._kick.wait(PULSE)
            self._kick.clear()

    def _what_is_due(self) -> None:
        """One look for all, since most beats find nothing."""
        wall = self._clock.wall()
        work = {Subject.DESK: (self._desks.make_due, self._clock.now()), Subject.MEMBER: (self._desks.meet, wall),
                Subject.OUTGOING: (self._hand_over, wall)}
        for subject in self._store.peek(lambda s: which_due(s, {one: at for one, (_, at) in work.items()})):
            self._try(work[subject][0])

    def _sweeps(self) -> None:
        swept, tidied, rehearsed, ahead = -SWEEP, time.monotonic(), 0.0, self._clock.offset()
        while not self._stop.is_set():
            now, offset = time.monotonic(), self._clock.offset()
            if now - swept >= SWEEP or offset != ahead:
                swept, ahead = now, offset
                self._try(self._minute)
            if now - rehearsed >= REHEARSE:
                rehearsed = now
                self._try(self._rehearsing.make_due)
            if now - tidied >= TIDY:
                tidied = now
                self._try(self._tidy)
            self._stop.wait(PULSE)

    def _hourly(self) -> None:
        """What may take long, and keeps nobody waiting."""
        wait = CHORES_AFTER
        while not self._stop.wait(wait):
            self._try(self._chores)
            wait = TIDY

    def _watch(self) -> None:
        if not self._slot.kept():
            # Another process goes by our name now: two of one name would do each other's work.
            LOG.error("lost our place; stopping")
            self._stop.set()
            os.kill(os.getpid(), signal.SIGTERM)
            return
        self._recover_the_dead()

    def _minute(self) -> None:
        off = self._clock.off()
        if off is not None:
            LOG.error("this machine's clock is not Slack's: set it right", extra={"seconds": round(off.total_seconds())})
        self.sweep_now()
        self._delivery.slacks.look_after(self._store.peek(installed))

    @staticmethod
    def _try(work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:
            # The database may be away for a while; the next beat tries again.
            LOG.exception("a beat failed")

    def _hand_over(self) -> None:
        """Begin a try at every message whose time has come, as far as there is room; what is left, whoever has room takes."""
        for key, begun in list(self._trying.items()):
            if time.monotonic() - begun > LOST:
                self._tried(key)
        lines: Lines = {}
        while not self._stop.is_set() and len(self._trying) <= THREADS:
            wall = self._clock.wall()
            # The look first: most beats find nothing, and a look waits for no writer.
            if not self._store.peek(lambda s: due_now(s, Subject.OUTGOING, wall, 1)):  # noqa: B023
                return
            leased = self._store.untenanted(lambda s: lease(s, Subject.OUTGOING, wall, wall + LEASE, THREADS))  # noqa: B023
            by_workspace: dict[UUID, list[UUID]] = defaultdict(list)
            for workspace, key in leased:
                by_workspace[workspace].append(key)
            for workspace, keys in by_workspace.items():
                lines = self._begin(workspace, keys, wall, lines)
            if not leased:
                return

    def _begin(self, workspace: UUID, keys: list[UUID], wall: datetime, lines: Lines) -> Lines:
        ready, lines = self._store.transact(
            workspace, lambda s: outgoing.ready(s, workspace, keys, wall, self._clock.slack(), lines))
        for key, number in ready:
            self._trying[key] = time.monotonic()
            # The lease is in the id: it is ours alone, and the next one is another try. Which worker sends, if two should hold
            # the same message after all, models.outgoing decides by the number.
            try:
                with SetWorkflowID(f"{key}:{number}:{wall:%Y%m%d%H%M%S%f}"):
                    DBOS.start_workflow(self._deliver, str(workspace), str(key), number)
            except Exception:
                self._tried(key)
                raise
            LOG.info("message handed over", extra={"workspace": workspace, "subject": key})
        return lines

    def _tried(self, key: UUID) -> None:
        self._trying.pop(key, None)
        if len(self._trying) <= THREADS:
            self._kick.set()

    def _safely(self, workspace: UUID, key: UUID, number: int) -> str:
        """DBOS stores and logs what a step raises, so nothing is raised; the lease brings the message back."""
        try:
            return self._delivery.attempt(workspace, key, number)
        except CareError:
            return "busy"
        except Exception:
            LOG.exception("a try failed", extra={"workspace": workspace, "subject": key})
            return "error"

    def _recover_the_dead(self) -> None:
        """What a worker on another machine left half done is queued again once its slot is free."""
        for executor in self._slot.of_the_dead():
            DBOS._recover_pending_workflows([executor])

    def _tidy(self) -> None:
        cutoff = (self._clock.wall() - KEEP).isoformat()
        while old := DBOS.list_workflows(status=ENDED, completed_before=cutoff, limit=BATCH, load_input=False,
                                         load_output=False):
            DBOS.delete_workflows([one.workflow_id for one in old])
        for workspace in self._store.peek(installed):
            for forget in (forget_old, forget_heard, forget_held):
                self._store.transact(workspace, partial(forget, workspace_id=workspace, wall=self._clock.wall()))

    def _config(self, executor: str) -> DBOSConfig:
        config: DBOSConfig = {
            "name": "kept", "executor_id": executor, "application_version": VERSION, "max_executor_threads": THREADS,
            "run_migrations": self._store.lite, "use_listen_notify": False, "enable_otlp": False, "log_level": "WARNING",
            "sys_db_pool_size": 5, "notification_listener_polling_interval_sec": 5.0,
            "scheduler_polling_interval_sec": 300.0, "serializer": DBOSPortableJSONSerializer(),
        }
        path = lite_path(self._store.url)
        if path is None:
            config["system_database_url"] = self._store.url
        else:
            self._database = opened(path)
            config["system_database_url"] = str(self._database.url)
            config["system_database_engine"] = self._database
        return config


def migrate(url: str, role: str | None) -> None:
    """Make or renew DBOS's tables on PostgreSQL, as their owner, with grants to the role that processes log in as. On SQLite
    the worker itself makes its file.
    """
    if lite_path(url) is None:
        DBOS.migrate(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False), application_role=role)
