"""Mail: forms of body, character sets, forwarded mails, attachments, mailboxes, and mails made to hold us up."""

from __future__ import annotations

import base64
import hashlib
import json
import quopri
import time
from pathlib import Path

import pytest

from pipeline.bootstrap import url_rules
from pipeline.channels._mail_body import Report, reports_in
from pipeline.channels._mail_html import html_text
from pipeline.channels._mail_split import LARGEST_MAIL_BYTES
from pipeline.channels.base import RawRows
from pipeline.channels.email_message import EmailMessage
from pipeline.unheard import unheard
from triage.own_contact import contact_keys
from triage.own_in_address import telling, tells

HEAD = (
    b"Message-ID: <m1@mail.example>\nFrom: =?utf-8?q?Amra_Uzori=C4=87?= <amra@mail.example>\n"
    b"Date: Mon, 3 Mar 2025 10:00:00 +0100\nSubject: Prijava\n"
)


def read(folder: Path, data: bytes, name: str = "mail.eml") -> RawRows:
    path = folder / name
    path.write_bytes(data)
    (rows,) = EmailMessage().read(path)
    return rows


def said(rows: RawRows, number: int = 0) -> dict[str, str]:
    return {name: value for name, column in rows.columns.items() if (value := column[number]) is not None}


def test_free_text_keeps_the_subject_as_its_first_line_and_the_message_as_raw(tmp_path: Path) -> None:
    data = HEAD + b"\nI saw illegal pictures on this page: a.example/x\n"
    rows = read(tmp_path, data)
    assert said(rows) == {
        "id": "m1@mail.example",
        "received_at": "2025-03-03T10:00:00+01:00",
        "contact_name": "Amra Uzorić",
        "contact_email": "amra@mail.example",
        "description": "Prijava\nI saw illegal pictures on this page: a.example/x",
    }
    assert rows.raw == [data]


def test_each_address_line_is_a_report_and_the_rest_is_said_once(tmp_path: Path) -> None:
    body = b"\nURL;REFERER;NOTE\nhttp://a.example/1;;one\nhttp://b.example/2;http://r.example;two; more\nThank you\n"
    rows = read(tmp_path, HEAD + body)
    assert rows.columns["id"] == ["m1@mail.example#1", "m1@mail.example#2"]
    assert rows.columns["location"] == ["http://a.example/1", "http://b.example/2"]
    assert rows.columns["description"] == ["Prijava\none\nThank you", "Prijava\ntwo; more"]
    assert rows.extra["referer"] == [None, "http://r.example"]
    assert rows.raw is not None
    assert rows.raw[1] is None


def test_below_the_heading_an_address_alone_is_a_report(tmp_path: Path) -> None:
    rows = read(tmp_path, HEAD + b"\nURL;REFERER;NOTE\nhttp://a.example/1\nhttp://b.example/2;;two\n")
    assert rows.columns["location"] == ["http://a.example/1", "http://b.example/2"]
    assert not rows.rejects


def test_a_mail_this_program_fails_at_is_one_reject_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(subject: str, text: str) -> list[Report]:
        if "fails" in text:
            raise IndexError("a mistake of ours")
        return reports_in(subject, text)

    monkeypatch.setattr("pipeline.channels.email_message.reports_in", failing)
    begin = b"From a@mail.example Mon Mar  3 10:00:00 2025\n" + HEAD
    rows = read(tmp_path, begin + b"\nfails\n\n" + begin + b"\nreads\n\n", "box.mbox")
    assert [(one.row, one.reason) for one in rows.rejects] == [(1, "mail_not_understood")]
    assert "fails" in rows.rejects[0].values["raw"]
    assert list(rows.row_numbers) == [2]


def test_an_address_with_a_semicolon_in_free_text_is_no_list(tmp_path: Path) -> None:
    rows = read(tmp_path, HEAD + b"\nhttp://a.example/x;session=1;y=2\n")
    assert "location" not in rows.columns
    assert "http://a.example/x;session=1;y=2" in said(rows)["description"]


def test_a_filled_in_list_gives_fields_and_loses_no_line(tmp_path: Path) -> None:
    body = (
        "Dobar dan,\nVrsta prijave: nasilje\nАдреса: http://a.example/1\nhttp://a.example/2\n"
        "Opis: prvi red\ndrugi red\nTelefon: 061\nBoja: plava\n\nPozdrav\n"
    )
    found = said(read(tmp_path, HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + body.encode()))
    assert found["category"] == "nasilje"
    assert found["location"] == "http://a.example/1\nhttp://a.example/2"
    assert found["contact_phone"] == "061"
    assert found["description"] == "Prijava\nprvi red\ndrugi red\nDobar dan,\nBoja: plava\n\nPozdrav"


@pytest.mark.parametrize(
    ("charset", "data", "text", "problem"),
    [
        ("windows-1250", "šđ".encode("cp1250"), "šđ", None),
        ("x-none-such", b"\xe6", "æ", "unknown_charset"),
        ("idna", b"a\xe6", "aæ", "unknown_charset"),
        ("utf-8", b"\xe6", "æ", "bad_bytes"),
        ("", "šđ".encode(), "šđ", None),
        ("", "šđ".encode("cp1250"), "šđ", "no_charset"),
        ("us-ascii", b"a\0b", "a\N{REPLACEMENT CHARACTER}b", "nul_characters"),
    ],
)
def test_text_is_read_whatever_the_character_set(
    tmp_path: Path, charset: str, data: bytes, text: str, problem: str | None
) -> None:
    declared = f"Content-Type: text/plain; charset={charset}\n".encode() if charset else b""
    rows = read(tmp_path, b"Subject: s\n" + declared + b"\n" + data + b"\n")
    assert said(rows)["description"] == f"s\n{text}"
    assert rows.extra.get("charset_problem", [None]) == [problem]


def test_a_nested_mail_gives_its_text_and_its_attachments_without_names(tmp_path: Path) -> None:
    inner = (
        b"Subject: inner\nContent-Type: multipart/mixed; boundary=C\n\n--C\n\ninner text\n--C\n"
        b'Content-Type: image/png; name="Name.png"\nContent-Transfer-Encoding: base64\n\nAAAA\n--C--\n'
    )
    outer = b"Content-Type: multipart/mixed; boundary=B\n\n--B\n\nouter text\n--B\nContent-Type: message/rfc822\n\n"
    found = said(read(tmp_path, HEAD + outer + inner + b"--B--\n"))
    assert found["description"].split() == ["Prijava", "outer", "text", "-----", "inner", "-----", "inner", "text"]
    assert json.loads(found["attachments"]) == [
        {"type": "image/png", "size": 3, "sha256": hashlib.sha256(bytes(3)).hexdigest()}
    ]


def test_of_alternatives_the_plain_text_is_taken(tmp_path: Path) -> None:
    head = b"Subject: s\nContent-Type: multipart/alternative; boundary=B\n\n"
    body = b"--B\n\nplain\n--B\nContent-Type: text/html\n\n<p>html</p>\n--B--\n"
    assert said(read(tmp_path, head + body))["description"] == "s\nplain"


CRY = "Illegal pictures of a child on this page: https://cte.example/a\nMy daughter is in danger now."
LETTERS = "My daughter is in danger now please help her at once"
LONG = "Čuvajte je, molim vas: ćerka je u opasnosti, đak je. https://cte.example/a"


def packed(folder: Path, body: bytes, encoding: str = "base64", charset: str = "utf-8") -> tuple[str, str | None]:
    """Description without its subject, and what was wrong."""
    head = f"Subject: s\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    rows = read(folder, head.encode() + body)
    return said(rows)["description"].removeprefix("s\n"), rows.extra.get("charset_problem", [None])[0]


@pytest.mark.parametrize(("words", "charset"), [(CRY, "utf-8"), (CRY, "windows-1250"), (LETTERS, "windows-1250")])
def test_plain_words_that_claim_to_be_base64_are_read_as_they_stand(tmp_path: Path, words: str, charset: str) -> None:
    assert packed(tmp_path, words.encode(), charset=charset) == (words, "bad_transfer_encoding")


@pytest.mark.parametrize("charset", ["utf-8", "windows-1250"])
@pytest.mark.parametrize(
    ("old", "new"),
    [(b"", b""), (b"\n", b"\r\n"), (b"\n", b"  \n\n "), (b"=", b""), (b"u", b"u "), (b"u", b"u\n")],
    ids=["as it is", "CR", "blanks at ends", "no padding", "blanks within", "short lines"],
)
def test_honest_base64_is_unpacked_however_it_was_wrapped(
    tmp_path: Path, charset: str, old: bytes, new: bytes
) -> None:
    body = base64.encodebytes(f"{LONG}\n{LONG}!".encode(charset))
    assert packed(tmp_path, body.replace(old, new) if old else body, charset=charset) == (f"{LONG}\n{LONG}!", None)


def test_a_short_honest_base64_is_unpacked(tmp_path: Path) -> None:
    assert packed(tmp_path, base64.encodebytes("Spašena, đače".encode("cp1250")), charset="windows-1250") == (
        "Spašena, đače", None,
    )  # fmt: skip
    assert packed(tmp_path, base64.encodebytes(b"Help me")) == ("Help me", None)


def test_base64_with_words_below_keeps_both_readings_for_a_person(tmp_path: Path) -> None:
    text, problem = packed(tmp_path, base64.encodebytes(LONG.encode()) + b"-- \nlist of C. 1: https://list.example/\n")
    assert text.startswith(LONG)
    assert text.endswith("list of C. 1: https://list.example/")
    assert problem == "two_readings"
    assert unheard({"charset_problem": [problem, None, "bad_bytes"]}, 3) == [True, False, False]


@pytest.mark.parametrize(
    ("body", "text"),
    [("See https://cte.example/?v=41ab", "See https://cte.example/?vAab\n\nSee https://cte.example/?v=41ab"),
     ("at 100%=sure=C4=87", "at 100%=sureć\n\nat 100%=sure=C4=87")],
)  # fmt: skip
def test_words_that_claim_to_be_quoted_printable_are_kept_in_both_readings(
    tmp_path: Path, body: str, text: str
) -> None:
    assert packed(tmp_path, body.encode(), "quoted-printable") == (text, "two_readings")


def test_honest_quoted_printable_is_unpacked(tmp_path: Path) -> None:
    body = quopri.encodestring(f"{LONG}=1\nFrom me".encode())
    assert packed(tmp_path, body, "quoted-printable") == (f"{LONG}=1\nFrom me", None)
    assert packed(tmp_path, b"a =\n=46rom b", "quoted-printable") == ("a From b", None)


@pytest.mark.parametrize("plain", [b"Content-Transfer-Encoding: base64\n\nSee the page: !", b"\n\x01\x02 \x03"])
def test_of_alternatives_the_html_is_read_too_where_the_plain_text_is_in_doubt(tmp_path: Path, plain: bytes) -> None:
    head = b"Subject: s\nContent-Type: multipart/alternative; boundary=B\n\n"
    body = b"--B\n" + plain + b"\n--B\nContent-Type: text/html\n\n<p>html</p>\n--B--\n"
    assert said(read(tmp_path, head + body))["description"].endswith("html")


def test_an_html_mail_keeps_the_targets_of_its_links() -> None:
    link = '<a href="http://a.example/?x=1&amp;y=2">this\npage</a>'
    assert (
        html_text(f"<style>p {{}}</style><p>See {link}</p><!-- <b>no</b> --><p>now")
        == "See this page <http://a.example/?x=1&y=2>\n\nnow"
    )


def test_a_mailbox_is_cut_at_its_separators_only(tmp_path: Path) -> None:
    separator = b"From amra@mail.example Mon Mar  3 10:00:00 2025\n"
    first = separator + b"Subject: one\n\nhello\n>From here on\n\nFrom the school\n\n"
    rows = read(tmp_path, first + separator + b"Subject: two\n\nbody\n", "box.mbox")
    assert rows.columns["description"] == ["one\nhello\nFrom here on\n\nFrom the school", "two\nbody"]
    assert list(rows.row_numbers) == [1, 2]


def test_a_mail_that_is_too_large_is_one_reject_and_the_next_is_read(tmp_path: Path) -> None:
    separator = b"From amra@mail.example Mon Mar  3 10:00:00 2025\n"
    large = separator + b"Subject: one\n\n" + (b"x" * 999 + b"\n") * (LARGEST_MAIL_BYTES // 1000 + 5) + b"\n"
    rows = read(tmp_path, large + separator + b"Subject: two\n\nbody\n", "box.mbox")
    assert [(reject.row, reject.reason) for reject in rows.rejects] == [(1, "mail_too_large")]
    assert list(rows.row_numbers) == [2]


def test_a_date_nobody_can_read_is_not_said(tmp_path: Path) -> None:
    assert "received_at" not in read(tmp_path, b"Date: yesterday\nSubject: s\n\nx\n").columns


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Type: text/html\n\n" + b"<a " * 60_000,
        b"Content-Type: text/html\n\n" + b"<!--" * 50_000,
        b"Content-Type: text/html\n\n" + b'<a x="' * 30_000,
        b"Content-Type: text/plain" + b";a*1=b" * 100_000 + b"\n\nx",
        b"From: " + b'"(<@' * 100_000 + b"\n\nx",
        b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nx",
        b"Subject: s\n\n" + b"*" * 900_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=B%d\n\n--B%d\n" % (n, n) for n in range(1500)),
        b"Content-Type: message/rfc822\n\n" * 3000,
        *(b"Content-Transfer-Encoding: base64\n\n" + one * 900_000 for one in (b"=", b"a", b" =", b"a ", b"a\n")),
        *(
            b"Content-Transfer-Encoding: quoted-printable\n\n" + one * (900_000 // len(one))
            for one in (b"=", b" =", b"= \n")
        ),
    ],
    ids=range(17),
)
def test_a_mail_made_to_hold_us_up_is_read_or_rejected_in_seconds(tmp_path: Path, data: bytes) -> None:
    start = time.process_time()
    rows = read(tmp_path, data)
    assert len(rows.row_numbers) + len(rows.rejects) == 1
    assert time.process_time() - start < 5


def test_utf8_text_that_claims_a_one_byte_set_is_read_as_utf8() -> None:
    from pipeline.channels._mail_charset import decode_mail_bytes

    assert decode_mail_bytes("Kaže da će".encode(), "windows-1252") == ("Kaže da će", "utf8_declared_otherwise")
    assert decode_mail_bytes("Kaže".encode("cp1250"), "windows-1250") == ("Kaže", None)


@pytest.mark.parametrize(
    ("reply_to", "body", "phone"),
    [
        (b"Amra <second.amra88@mail.example>", b"Look at this", "second.amra88@mail.example"),
        (b"FIRST@mail.example", b"Look at this", None), (b"undisclosed", b"Look at this", None),
        (b"a@b.example, c@d.example", b"Look at this", "a@b.example, c@d.example"),
        (b"a@b.example", b"URL: https://a.example/x\nTelefon: 061 123 456", "061 123 456, a@b.example"),
        (b"(" * 5_000 + b"a@b.example", b"Look at this", None),
    ],
)
def test_where_answers_are_asked_to_go_is_the_reporters_contact_too(
    tmp_path: Path, reply_to: bytes, body: bytes, phone: str | None
) -> None:
    mail = b"From: first@mail.example\nReply-To: " + reply_to + b"\nSubject: x\n\n" + body + b"\n"
    found = said(read(tmp_path, mail))
    assert found["contact_email"] == "first@mail.example"
    assert found.get("contact_phone") == phone


def test_the_other_address_in_a_link_tells_who_reported_as_the_first_would(tmp_path: Path) -> None:
    mail = b"From: first@mail.example\nReply-To: second.amra88@mail.example\nSubject: x\n\nLook at this\n"
    found = said(read(tmp_path, mail))
    sought = telling(contact_keys([found["contact_phone"], found["contact_email"]]))
    assert tells("https://pics.example/m1?u=second.amra88@mail.example", sought, url_rules())
    assert not tells("https://pics.example/m1?u=somebody.else@mail.example", sought, url_rules())
