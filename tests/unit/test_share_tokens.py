"""The form without share tokens: canaries in every share parameter of every rule, and the same content as before."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.base import Exporter
from exporters.package import item_facts, view_case
from exporters.registry import all_exporters
from pipeline.bootstrap import url_rules
from tests.filled import filled
from triage.assessment import Assessment, Classification, Viewed
from triage.redaction import address_field
from triage.share_tokens import holds_contact, without_share_tokens
from triage.url_rules import Example
from triage.urls import canonical

RULES = url_rules()
CANARY = "Kanarinac4711"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EXPORTERS = all_exporters(filled)
HEX = "0123456789abcdef0123456789abcdef"


def _plain(address: str) -> str:
    found = canonical(address, RULES)
    assert found is not None
    return without_share_tokens(found.href, RULES)


def _marked() -> list[str]:
    """An address for every share parameter of every rule, with the canary as its value (or the shape it needs)."""
    found = [f"https://a.example/x?id=1&{start}x={CANARY}" for start in RULES.prefix_starts]
    for name, rules in RULES.parameters.items():
        for rule in rules:
            hosts = sorted(rule.hosts or ("a.example",))
            if rule.outside == "always":
                found += [f"https://{host}/x?id=1&{quote(name)}={CANARY}" for host in hosts]
                found += [f"https://{host}/x?id=1&{quote(name.upper())}={CANARY}&y=2" for host in hosts[:1]]
    return found


@pytest.mark.parametrize("address", _marked())
def test_no_value_of_a_share_parameter_is_left(address: str) -> None:
    assert CANARY not in _plain(address)
    assert "id=1" in _plain(address)


def test_there_is_a_marked_address_for_many_parameters() -> None:
    assert len(_marked()) > 100


@pytest.mark.parametrize("exporter", EXPORTERS.values(), ids=EXPORTERS.keys())
def test_no_package_but_the_polices_holds_what_tells_who_shared(exporter: Exporter) -> None:
    if exporter.recipient_kind in ("statistics", "police_hashes"):
        return  # no address leaves there at all
    grave = Assessment(1, 1, Classification.NATIONAL, by=7, at=AT, viewed=Viewed.CONTENT)
    field = address_field(exporter.recipient_kind)
    links = [*_marked(), *(_wrapped(f"https://a.example/x?fbclid={CANARY}"))]
    items = [
        item_facts(link if field == "address" else _plain(link), "url", grave, address_field=field) for link in links
    ]
    case = view_case("A-1", {"first_received": AT, "label": "csam_suspect"}, items, exporter.recipient_kind)
    made = exporter.files(replace(exporter.examples()[0], made_at=AT, cases=(case,)))
    said = any(CANARY.encode() in body for body in made.values())
    assert said is (exporter.recipient_kind == "police")


def test_an_exact_address_nobody_changed_does_not_leave_to_others_than_police() -> None:
    fields = json.loads(json.dumps({"address": f"https://a.example/?fbclid={CANARY}", "kind": "url"}))
    for kind in ("iccam", "host", "helpline", "partner", "statistics", "clearing_house", "police_hashes"):
        assert CANARY not in str(view_case("A-1", {}, [fields], kind).items)


def _wrapped(inner: str) -> list[str]:
    quoted = quote(inner, safe="")
    once = f"https://l.facebook.com/l.php?u={quoted}&h={CANARY}"
    return [
        once, f"https://www.google.com/url?q={quoted}&ved={CANARY}",
        f"https://www.google.com/url?q={quote(once, safe='')}",
        f"https://eur01.safelinks.protection.outlook.com/?url={quoted}&data={CANARY}%7C{CANARY}",
    ]  # fmt: skip


@pytest.mark.parametrize("address", _wrapped(f"https://a.example/x?id=1&igsh={CANARY}"))
def test_of_a_redirect_only_its_target_is_told(address: str) -> None:
    assert _plain(address) == "https://a.example/x?id=1"


def test_a_redirect_whose_target_cannot_be_read_loses_its_own_marks() -> None:
    assert CANARY not in _plain(f"https://l.facebook.com/l.php?u=nothing&h={CANARY}")


def test_an_archive_copy_stays_the_copy() -> None:
    assert _plain(f"https://web.archive.org/web/2024/https://a.example/x?fbclid={CANARY}") == (
        "https://web.archive.org/web/2024/https://a.example/x"
    )


_DEEP = f"https://a.example/?fbclid={CANARY}"
for _ in range(11):
    _DEEP = "https://www.google.com/url?q=" + quote(_DEEP, safe="")
_INNER = quote(f"https://a.example/x?id=1&fbclid={CANARY}", safe="")


@pytest.mark.parametrize(
    "address",
    [
        f"https://web.archive.org/web/2024/https://x.com/a/status/1?s=20&t={CANARY}",
        f"https://web.archive.org/web/2024/x.com/a/status/1?s=20&t={CANARY}",
        f"https://archive.ph/20240102030405/https://x.com/a/status/1?t={CANARY}",
        f"https://webcache.googleusercontent.com/search?q=cache:AbCdEfGhIjKl:https://a.example/x%3Ffbclid%3D{CANARY}+",
        f"https://a.example/x?a=1;fbclid={CANARY}", f"https://a.example/x?a=1&amp;fbclid={CANARY}",
        f"https://a.example/x&fbclid={CANARY}", f"https://a.example/x?a=1?fbclid={CANARY}",
        f"https://a.example/x?fbclid[]={CANARY}", f"https://a.example/x?%20fbclid={CANARY}",
        f"https://a.example/x?next={_INNER}", f"https://www.facebook.com/sharer.php?u={_INNER}",
        f"https://t.me/share/url?url={_INNER}", f"https://a.example/r/{_INNER}", _DEEP,
        f"https://r.search.yahoo.com/_ylt={CANARY}/x", f"https://deref-gmx.net/mail/client/{CANARY}/x",
        f"https://clicktime.symantec.com/{CANARY}", f"https://secure-web.cisco.com/1{CANARY}",
        f"https://urldefense.com/v3/__https://a.example/**A__;Iys!!x!{CANARY}$",
        f"https://a.example/x?session={CANARY}", f"https://a.example/x/(S({CANARY}))",
        f"https://a.example/x;jsessionid={CANARY}", f"https://a.example/#/a?fbclid={CANARY}&b=2",
    ],
)  # fmt: skip
def test_marks_in_odd_places_are_left_out(address: str) -> None:
    shown = without_share_tokens(address, RULES)
    assert CANARY not in shown
    assert without_share_tokens(shown, RULES) == shown


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        (f"https://a.example/x;jsessionid={HEX}/y", "https://a.example/x/y"),
        (f"https://a.example/x?sid={HEX}&id=1", "https://a.example/x?id=1"),
        ("https://a.example/x?sid=12", "https://a.example/x"),
        ("https://a.example/x#:~:text=words", "https://a.example/x"),
        ("https://a.example/x#!/room?fbclid=1", "https://a.example/x#!/room"),
        ("https://a.example/x#utm_source=a&part=2", "https://a.example/x#part=2"),
        ("https://a.example/x#part", "https://a.example/x#part"),
        ("https://youtu.be/AbCdEf12345?si=x&t=30", "https://youtu.be/AbCdEf12345?t=30"),
        ("https://t.me/+AbCdEfGhIjKlMnOp", "https://t.me/+AbCdEfGhIjKlMnOp"),
        ("https://a.example/x?b=2&a=1", "https://a.example/x?b=2&a=1"),
        ("https://name@a.example:8080/x?gclid=1", "https://a.example:8080/x"),
        ("https://www.google.com:8443/url?q=https%3A%2F%2Fa.example%2F",
         "https://www.google.com:8443/url?q=https%3A%2F%2Fa.example%2F"),
        ("https://www.google.com/url?q=\ud800", "https://www.google.com/url?q=\ud800"),
        ("telegram:@some_name", "telegram:@some_name"), ("tel:+38761123456", "tel:+38761123456"), ("", ""),
        (f"magnet:?xt=urn:btih:{HEX}01234567&tr=https://t.example/{CANARY}&dn=a",
         f"magnet:?xt=urn:btih:{HEX}01234567"),
        ("https://cdn.discordapp.com/attachments/1/2/a.jpg?ex=65f0a1b2&hm=0123456789abcdef",
         "https://cdn.discordapp.com/attachments/1/2/a.jpg?ex=65f0a1b2&hm=0123456789abcdef"),
    ],
)  # fmt: skip
def test_what_is_needed_to_fetch_the_content_stays(address: str, plain: str) -> None:
    assert without_share_tokens(address, RULES) == plain


@pytest.mark.parametrize("example", [one for one in RULES.examples if one.same], ids=lambda one: one.rule)
def test_the_form_without_share_tokens_is_the_same_case_and_final(example: Example) -> None:
    for address in (example.one, example.other):
        found = canonical(address, RULES)
        assert found is not None
        again = canonical(without_share_tokens(found.href, RULES), RULES)
        assert again is not None
        assert again.case_key == found.case_key
        assert without_share_tokens(again.href, RULES) == again.href


@given(st.text(max_size=60), st.sampled_from(["", "https://", "https://l.facebook.com/l.php?u=", "magnet:?", "ipfs://"]))
def test_no_text_makes_it_raise_and_once_is_enough(tail: str, head: str) -> None:
    shown = without_share_tokens(head + tail, RULES)
    assert without_share_tokens(shown, RULES) == shown


@pytest.mark.parametrize(
    "value",
    [
        "email=ana@mail.example", "user_email=ana%40mail.example", "x=mailto:ana@mail.example,b", "phone=38761550001",
        "user_phone=061-550-001", "tel=%2B387%2061%20550%20001", "gsm_no=061/550-001", "x=%2B38761550001",
        "to=ana%2540mail.example",
    ],
)  # fmt: skip
def test_mail_addresses_and_telephones_among_the_parameters_go_to_police_only_and_police_are_told(value: str) -> None:
    for address in (f"https://a.example/x?id=1&{value}", f"https://a.example/x?{value}&id=1"):
        assert without_share_tokens(address, RULES) == "https://a.example/x?id=1"
        assert holds_contact(address, RULES)
    assert holds_contact(f"https://a.example/r?to={quote(f'https://b.example/?{value}', safe='')}", RULES)


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/x?id=38761550001", "https://a.example/x?n=061-550-001", "https://a.example/x?phone=nokia3310",
        "https://a.example/x?mobile=1", "https://a.example/x?u=@ana@soc.example/12", "tel:+38761550001",
        "https://api.whatsapp.com/send?phone=38761550001", "https://a.example/x?token=ab12&auth=1", "",
    ],
)  # fmt: skip
def test_numbers_that_say_what_is_shown_are_nobodys_contact(address: str) -> None:
    assert without_share_tokens(address, RULES) == address
    assert not holds_contact(address, RULES)


_CREDENTIAL_NAMES = (
    "access_token", "auth", "jwt", "id_token", "session_token", "user_session", "invited_by", "ref", "referrer_id",
    "sharer", "share_id", "si", "igsh", "token", "Access_Token", "share%5Fid", "referrer_id[]",
)  # fmt: skip


@pytest.mark.parametrize("name", _CREDENTIAL_NAMES)
def test_credentials_and_sharers_leave_on_no_host_and_police_keep_them(name: str) -> None:
    for address in (f"https://a.example/x?{name}={CANARY}&id=1", f"https://a.example/x?id=1&{name}={CANARY}"):
        assert without_share_tokens(address, RULES) == "https://a.example/x?id=1"
    found = canonical(f"https://a.example/x?id=1&{name}={CANARY}", RULES)
    assert found is not None
    assert CANARY in found.href


@pytest.mark.parametrize(
    "query",
    [
        "id=Abcdef12", "v=AbCdEf12345", "p=picture-12", "t=topic-12", "uid=12345678", "user=some.name",
        "invite=AbCdEf12", "key=AbCdEf12", "si=1", "auth=1", "ref=12", "token=AbCdEf1234567", "tokens=AbCdEf1234567",
        "token=12&page=2",
    ],
)  # fmt: skip
def test_what_may_be_the_place_itself_stays(query: str) -> None:
    assert without_share_tokens(f"https://a.example/x?{query}", RULES) == f"https://a.example/x?{query}"


def test_rules_of_what_leaves_make_no_other_case_keys() -> None:
    one, other = (canonical(f"https://a.example/x?id=1&ref={value}", RULES) for value in ("abcde", "fghij"))
    assert one is not None
    assert other is not None
    assert one.case_key != other.case_key
