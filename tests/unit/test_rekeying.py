"""A stored locator's key under today's rules is the key it got when it was found."""

from __future__ import annotations

import pytest

from pipeline.bootstrap import url_rules
from triage.locators import find
from triage.rekeying import key_of

RULES = url_rules()
SAID = [
    "https://host.example/a?utm_source=x", "http://www.host.example:8080/A/index.html#!/b", "hxxps://host[.]example/%7Ea",
    "https://user@host.example/x?b=2&a=1", "facebook.com/some.name", "https://t.me/joinchat/AAAAAEabcdefghijklmnop",
    "instagram: some.name", "@somebody on telegram", "telegram @somebody", "snapchat: somebody_1", "discord: somebody",
    "https://social.example/@Somebody", "@Somebody@social.example", "061 123 456", "+387 61 123 456", "tel:061123456",
    "http://expyuzz4wqqyqhjn.onion/x", "ipfs://QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG/a", "ftp://host.example/f",
    "https://host.example/a?id=1|2", "https://host.example/my photos/1.jpg",
    "Snapchat @primjer.nalog.0133", "instagram: @reels", "twitter: @home", "telegram: @ana.maric", "YouTube @ab",
    "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a", "https://xn--e1afmkfd.example/путь",
]  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_a_locators_key_can_be_made_again_from_what_is_stored(said: str) -> None:
    found = [one for one in find(said, RULES, whole_field=True) if one.problem is None]
    for one in found:
        assert key_of(one.kind, one.canonical, RULES) == one.case_key


def test_the_examples_hold_every_kind_of_locator() -> None:
    kinds = {one.kind for said in SAID for one in find(said, RULES, whole_field=True) if one.problem is None}
    assert kinds >= {"url", "onion", "ipfs", "handle", "invite", "phone"}


@pytest.mark.parametrize(("kind", "canonical"), [("url", "no address at all"), ("handle", "nowhere:@somebody")])
def test_what_cannot_be_read_any_more_has_no_key(kind: str, canonical: str) -> None:
    assert key_of(kind, canonical, RULES) is None
