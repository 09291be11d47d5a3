"""B10, B11, B12: one workspace's rows are out of reach of another's transaction, whatever SQL it runs."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Table, create_engine, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.house import House, NotReady
from bot.settings import read
from models import audit
from models.audit import AuditRow
from models.base import new_id
from models.item import Concern, History, Item
from models.patient import Patient
from models.schema import migrate
from models.sealing import Keyring
from models.store import Store
from models.team import CareTeam, Member, member_of
from models.tenants import OWNER, ROLE, UNTENANTED, Strayed, power, protect, tenanted
from models.workspace import install, installed
from tests.databases import Server, as_app, as_owner, by_hand

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def furnished(session: Session, workspace: UUID) -> UUID:
    """A care team, a patient and a concern, with its audit row; the concern's id."""
    team, someone = CareTeam(workspace, "C1", NOW), member_of(session, workspace, "U1")
    session.add(team)
    session.flush()
    patient = Patient(team, "rosa-m", someone, NOW)
    session.add(patient)
    session.flush()
    made = Concern(team, patient, someone, "afraid", NOW, number=1)
    session.add(made)
    audit.record(session, workspace, NOW, "U1", "concern create", str(made.id))
    return made.id


class Two:
    """Two workspaces, each with a concern of its own."""

    def __init__(self, url: str) -> None:
        self.store = Store(url, Keyring(os.urandom(32)), pool=1)
        self.ours, self.theirs = (
            self.store.untenanted(lambda s, name=name: install(s, self.store.keyring, name, "UBOT", NOW).id)
            for name in ("T1", "T2"))
        self.mine, self.other = (self.store.transact(one, lambda s, one=one: furnished(s, one))
                                 for one in (self.ours, self.theirs))

    def run(self, act: object) -> object:
        return self.store.transact(self.ours, act)  # type: ignore[arg-type]

    def words_of_the_other(self) -> tuple[object, ...]:
        with by_hand(self.store) as raw:
            item = Item.__table__
            return tuple(raw.execute(select(item).where(item.c.id == self.other)).one())


@pytest.fixture
def two(database_url: str) -> Iterator[Two]:
    made = Two(database_url)
    yield made
    made.store.close()


@pytest.fixture
def post(databases: dict[str, Server]) -> Iterator[Two]:
    url = databases["postgresql"].make(empty=False)
    made = Two(url)
    yield made
    made.store.close()
    databases["postgresql"].drop(url)


@pytest.fixture
def lite(databases: dict[str, Server]) -> Iterator[Two]:
    url = databases["sqlite"].make(empty=False)
    made = Two(url)
    yield made
    made.store.close()
    databases["sqlite"].drop(url)


def key(two: Two) -> str:
    return f"'{two.other.hex if two.store.lite else two.other}'"


def test_b11_a_table_has_its_policy_forced(post: Two) -> None:
    """A new table that has none, or that the policy does not hold its owner to, fails here."""
    assert len(tenanted()) > 15
    for table in tenanted():
        has_its_policy(post, table)


def has_its_policy(post: Two, table: Table) -> None:
    with by_hand(post.store) as raw:
        on, forced = raw.execute(text("SELECT relrowsecurity, relforcerowsecurity FROM pg_class "
                                      "WHERE oid = CAST(:name AS regclass)"), {"name": table.name}).one()
        (policy,) = raw.execute(text("SELECT cmd, permissive, qual, with_check FROM pg_policies WHERE tablename = :name"),
                                {"name": table.name}).all()
    assert (on, forced, policy.cmd, policy.permissive) == (True, True, "ALL", "PERMISSIVE"), table.name
    assert "kept.workspace" in policy.qual
    assert policy.qual == policy.with_check
    assert table.primary_key.columns.keys()[0] == "workspace_id"


def test_b11_no_table_of_the_database_is_left_out(post: Two) -> None:
    with by_hand(post.store) as raw:
        bare = raw.scalars(text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                                "AND NOT relrowsecurity")).all()
    assert set(bare) == UNTENANTED | {"alembic_version"}


def test_b11_a_row_of_ours_that_refers_to_theirs_is_refused(two: Two) -> None:
    """By the key itself, even where no policy is in the way."""
    with by_hand(two.store) as raw:
        patient = raw.execute(select(Item.patient_id).where(Item.id == two.other)).scalar_one()
        row = raw.execute(select(Item.__table__).where(Item.id == two.mine)).mappings().one()
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), by_hand(two.store) as raw:
        raw.execute(insert(Item.__table__).values({**row, "id": new_id(), "number": 9, "patient_id": patient}))


def test_b10_unscoped_sql_finds_nothing_of_theirs(post: Two) -> None:
    theirs = post.words_of_the_other()
    item = Item.__table__
    looks = {
        "text": text(f"SELECT id FROM item WHERE id = {key(post)}"),  # noqa: S608
        "text that names their workspace": text(f"SELECT id FROM item WHERE workspace_id = '{post.theirs}'"),  # noqa: S608
        "a Core table": select(item.c.id).where(item.c.id == post.other),
        "an entity": select(Item.id).where(Item.id == post.other),
        "a count": select(item.c.id).where(item.c.workspace_id == post.theirs),
        "their audit": select(AuditRow.seq).where(AuditRow.workspace_id == post.theirs)}
    for name, look in looks.items():
        assert post.run(lambda s, look=look: s.execute(look).all()) == [], name
    changes = {
        "bulk update": update(Item).where(Item.id == post.other).values(number=99),
        "Core update": update(item).where(item.c.workspace_id == post.theirs).values(number=99),
        "bulk delete": delete(History).where(History.workspace_id == post.theirs),
        "text": text(f"UPDATE item SET number = 99 WHERE id = {key(post)}")}  # noqa: S608
    for name, change in changes.items():
        assert post.run(lambda s, change=change: s.execute(change).rowcount) == 0, name
    assert post.run(lambda s: s.get(Item, (post.theirs, post.other))) is None
    assert post.words_of_the_other() == theirs


def test_b10_a_row_of_theirs_cannot_be_made(two: Two) -> None:
    def act(session: Session) -> None:
        session.add(Member(two.theirs, "U9"))
        session.flush()

    with pytest.raises((DBAPIError, Strayed), match=r"row-level security|not held to its workspace"):
        two.run(act)


def test_b10_on_sqlite_unscoped_statements_do_not_run(lite: Two) -> None:
    theirs = lite.words_of_the_other()
    item = Item.__table__
    for name, statement in {
        "text": text("SELECT id FROM item"),
        "text with an id": text(f"SELECT id FROM item WHERE id = {key(lite)}"),  # noqa: S608
        "a Core table": select(item.c.id),
        "a Core table by id": select(item.c.id).where(item.c.id == lite.other),
        "an entity": select(Item),
        "their workspace": select(Item.id).where(Item.workspace_id == lite.theirs),
        "a bulk update": update(Item).where(Item.id == lite.other).values(number=99),
        "a bulk delete": delete(Item).where(Item.id == lite.other),
        "a Core update": update(item).where(item.c.workspace_id == lite.theirs).values(number=99),
        "ours, given but not asked for": text("SELECT id FROM item WHERE workspace_id != :ours").bindparams(ours=lite.ours.hex),
    }.items():
        with pytest.raises(Strayed):
            lite.run(lambda s, statement=statement: s.execute(statement).all())
        assert lite.words_of_the_other() == theirs, name


def test_b10_on_sqlite_no_row_of_theirs_is_loaded(lite: Two) -> None:
    with pytest.raises(Strayed):
        lite.run(lambda s: s.get(Item, (lite.theirs, lite.other)))

    def either(session: Session) -> None:
        session.scalars(select(Item).where((Item.workspace_id == lite.ours) | (Item.id == lite.other))).all()

    with pytest.raises(Strayed):
        lite.run(either)
    own = lite.run(lambda s: s.get(Item, (lite.ours, lite.mine)))
    assert isinstance(own, Item)


def test_relationships_stay_in_the_workspace(two: Two) -> None:
    def act(session: Session) -> tuple[str, int, str]:
        item = session.get_one(Item, (two.ours, two.mine))
        return item.text, len(item.history), session.get_one(Patient, (two.ours, item.patient_id)).alias

    assert two.run(act) == ("afraid", 1, "rosa-m")


def test_b12_a_connection_given_back_remembers_no_workspace(two: Two) -> None:
    """The pool holds one connection, so it is the very same."""
    assert two.run(lambda s: len(s.scalars(select(Item).where(Item.workspace_id == two.ours)).all())) == 1
    unscoped = select(Item.__table__.c.id)
    for way in (two.store.peek, two.store.untenanted):
        if two.store.lite:
            with pytest.raises(Strayed):
                way(lambda s: s.execute(unscoped).all())
        else:
            assert way(lambda s: s.execute(unscoped).all()) == []
    assert set(two.store.peek(installed)) == {two.ours, two.theirs}
    with pytest.raises(RuntimeError, match="broken off"):
        two.run(lambda s: broken(s, two))
    if not two.store.lite:
        assert two.store.peek(lambda s: s.execute(unscoped).all()) == []


def broken(session: Session, two: Two) -> None:
    session.execute(select(Item.id).where(Item.workspace_id == two.ours)).all()
    raise RuntimeError("broken off")


def test_what_a_look_sees_is_its_own(two: Two) -> None:
    mine = two.store.look(two.ours, lambda s: s.scalars(select(Item.id).where(Item.workspace_id == two.ours)).all())
    assert mine == [two.mine]


def test_b10_kept_works_as_its_own_role_whoever_logs_in(post: Two) -> None:
    """The tables' owner here is a superuser, whom no policy binds: Kept steps down from it."""
    with post.store.engine.connect() as raw:
        assert power(raw) == (ROLE, None, None)
    above = Store(as_owner(post.store.url), post.store.keyring)
    with above.engine.connect() as raw:
        assert power(raw) == ("postgres", "a superuser", None)
        assert raw.scalar(text("SELECT current_user")) == ROLE
    assert above.transact(post.ours, lambda s: s.execute(text("SELECT id FROM item")).scalars().all()) == [post.mine]
    above.close()


def test_b10_kept_does_not_start_as_a_role_that_no_policy_binds(post: Two) -> None:
    """One that may not take Kept's own role on, so that it cannot step down either."""
    def root(*statements: str) -> None:
        with psycopg.connect(as_owner(post.store.url).replace("+psycopg", ""), autocommit=True) as raw:
            for statement in statements:
                raw.execute(statement)

    root("DROP ROLE IF EXISTS passes_by", "CREATE ROLE passes_by LOGIN BYPASSRLS",
         "GRANT SELECT ON ALL TABLES IN SCHEMA public TO passes_by")
    key = base64.b64encode(bytes(32)).decode()
    try:
        settings = read({"DATABASE_URL": post.store.url.replace(f"//{ROLE}@", "//passes_by@"), "KEPT_MASTER_KEY": key,
                         "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}, "serve")
        with pytest.raises(NotReady, match="passes_by is a role that row-level security does not bind"):
            House(settings)
    finally:
        root("DROP OWNED BY passes_by", "DROP ROLE passes_by")


def test_an_owner_that_may_make_no_role_works_alone_and_may_hand_over_later(databases: dict[str, Server]) -> None:
    """A database with one role: the policies bind it too, and what it is is known. A role made later is taken up by the next
    migration."""
    server = databases["postgresql"]
    url = server.make(empty=True)
    raw = url.replace("+psycopg", "")
    with psycopg.connect(raw, autocommit=True) as root:
        root.execute("DROP ROLE IF EXISTS only_one")
        root.execute("CREATE ROLE only_one LOGIN")
        root.execute("GRANT CREATE ON SCHEMA public TO only_one")
    alone = url.replace("//postgres@", "//only_one@")
    try:
        engine = create_engine(alone)
        migrate(alone)
        with engine.begin() as connection:
            assert protect(connection, "no_such_role") is False
            assert power(connection) == ("only_one", OWNER, OWNER)
            assert connection.execute(text("SELECT count(*) FROM pg_policies")).scalar_one() == len(tenanted())
            connection.execute(text("INSERT INTO workspace (id, slack_id, bot_user, wrapped_key, whole_org, state, created_at, "
                                        "keep_audit_years) "
                                    "VALUES (gen_random_uuid(), 'T1', 'U', '', false, 'installed', now(), 6)"))
            with pytest.raises(DBAPIError, match="row-level security"), connection.begin_nested():
                connection.execute(text("INSERT INTO heard (workspace_id, key, at) SELECT id, '', now() FROM workspace"))
        engine.dispose()
        # Here the role is there already, and only its grants are missing: they were made.
        with psycopg.connect(as_app(raw)) as app:
            assert app.execute("SELECT count(*) FROM item").fetchone() == (0,)
    finally:
        server.drop(url)
        with psycopg.connect(f"postgresql://postgres@/postgres?{url.partition('?')[2]}", autocommit=True) as root:
            root.execute("DROP ROLE only_one")
