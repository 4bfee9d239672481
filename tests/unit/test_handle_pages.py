"""A person's name and the page it leads to are one case, also where the platform would not allow such a name."""

from __future__ import annotations

import pytest

from pipeline.bootstrap import url_rules
from triage.locators import Locator, find

RULES = url_rules()


def _field(text: str) -> tuple[Locator, ...]:
    return find(text, RULES, whole_field=True)


@pytest.mark.parametrize(
    ("said", "page"),
    [
        ("Snapchat @Primjer.nalog.0133", "snapchat.com/add/primjer.nalog.0133"),
        ("telegram: @ana.maric", "t.me/Ana.Maric"),
        ("instagram: @some-name", "https://www.instagram.com/some-name/"),
        ("TikTok @some-name", "tiktok.com/@some-name"), ("instagram: @ab", "instagram.com/ab"),
        ("twitter: @a_name_of_20_letters", "https://x.com/A_name_of_20_letters"),
        ("fb: @ana_m", "facebook.com/ana_m"),
        ("facebook: @ana", "facebook.com/ana"), ("YouTube: @ab", "https://www.youtube.com/@ab/videos"),
        ("reddit: @some.name", "reddit.com/user/some.name"), ("twitch: @some.name", "twitch.tv/Some.Name"),
        ("vkontakte: @some-name", "https://m.vk.com/some-name"),
        ("instagram: @" + "a" * 32, "instagram.com/" + "a" * 32),
    ],
)  # fmt: skip
def test_a_name_the_platform_would_not_allow_is_one_case_in_both_spellings(said: str, page: str) -> None:
    (name,), (address,) = _field(said), _field(page)
    assert (name.kind, name.case_key) == ("handle", address.case_key)
    assert (address.kind, _field(name.canonical)[0].case_key) == ("handle", address.case_key)


@pytest.mark.parametrize(
    "page",
    [
        "https://www.instagram.com/reels/", "https://x.com/some_name/likes", "https://telegram.org/some-page",
        "https://www.youtube.com/some-name", "https://www.snapchat.com/t/AbCdEf", "https://vk.com/album-1_2",
        "https://vk.com/topic-1_2",
    ],
)  # fmt: skip
def test_a_platforms_other_pages_are_nobodys_name(page: str) -> None:
    assert _field(page)[0].kind == "url"
