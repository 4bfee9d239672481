"""Finding places in free text and in the location field: spans, kinds, problems, and what must not be found."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.locators import Locator, find
from triage.rekeying import key_of
from triage.url_rules import UrlRules

_FOLDER = Path(__file__).parents[2] / "data" / "url_rules"
_RULES = UrlRules.from_toml({path.name: path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.toml"))})
_CID = "QmYwAPJzv5CZsnAzt8auVZRn1pfejgxkF2NyRrqHoeMdPZ"
_ONION = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx"


def _text(text: str) -> tuple[Locator, ...]:
    return find(text, _RULES)


def _field(text: str) -> tuple[Locator, ...]:
    return find(text, _RULES, whole_field=True)


_ADDRESSES = [
    "https://host.example/a", "http://host.example", "www.host.example/a/b.html?x=1&y=2", "host.example/a",
    "hxxps://host[.]example/a", "hxxp://host(.)example/a?b=c", "h**p://host.example/x", "host[.]example/a",
    "host (dot) example/a", "host{.}example", "https[:]//host[.]example/a", "HTTPS://Host.Example/A",
    "host.example:8080/a", "192.0.2.7/bin.sh", "http://192.0.2.7:8080/x", "http://[2001:db8::1]/x",
    f"{_ONION}.onion/x", f"http://{_ONION}.onion", f"ipfs://{_CID}/a.html", _CID, "https://пример.срб/страница",
    "пример.срб/страница?а=б", "http://host.example/a_(b)", "http://host.example/a(b)c/d", "host.example/~name/%C5%BE",
    "http://host.example/a?u=https://other.example/b", "https://web.archive.org/web/2020/http://host.example/",
    "htp://host.example/a", "https//host.example/a", "http:/host.example/a", "https:host.example/a",
    "host.example/http:/docs/AbC/", "host.example/x/https://Document/AbC/", "ftp://host.example/a.zip",
    "t.me/+AbCdEfGhIjKlMnOp", "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv", "discord.gg/AbCdEf",
    "youtu.be/AbCdEf12345",
    "host.example/a,b;c", "host.example/file.zip?e=1!2", "xn--bcher-kva.example/a", "a_b.host.example/x",
    "host.example/.../x",
]  # fmt: skip


@pytest.mark.parametrize("address", _ADDRESSES)
@pytest.mark.parametrize(
    "frame",
    ["{}", "Molim provjerite {} što prije.", "Please look at {}, thank you.", "Вижу слике на {}.", "({})",
     "„{}“", '"{}"',
     "'{}'", "<{}>", "adresa: {}", "Prvo {}; onda kraj", "na {}! Hitno", "[{}]", "{}…", "line\n{}\nline", "- {}\t",
     "*{}*",
     '<a href="{}">ovdje</a>', "[ovdje]({})", "[url]{}[/url]", "je li {}?", "`{}`", "tekst\u00a0{}\u00a0tekst"],
)  # fmt: skip
def test_an_address_in_any_surroundings_is_found_once_with_its_exact_span(address: str, frame: str) -> None:
    text = frame.format(address)
    found = _text(text)
    assert [text[place.start : place.end] for place in found] == [address]
    assert found[0].actionable


@pytest.mark.parametrize("address", _ADDRESSES)
def test_the_location_field_gives_the_same_case_as_running_text(address: str) -> None:
    (in_field,) = _field(address)
    (in_text,) = _text(f"Vidi {address} molim")
    assert (in_field.case_key, in_field.kind) == (in_text.case_key, in_text.kind)
    assert (in_field.start, in_field.end) == (0, len(address))


@pytest.mark.parametrize(
    "text",
    [
        "http://a.example/1 http://b.example/2 c.example/3",
        "http://a.example/1,http://b.example/2,https://c.example/3",
        "http://a.example/1;http://b.example/2; c.example/3",
        "http://a.example/1\nb.example/2\r\nwww.c.example/3",
        "http://a.example/1http://b.example/2https://c.example/3",
        "a.example/1, b[.]example/2 i c (dot) example/3",
        "<a href='http://a.example/1'>x</a><a href='http://b.example/2'>y</a> c.example/3",
        "[http://a.example/1](http://b.example/2) (c.example/3)",
        "a.example/1|b.example/2|c.example/3",
    ],
)
def test_several_addresses_in_one_field_are_all_found_in_order(text: str) -> None:
    for found in (_text(text), _field(text)):
        assert [place.case_key for place in found] == ["url:a.example/1", "url:b.example/2", "url:c.example/3"]


@pytest.mark.parametrize(
    "text",
    [
        "Dijete je uplakano.Onda je došla majka.", "npr.ovo je primjer", "Vidi file.txt i image.zip i video.mov",
        "Rodila se 01.02.2024. u 12:30", "Ima 13.5 godina, razred 7.b", "Otvorio sam.to je sve",
        "tj.ovo, d.o.o. i J.K. Test",
        "cijena 1.000,00 KM", "verzija 1.2.3.4", "omjer 3:1, i/ili, da/ne", "broj 123456789",
         "u 2024. godini 15 puta",
        "prva tačka dnevnog reda", "Kraj.To je.Ne znam", "ID 12345678901234567890", "...", "a@b", "@", "email@",
        "host.",
        "Pišem s Facebooka o Instagramu.", "ul.Test br.5", "instant message", "ovo: ono", "IP:1.2",
    ],
)  # fmt: skip
def test_ordinary_text_holds_no_locator(text: str) -> None:
    assert _text(text) == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("sajt host tačka ba sinoć", "url:host.ba"), ("strana host dot example dot com", "url:host.example.com"),
        ("сајт host точка example", "url:host.example"), ("na host.to ima svega", "url:host.to"),
        ("na host.example-u", "url:host.example"), ("gledao host.ba i otišao", "url:host.ba"),
        ("http:// host.example/a", "url:host.example/a"), ("host.example/a?x=1&amp;y=2",
         "url:host.example/a?x=1&y=2"),
        ("Host.Com", "url:host.com"), ("Link:https://host.example/a", "url:host.example/a"),
        ("http://ho\u200bst.example/a", "url:host.example/a"), ("vidi.http://host.example/a", "url:host.example/a"),
    ],
)  # fmt: skip
def test_addresses_written_carelessly_are_understood(text: str, key: str) -> None:
    assert [place.case_key for place in _text(text)] == [key]
    assert [place.case_key for place in _field(text)] == [key]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("na Instagramu profil @Some.Name", "handle:instagram/some.name"), ("instagram: some_name",
        "handle:instagram/some_name"),
        ("IG: @some_name.", "handle:instagram/some_name"), ("@some_name na TikToku", "handle:tiktok/some_name"),
        ("телеграм: @some_name", "handle:telegram/some_name"), ("Viber grupa, @some_name", "handle:viber/some_name"),
        ("https://www.instagram.com/Some.Name/?igsh=AbCdEf123", "handle:instagram/some.name"),
        ("https://t.me/Some_Name", "handle:telegram/some_name"), ("wa.me/38761123456",
         "handle:whatsapp/+38761123456"),
        ("@name@social.example", "handle:social.example/name"), ("snapchat.com/add/some_name",
        "handle:snapchat/some_name"),
        ("facebook.com/profile.php?id=100000000000001", "handle:facebook/100000000000001"),
    ],
)  # fmt: skip
def test_names_on_platforms_are_handles(text: str, key: str) -> None:
    (found,) = _text(text)
    assert (found.kind, found.case_key, found.actionable) == ("handle", key, True)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("instagram: @name", "handle:instagram/name"), ("instagram name_1", "handle:instagram/name_1"),
        ("name_1 na instagramu", "handle:instagram/name_1"), ("@name (tiktok)", "handle:tiktok/name"),
        ("Snap - some.name", "handle:snapchat/some.name"), ("tg: marko", "handle:telegram/marko"),
        ("instagram: some.name", "handle:instagram/some.name"), ("name_1 na Instagramu.", "handle:instagram/name_1"),
    ],
)  # fmt: skip
def test_the_location_field_takes_a_name_with_its_platform(text: str, key: str) -> None:
    (found,) = _field(text)
    assert (found.kind, found.case_key, found.actionable) == ("handle", key, True)


def test_a_handle_spelled_out_and_its_profile_page_are_one_case() -> None:
    assert _field("instagram: @Some.Name")[0].case_key == _field("https://m.instagram.com/some.name")[0].case_key


def test_a_name_without_platform_is_found_but_nobody_could_look_there() -> None:
    (found,) = _field("@some_name")
    assert (found.kind, found.case_key, found.problem) == ("handle", "handle:?/some_name", "unknown_platform")


@pytest.mark.parametrize(
    "text",
    ["Facebook", "na Facebooku", "facebook grupa", "Instagram profil", "фејсбук", "instagram poruke"],
)  # fmt: skip
def test_a_platform_name_alone_is_a_bare_platform(text: str) -> None:
    (found,) = _field(text)
    assert (found.kind, found.problem) == ("platform", "bare_platform")


@pytest.mark.parametrize("text", ["facebook.com", "https://www.youtube.com/", "www.instagram.com"])
def test_a_platform_home_page_is_a_bare_platform(text: str) -> None:
    assert [(place.kind, place.problem) for place in _field(text)] == [("url", "bare_platform")]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("zovite 061/123-456", "tel:+38761123456"), ("+387 61 123 456", "tel:+38761123456"), ("061 123 456.",
        "tel:+38761123456"),
        ("00387 61 123 456", "tel:+38761123456"), ("(061) 123-456", "tel:+38761123456"), ("+387 (0)61 123 456",
        "tel:+38761123456"),
        ("+49 30 1234567", "tel:+49301234567"), ("tel: 033 221-100", "tel:+38733221100"), ("+38761123456,",
        "tel:+38761123456"),
    ],
)  # fmt: skip
def test_telephone_numbers_are_found_in_text(text: str, number: str) -> None:
    assert [(place.kind, place.canonical) for place in _text(text)] == [("phone", number)]


@pytest.mark.parametrize("text", ["061123456", "38761123456", " 061123456 "])
def test_digits_alone_are_a_number_only_in_the_location_field(text: str) -> None:
    assert [place.canonical for place in _field(text)] == ["tel:+38761123456"]
    assert _text(text) == ()


@pytest.mark.parametrize(
    "text",
    ["01.02.2024. 12", "05/06/2024 14", "id=0612345678", "http://host.example/061/123-456", "a061 123 456",
     "vidi http://host.example/x?061-123-456 molim"],
)  # fmt: skip
def test_dates_and_parts_of_addresses_are_no_telephone_numbers(text: str) -> None:
    assert [place for place in _text(text) if place.kind == "phone"] == []


@pytest.mark.parametrize(
    "text",
    ["pišite na ime@host.example", "ime [at] host [dot] example", "mailto:ime@host.example", "ime@host.example."],
)  # fmt: skip
def test_a_mail_address_is_no_place_and_its_host_is_no_address(text: str) -> None:
    assert [(place.kind, place.problem) for place in _text(text)] == [("email", "email_address")]


@pytest.mark.parametrize(
    ("text", "kind", "problem"),
    [
        ("C:\\Users\\x\\slika.jpg", "file", "file_path"), ("D:/slike/a.jpg", "file", "file_path"),
        ("file:///home/x/a.jpg", "file", "file_path"),
        ("/storage/emulated/0/a.jpg", "file", "file_path"), ("http://127.0.0.1/x", "url", "loopback"),
        ("http://localhost:8000", "url", "loopback"), ("192.168.1.1/x", "url", "private_address"),
        ("http://intranet/x", "url", "malformed"), ("http://[zz]/", "url", "malformed"),
    ],
)  # fmt: skip
def test_what_nobody_outside_can_open_is_found_with_its_reason(text: str, kind: str, problem: str) -> None:
    for found in (_text(text), _field(text)):
        assert [(place.kind, place.problem) for place in found] == [(kind, problem)]


@pytest.mark.parametrize(
    "url",
    ["host.example/case.875.xls", "down1.host.example:8010/SOFT/3/E.RAR",
     "host.example/x?cid=A&resid=A%21249&authkey=AI9mq",
     "host.example/x?resid=9!157&k=AG^", "host.example/bun/https://Document/JMa1/", "host.example/x/?name=mona,",
     "host.example/a%5c,"])  # fmt: skip
def test_addresses_as_lists_carry_them_are_found_without_the_list_s_own_marks(url: str) -> None:
    """Made-up twins of forms in a public list of reported addresses."""
    (found,) = _field(url)
    assert (found.start, found.end) == (0, len(url.rstrip("^,")))


def test_the_trail_says_what_was_undone() -> None:
    assert _text("hxxp://host[.]example/a")[0].rules == ("refanged",)
    assert _text("htps://host.example/a")[0].rules == ("scheme_typo",)
    assert _text("https://host.example/a&amp;b")[0].rules == ("html_entity",)
    assert _text("host.example/a")[0].rules == ("no_scheme",)


_pieces = st.sampled_from(
    ["http://", "hxxp://", "host", ".", "example", "/", "[.]", "(", ")", "@", " ", "\n", "\u200b", "\u202e",
     "\ud800", "\x00",
     "061", "+387", "instagram", ":", "a", "č", "ш", "dot", "www.", ",", '"', "]", "](", "&amp;", "%", "C:\\", "Qm",
     "ipfs://"]
)  # fmt: skip


@settings(max_examples=500)
@given(st.lists(_pieces, max_size=25).map("".join) | st.text(max_size=60), st.booleans())
def test_any_text_gives_ordered_spans_that_can_be_stored(text: str, whole: bool) -> None:
    found = find(text, _RULES, whole_field=whole)
    assert [place.start for place in found] == sorted(place.start for place in found)
    for place in found:
        assert 0 <= place.start < place.end <= len(text)
        assert (place.canonical + place.case_key).encode()
        assert place.case_key.startswith(place.kind + ":") or place.kind == "phone"


_ATTACKS = ["a.", "a-", "a@", "@a", "a.com,", "a.com/,", "http://", "http://a.b", "0 6", "+3 8 ", " a dot", "[(",
    " ", "w", "а.", "instagram ",
    "instagram: ", " @a", "a@b.c,", "%4", "C:\\", "Qm1", "[.]", "a/\u200b", "\\", ":", "a tačka ba ", ")",
    "/", "host.ba ",
    "::", "@a@b", "(0", "x.com/)", "a.com/x @abc +38761123456 ",
    "http://a.b/x|1 ", "http://a.com/x|y", "http://a.com/a b/c ", "a.com/a|061123456", '"http://a.com/c d" ',
    "http://a.com/x](", "061123456|", "<a", "a/b.jpg ", "(061 123 456 a/b "]  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("unit", _ATTACKS, ids=repr)
@pytest.mark.parametrize("whole", [False, True])
def test_the_work_grows_with_the_length_of_the_text_only(unit: str, whole: bool) -> None:
    assert _grows_with_length_only("", unit, whole)


@pytest.mark.parametrize("unit", ["|1", " b/c", " 061 123 456", "|061123456", '"', "<a", "](", " a.jpg"], ids=repr)
def test_the_work_behind_one_address_grows_with_the_length_of_the_text_only(unit: str) -> None:
    assert _grows_with_length_only("http://a.com/x", unit, True)


def _grows_with_length_only(start: str, unit: str, whole: bool) -> bool:
    """Four times the text may cost at most ten times the work (quadratic: sixteen); below 0.1 s nothing is compared."""
    for looks in (1, 2):
        long = _seconds(start + unit * 6_000, whole, looks)
        if long < 0.1 or long < 10 * _seconds(start + unit * 1_500, whole, looks=2):
            return True
    return False


def _seconds(text: str, whole: bool, looks: int) -> float:
    """CPU time of one look at a text, the best of some."""
    took: list[float] = []
    while len(took) < looks:
        begun = time.process_time()
        find(text, _RULES, whole_field=whole)
        took.append(time.process_time() - begun)
    return min(took)


def test_a_million_characters_are_answered() -> None:
    assert len(_text("http://host.example/" + "a" * 1_000_000)) == 1


def test_a_file_with_blanks_in_its_name_is_read_whole() -> None:
    (one,), (other,) = (_field(f"https://h.example/my pic{number}.jpg") for number in (1, 2))
    assert (one.case_key, one.rules) == ("url:h.example/my%20pic1.jpg", ("blank_in_address",))
    assert one.case_key != other.case_key


_WHOLE = [
    ("http://a.example/x?id=1|2", "x?id=1|2"), ("http://a.example?id=1|2", "?id=1|2"), ("a.example/x|2", "x|2"),
    ('http://a.example/x?q="b"&c=1', "x?q=%22b%22&c=1"), ("http://a.example/x?q=<b>", "x?q=%3Cb%3E"),
    ("http://a.example/x`1", "x%601"), ("http://a.example/x\0y", "x%00y"), ("http://a.example/x”1", "x%E2%80%9D1"),
    ("http://a.example/x?id=1.|2", "x?id=1.|2"), ("http://a.example/x#|2", "x#|2"),
    ("http://a.example/x?t=1|061123456", "x?t=1|061123456"), ("http://a.example/x](y", "x](y"),
    ("http://a.example/x&quot;1;", "x&quot;1"), ("hxxp://a[.]example/x|2", "x|2"), ("htp://a.example/x|2", "x|2"),
    ("(http://a.example/x|2)", "x|2"), ("Vidi: http://a.example/x|2, molim", "x|2"),
    ("http://a.example/my photos/1.jpg", "my%20photos/1.jpg"), ("a.example/my photos/2", "my%20photos/2"),
    ("hxxp://a[.]example/my photos/1.jpg", "my%20photos/1.jpg"),
    ("http://a.example/Hi, all/1.jpg", "Hi,%20all/1.jpg"),
    ("http://a.example/IMG 061 123 456.jpg", "IMG%20061%20123%20456.jpg"),
    ("link: http://a.example/my photos/1.jpg", "my%20photos/1.jpg"),
    ('Vidi "http://a.example/my photos/1.jpg" molim', "my%20photos/1.jpg"),
    ("http://a.example/my photos/1.jpg molim", "my%20photos/1.jpg"),
    ("http://a.example/my photos/1.jpg\nmolim i/ili", "my%20photos/1.jpg"),
    ("http://a.example/x?q=a b&id=2", "x?q=a%20b&id=2"), ("http://a.example/my facebook/1", "my%20facebook/1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rest"), _WHOLE, ids=[ascii(text) for text, _ in _WHOLE])
def test_signs_and_blanks_inside_an_address_of_the_location_field_belong_to_it(text: str, rest: str) -> None:
    web = [place for place in _field(text) if place.kind == "url"]
    assert [place.canonical.partition("a.example/")[2] for place in web] == [rest]
    assert {"sign_in_address", "blank_in_address"} & set(web[0].rules)
    assert key_of("url", web[0].canonical, _RULES) == web[0].case_key


@pytest.mark.parametrize(
    "text",
    [
        "http://a.example/x molim pogledajte", "http://a.example/x, molim i/ili zovite", "<http://a.example/x>|y",
        '"http://a.example/x"|y', "„http://a.example/x“ i/ili drugo", "http://a.example/x|", 'http://a.example/x"',
        "http://a.example/x i/ili na instagramu", "http://a.example/x 12/11/2026.",
        "http://a.example/x (Viber/Telegram)", "(vidi http://a.example/x)|y",
        "http://a.example/x<br>y", "http://a.example/x</a>", "[url]http://a.example/x[/url]|y",
        "http://a.example/x[/url]",
        "http://a.example/x\nfolder/1.jpg", "Na stranici http://a.example/x vide se slike i/ili 1.jpg",
        "http://a.example/x|061 123 456", "http://a.example/x 061/123-456", "http://a.example/x|ime@host.test",
        "http://a.example/x|@some_name", "http://a.example/x|http://b.test/", "http://a.example/x b.test/c/d.jpg",
    ],
)  # fmt: skip
def test_what_is_evidently_something_else_is_no_part_of_the_address(text: str) -> None:
    assert _field(text)[0].case_key == "url:a.example/x"


def test_each_address_of_a_list_goes_on_to_its_own_end() -> None:
    for between in (" ", "\n", " ; "):
        found = _field(between.join(f"http://a.example/my photos/{name}" for name in ("1.jpg", "2.jpg")))
        assert [place.case_key for place in found] == [f"url:a.example/my%20photos/{n}.jpg" for n in (1, 2)]
    assert [place.case_key for place in _field("http://a.example/1|2|http://b.example/3|4")] == [
        "url:a.example/1|2", "url:b.example/3|4",
    ]  # fmt: skip


def test_a_number_after_a_sign_is_found_beside_the_address_that_holds_it() -> None:
    assert [place.kind for place in _field("http://a.example/x|061/123-456")] == ["url", "phone"]


def test_running_text_still_ends_an_address_at_signs_and_blanks() -> None:
    assert [place.case_key for place in _text("Vidi http://a.example/x|y ili http://a.example/my pics/1.jpg")] == [
        "url:a.example/x", "url:a.example/my",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("https://h.example/a molim", "cut_at_blank"), ("https://h.example/a<br>b", "cut_at_sign"),
        ("https://h.example/a|b molim", "cut_at_blank"), ("http://[zz]/a|b", "cut_at_sign"),
    ],
)  # fmt: skip
def test_a_cut_address_says_so(text: str, step: str) -> None:
    (found,) = _field(text)
    assert found.rules[-1] == step


def test_addresses_beside_each_other_are_not_called_cut() -> None:
    assert not any(place.rules for place in _field("http://a.example/1 http://b.example/2"))
