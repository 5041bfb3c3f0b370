"""Versions of scripts: kept by content, named in several ways, put in force and taken back, each step a row."""

import pytest

from tests.store.samples import everything, prepare
from voicebot.dialog.bundle import digest_of
from voicebot.errors import UsageError
from voicebot.store.rows import write
from voicebot.store.store import Store
from voicebot.store.versions import (
    before_the_present,
    find_version,
    published_id,
    release,
    releases_of,
    source_of,
    version_with_digest,
    version_with_id,
    versions_of,
)


def keep(store: Store, number: int, version: str = "1", **parts: str) -> int:
    return store.add_script_version("invite", version, "邀约", f"script: invite\n# {number}\n", parts)


def put(store: Store, version_id: int, action: str = "publish", **told: str) -> None:
    version = version_with_id(store, version_id)
    assert version is not None
    release(store, version, action, **told)


def test_parts_are_kept_and_are_part_of_the_digest(store):
    plain, whole = keep(store, 1), keep(store, 1, **{"flows/city.yaml": "flow: city\n"})
    assert plain != whole
    assert source_of(store, whole).parts == {"flows/city.yaml": "flow: city\n"}
    kept = version_with_id(store, whole)
    assert kept.digest == digest_of("script: invite\n# 1\n", {"flows/city.yaml": "flow: city\n"})
    assert version_with_digest(store, kept.digest) == kept
    assert version_with_digest(store, "0" * 64) is None
    assert version_with_id(store, 999) is None


def test_a_version_is_named_by_digest_stated_version_or_that_it_is_published(store):
    one, two = keep(store, 1, "1"), keep(store, 2, "2")
    first, second = version_with_id(store, one), version_with_id(store, two)
    assert find_version(store, "invite", first.digest[:8]).id == one
    assert find_version(store, "invite", "2").id == two
    put(store, one)
    assert find_version(store, "invite", "published").id == one
    assert [(each.id, each.in_force) for each in versions_of(store, "invite")] == [(two, False), (one, True)]
    assert second.label == f"invite@{second.digest[:12]}"


def test_a_name_that_fits_several_or_none_tells_what_there_is(store):
    keep(store, 1, "1")
    with pytest.raises(UsageError, match="no version of 'invite' is published; run: voicebot script publish invite"):
        find_version(store, "invite", "published")
    keep(store, 2, "1")
    with pytest.raises(UsageError, match=r"invite@1 may be any of .*version 1.*more of its digest"):
        find_version(store, "invite", "1")
    with pytest.raises(UsageError, match=r"no version 'x' of script 'invite'.*kept: \w{12} \(version 1\)"):
        find_version(store, "invite", "x")
    with pytest.raises(UsageError, match="kept: none"):
        find_version(store, "other", "x")


def test_calls_are_counted_by_version(store):
    lead, version = prepare(store)
    with store.writing() as connection:
        write(connection, everything(1, lead, version))
    assert [each.calls for each in versions_of(store, "wecom_invite")] == [1]


def test_the_newest_release_holds_and_the_history_stays(store):
    one, two = keep(store, 1), keep(store, 2)
    assert published_id(store, "invite") is None
    put(store, one, by="小王", note="first")
    put(store, two)
    assert published_id(store, "invite") == two
    put(store, one, "rollback", note="more hang-ups")
    assert published_id(store, "invite") == one
    history = releases_of(store, "invite")
    assert [(each.version.id, each.action, each.version.in_force) for each in history] == [
        (one, "rollback", True),
        (two, "publish", False),
        (one, "publish", False),
    ]
    assert (history[-1].released_by, history[-1].note) == ("小王", "first")
    assert releases_of(store, "other") == ()


def test_rolling_back_twice_goes_two_versions_back(store):
    versions = [keep(store, number) for number in range(3)]
    with pytest.raises(UsageError, match="no version before"):
        before_the_present(store, "invite")
    for version in versions:
        put(store, version)
    assert before_the_present(store, "invite").id == versions[1]
    put(store, versions[1], "rollback")
    assert before_the_present(store, "invite").id == versions[0]
    put(store, versions[0], "rollback")
    with pytest.raises(UsageError, match="no version before"):
        before_the_present(store, "invite")
    put(store, versions[2])
    assert before_the_present(store, "invite").id == versions[0]
