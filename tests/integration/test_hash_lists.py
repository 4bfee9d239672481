"""Hash lists from import to answer: versions, damage, people's opinions, the flood guard, allow lists; both stores."""

from __future__ import annotations

import csv
import fcntl
import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, select

from pipeline.bootstrap import App
from pipeline.desk.people import acting
from pipeline.lists.catalogue import opened
from pipeline.lists.flood import remember, waiting
from pipeline.lists.importing import Imported, Order, import_list
from pipeline.lists.matching import Answer, Level, Lists, match_many, match_signals
from pipeline.lists.opinions import Said, numbered, say, states
from pipeline.lists.saved import REJECTS_NAME, lists_folder
from pipeline.lists.values import ListKind
from pipeline.settings import Settings, as_toml
from pipeline.setup import set_up
from pipeline.store import migrate
from pipeline.store.engine import reading, writing
from pipeline.store.list_tables import hash_list
from pipeline.store.schema import audit, person
from pipeline.verify import verify
from tests.factories import NOW
from triage.errors import Damage, RuleBroken, UnusableInput, UsageError
from triage.people import Role
from triage.signals.base import Signal

pytest_plugins = ("tests.stores",)
CHANCE = random.Random(23)
VALUES = {"sha256": CHANCE.randbytes(32), "md5": CHANCE.randbytes(16), "pdq": CHANCE.randbytes(32),
          "phash": CHANCE.randbytes(8)}  # fmt: skip


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    return made(tmp_path, monkeypatch, "")


@pytest.fixture
def either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store_url: str) -> App:
    return made(tmp_path, monkeypatch, store_url)


def made(folder: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> App:
    """A demo workspace that sets an entry aside after 3 items."""
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-analyst")
    fresh = App.at(folder / "workspace")
    set_up(fresh.workspace, kind="demo", database_url=database_url, now=NOW, os_user="tester")
    changed = Settings(kind="demo", database_url=database_url, flood_matches=3)
    fresh.workspace.settings_file.write_text(as_toml(changed), encoding="utf-8")
    return App.at(folder / "workspace")


@dataclass(frozen=True)
class Line:
    """One line of a list."""

    type: str
    value: str
    opinion: str = ""
    threshold: str = ""
    tags: str = ""
    id: str = ""


def line(kind: str, opinion: str = "", **more: str) -> Line:
    return Line(kind, VALUES[kind].hex(), opinion, **more)


def taken(app: App, lines: Sequence[Line], name: str = "known", **more: object) -> Imported:
    """Write a table and import it."""
    path = app.workspace.root.parent / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("type", "value", "opinion", "threshold", "tags", "id"))
        table.writerows((one.type, one.value, one.opinion, one.threshold, one.tags, one.id) for one in lines)
    order = replace(Order(path, name), **more)  # type: ignore[arg-type]
    return import_list(app, acting(app), order, NOW, lambda _: None)


def flipped(value: bytes, bits: int) -> bytes:
    number = int.from_bytes(value, "big")
    for place in random.Random(bits).sample(range(len(value) * 8), bits):
        number ^= 1 << place
    return number.to_bytes(len(value), "big")


def asked(app: App, *signals: Signal) -> list[Answer]:
    return match_signals(Lists.open(app, NOW), signals)


def levels(answers: Sequence[Answer]) -> list[Level]:
    return [one.level for one in answers]


def pdq(bits: int = 0, form: str = "whole", quality: int | None = 90) -> Signal:
    return Signal("pdq", flipped(VALUES["pdq"], bits), form, quality)


def other(kind: str) -> Signal:
    return Signal(kind, VALUES[kind])


def test_an_answer_names_list_version_entry_distance_threshold_and_form(either: App) -> None:
    done = taken(either, [line("pdq", tags="a;b", id="own-7"), line("md5"), line("sha256")], version="v1")
    near, exact = asked(either, pdq(9)), asked(either, other("md5"))

    assert near == [
        Answer("known", "v1", near[0].entry, "own-7", ("a", "b"), "pdq", "whole", 9, 31, "positive", Level.KNOWN,
               "the whole picture")
    ]  # fmt: skip
    assert (exact[0].distance, exact[0].threshold, exact[0].level) == (0, 0, Level.KNOWN)
    assert {near[0].entry, exact[0].entry, asked(either, other("sha256"))[0].entry} == {1, 2, 3}
    assert done.manifest.counted.entries == 3
    assert verify(either).findings == ()


@pytest.mark.parametrize(
    ("signal", "why"),
    [(pdq(5, "rotated_90"), "changed"), (pdq(5, "trimmed"), "changed"), (pdq(5, "crop_8"), "changed"),
     (pdq(5, quality=49), "low quality"), (pdq(5, quality=None), "not known"), (pdq(32), "farther"),
     (Signal("phash", VALUES["phash"]), "phash alone")],
    ids=["rotated", "trimmed", "crop", "flat", "quality unknown", "32 bits", "phash"],
)  # fmt: skip
def test_whatever_is_less_than_the_whole_picture_close_by_is_a_suggestion(app: App, signal: Signal, why: str) -> None:
    taken(app, [line("pdq"), line("phash")], thresholds={"pdq": 40})
    (answer,) = asked(app, signal)
    assert answer.level is Level.SUGGESTION
    assert why in answer.why


def test_nothing_beyond_the_threshold_of_list_or_entry_matches(app: App) -> None:
    taken(app, [line("pdq", threshold="5"), line("phash", threshold="200"), line("md5", threshold="7")])
    assert asked(app, pdq(6)) == asked(app, other("phash")) == []
    assert [one.threshold for one in asked(app, pdq(5), other("md5"))] == [0, 5]


@pytest.mark.parametrize("opinion", ["disputed", "negative"])
def test_an_entry_its_own_list_does_not_stand_by_is_never_known_even_confirmed(app: App, opinion: str) -> None:
    taken(app, [line("sha256", opinion)])
    say(app, acting(app), "known", 1, Said.CONFIRMED, "viewed", NOW)
    assert levels(asked(app, other("sha256"))) == [Level.SUGGESTION]


def test_several_lists_answer_and_of_several_forms_the_one_that_says_most(app: App) -> None:
    taken(app, [line("pdq"), line("sha256")], "one")
    taken(app, [line("pdq")], "two", thresholds={"pdq": 4})
    answers = asked(app, pdq(2, "rotated_180"), pdq(8), other("sha256"))
    assert [(one.list, one.type, one.form, one.distance, str(one.level)) for one in answers] == [
        ("one", "sha256", "whole", 0, "known"), ("one", "pdq", "whole", 8, "known"),
        ("two", "pdq", "rotated_180", 2, "suggestion"),
    ]  # fmt: skip


def test_an_allow_list_suppresses_what_is_no_stronger_than_its_own_hit_and_says_so(app: App) -> None:
    taken(app, [line("pdq"), line("sha256")])
    taken(app, [line("pdq")], "logos", kind=ListKind.ALLOW)
    by_look = asked(app, pdq(3))
    assert levels(by_look) == [Level.ALLOWED, Level.ALLOWED]
    assert any("suppressed by allow list logos" in one.why for one in by_look)
    assert levels(asked(app, pdq(3), other("sha256")))[0] is Level.KNOWN
    assert levels(asked(app, pdq(3, "mirrored"))) == [Level.SUGGESTION]

    taken(app, [line("sha256")], "logos", kind=ListKind.ALLOW)
    assert set(levels(asked(app, pdq(3), other("sha256")))) == {Level.ALLOWED}
    say(app, acting(app), "logos", 1, Said.DISPUTED, "wrong_entry", NOW)
    assert levels(asked(app, pdq(3), other("sha256"))) == [Level.KNOWN, Level.KNOWN]


def test_what_a_person_said_holds_in_the_next_version_and_is_audited_without_the_value(either: App) -> None:
    taken(either, [line("sha256"), line("md5")])
    say(either, acting(either), "known", 1, Said.DISPUTED, "not_illegal", NOW)
    assert levels(asked(either, other("sha256"))) == [Level.SUGGESTION]

    taken(either, [line("md5"), line("phash"), Line("sha256", CHANCE.randbytes(32).hex()), line("sha256")])
    (answer,) = asked(either, other("sha256"))
    assert (answer.level, answer.why) == (Level.SUGGESTION, "a person here disputed this entry")
    with reading(either.store.engine) as connection:
        one = opened(either, connection, "known")
        said = numbered(one.saved, states(connection, one.list_no), either.store.index_key)
        told = connection.execute(select(audit).where(audit.c.subject == "list:known")).all()
    assert {number: state.said for number, state in said.items()} == {answer.entry: Said.DISPUTED}
    assert [row.event for row in told] == ["list_imported", "list_entry_disputed", "list_imported"]
    version = json.loads(told[0].details)["version"]
    assert json.loads(told[1].details) == {
        "version": version, "entry": 1, "reason": "not_illegal", "released": False,
    }  # fmt: skip
    assert VALUES["sha256"].hex() not in "".join(row.details for row in told)
    assert verify(either).findings == ()


def test_only_a_registered_person_with_the_right_role_may_say_or_import(app: App) -> None:
    taken(app, [line("md5")])
    with writing(app.store.engine) as connection:
        connection.execute(person.update().values(role=str(Role.AUDITOR)))
    with pytest.raises(RuleBroken, match="auditor"):
        say(app, acting(app), "known", 1, Said.CONFIRMED, "viewed", NOW)
    with pytest.raises(RuleBroken, match="auditor"):
        taken(app, [line("md5"), line("sha256")])


def test_a_word_on_what_is_not_there_is_refused(app: App) -> None:
    taken(app, [line("md5")])
    wrong = (("other", 1, "viewed"), ("known", 2, "viewed"), ("known", 0, "viewed"), ("known", 1, "because"))
    for name, entry, reason in wrong:
        with pytest.raises(UsageError):
            say(app, acting(app), name, entry, Said.CONFIRMED, reason, NOW)


def test_an_entry_that_matches_too_much_is_set_aside_until_a_person_speaks(either: App) -> None:
    taken(either, [line("pdq"), line("md5")])
    lists = Lists.open(either, NOW)
    items = [[pdq(bits), Signal("sha256", CHANCE.randbytes(32))] for bits in range(1, 6)]
    found = [levels(answers)[0] for answers in match_many(lists, [*items, items[0], [other("md5")]])]
    assert found == [Level.KNOWN] * 3 + [Level.QUARANTINED] * 3 + [Level.KNOWN]

    with writing(either.store.engine) as connection:
        assert remember(connection, either.store, 3, NOW, lists.flood.fresh) == 1
        assert remember(connection, either.store, 3, NOW, lists.flood.fresh) == 0
    (quarantined,) = asked(either, pdq(7))
    assert quarantined.level is Level.QUARANTINED
    with reading(either.store.engine) as connection:
        assert [(one.name, one.entries) for one in waiting(connection)] == [("known", 1)]

    assert say(either, acting(either), "known", quarantined.entry, Said.CONFIRMED, "no_flood", NOW)
    many = [levels(one) for one in match_many(Lists.open(either, NOW), [[pdq(bits)] for bits in range(1, 10)])]
    assert many == [[Level.KNOWN]] * 9
    with reading(either.store.engine) as connection:
        assert waiting(connection) == []
    assert verify(either).findings == ()


def test_a_day_is_counted_over_several_processes_and_the_next_day_begins_anew(app: App) -> None:
    taken(app, [line("pdq")])
    for bits in (1, 2, 3):
        lists = Lists.open(app, NOW)
        assert levels(match_signals(lists, [pdq(bits)])) == [Level.KNOWN]
        with writing(app.store.engine) as connection:
            assert remember(connection, app.store, 3, NOW, lists.flood.fresh) == 0
    assert levels(asked(app, pdq(4))) == [Level.QUARANTINED]
    assert levels(match_signals(Lists.open(app, NOW + timedelta(days=1)), [pdq(4)])) == [Level.KNOWN]


def test_one_item_that_comes_again_and_again_is_no_flood(app: App) -> None:
    taken(app, [line("pdq")])
    assert {one[0].level for one in match_many(Lists.open(app, NOW), [[pdq(1)]] * 50)} == {Level.KNOWN}


def test_the_same_file_again_changes_nothing_and_a_new_one_replaces_and_keeps_one_before(app: App) -> None:
    first = taken(app, [line("md5")])
    assert taken(app, [line("md5")]).unchanged
    second = taken(app, [line("md5"), line("sha256")])
    third = taken(app, [line("sha256")])
    assert (second.previous, third.previous) == (first.manifest.version, second.manifest.version)
    folders = {path.name for path in (lists_folder(app.workspace) / "known").iterdir() if path.is_dir()}
    assert folders == {second.manifest.version, third.manifest.version}
    assert asked(app, other("md5")) == []
    with reading(app.store.engine) as connection:
        assert len(connection.execute(select(audit).where(audit.c.event == "list_imported")).all()) == 3
    with pytest.raises(UsageError, match="--version"):
        taken(app, [line("md5")], version=third.manifest.version)


def test_an_import_that_breaks_off_leaves_the_old_version_in_force(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    first = taken(app, [line("md5")])
    path = app.workspace.root.parent / "broken.json"
    path.write_text(json.dumps({"data": [{"indicator": VALUES["md5"].hex(), "type": "HASH_MD5"}] * 50})[:-40])
    with pytest.raises(UnusableInput, match="after entry 49"):
        import_list(app, acting(app), Order(path, "known"), NOW, lambda _: None)

    def cut(*_given: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.lists.importing._put_in_force", cut)
    with pytest.raises(KeyboardInterrupt):
        taken(app, [line("sha256")])
    monkeypatch.undo()
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-analyst")
    assert [one.version for one in asked(app, other("md5"), other("sha256"))] == [first.manifest.version]
    taken(app, [line("sha256")])
    assert [one.type for one in asked(app, other("md5"), other("sha256"))] == ["sha256"]


def test_a_list_is_imported_by_one_at_a_time(app: App) -> None:
    done = taken(app, [line("md5")])
    with (done.folder.parent / ".importing").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="somebody else"):
            taken(app, [line("md5"), line("sha256")])
    assert taken(app, [line("md5"), line("sha256")]).previous == done.manifest.version


def test_bad_rows_are_named_in_a_file_beside_and_the_others_go_in(app: App) -> None:
    done = taken(app, [
        line("md5"), Line("md5", "zz"), Line("photodna", "AAAA"), line("sha256", "maybe"), line("pdq"), line("pdq"),
        Line("", VALUES["md5"].hex()), Line("sha1", "0" * 40),
    ])  # fmt: skip
    counted = done.manifest.counted
    assert (counted.rows, counted.entries, counted.repeated, counted.rejected) == (8, 2, 1, 5)
    with (done.folder / REJECTS_NAME).open(encoding="utf-8", newline="") as file:
        rejects = [(row["row"], row["field"], row["reason"]) for row in csv.DictReader(file)]
    assert rejects == [
        ("3", "value", "not_hexadecimal"), ("4", "type", "type_not_usable"), ("5", "opinion", "opinion_unknown"),
        ("8", "type", "type_missing"), ("9", "value", "placeholder"),
    ]  # fmt: skip
    with pytest.raises(UnusableInput, match="1 not_hexadecimal"):
        taken(app, [Line("md5", "zz")], "bad")


def test_a_damaged_list_is_noticed_and_mended_by_the_same_file(app: App) -> None:
    done = taken(app, [line("md5"), line("pdq")])
    (done.folder / "values-md5.npy").unlink()
    with pytest.raises(Damage, match="import it again"):
        asked(app, other("md5"))
    assert not taken(app, [line("md5"), line("pdq")]).unchanged
    assert levels(asked(app, other("md5"))) == [Level.KNOWN]
    shutil.rmtree(lists_folder(app.workspace))
    with pytest.raises(Damage, match="import it again"):
        asked(app, other("md5"))


def test_a_lists_folder_is_open_to_its_owner_only(app: App) -> None:
    done = taken(app, [line("md5")])
    for path in (lists_folder(app.workspace), done.folder.parent, done.folder, *done.folder.iterdir()):
        assert path.stat().st_mode & 0o077 == 0


def test_a_large_list_finds_every_entry_it_holds(app: App) -> None:
    chance = random.Random(5)
    values = [chance.randbytes(32) for _ in range(2_000)]
    taken(app, [Line(kind, one.hex()) for one in values for kind in ("pdq", "sha256")])
    lists = Lists.open(app, NOW)
    found = match_many(lists, [[Signal("pdq", flipped(one, 12), quality=80), Signal("sha256", one)] for one in values])
    assert all([(a.type, a.distance, a.level) for a in one] == [
        ("sha256", 0, Level.KNOWN), ("pdq", 12, Level.KNOWN)] for one in found)  # fmt: skip


def test_a_store_of_the_first_version_gets_the_tables_and_keeps_its_rows(either: App) -> None:
    engine = either.store.engine
    configuration = migrate._configuration()
    configuration.attributes["engine"] = engine
    command.downgrade(configuration, "0001")
    with reading(engine) as connection:
        before = connection.execute(select(person.c.name)).scalars().all()
        assert "hash_list" not in inspect(connection).get_table_names()
    migrate.upgrade(engine)
    with reading(engine) as connection:
        assert connection.execute(select(person.c.name)).scalars().all() == before != []
        assert connection.execute(select(hash_list)).all() == []
    current, newest = migrate.versions(engine)
    assert current == newest
    taken(either, [line("md5")])
    assert verify(either).findings == ()
