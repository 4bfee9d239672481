"""Letters written one by one and words turned around are masked whole; abbreviations and short words stay."""

from __future__ import annotations

import pytest

from tests.redactors import masked


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("vidio sam ime M a r k o  M a r k o v i ć ispod slike", "vidio sam ime [NAME] ispod slike"),
        ("видио сам име Љ у б и ц а испод слике", "видио сам име [NAME] испод слике"),
        ("on je M.a.r.k.o i snima", "on je [NAME] i snima"),
        ("on je M-a-r-k-o, snima", "on je [NAME], snima"),
        ("on je m*a*r*k*o i snima", "on je [NAME] i snima"),
        ("on je \u202ećivokraM okraM\u202c i snima", "on je[OTHER] i snima"),
        ("on je \u202ećivokraM okraM\ni snima", "on je[OTHER]\ni snima"),
    ],
)
def test_what_is_hidden_from_a_program_is_masked(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    "written", ["firma d.o.o. i n.p.r. to", "a i o tome", "grupe a i b su tu", "on \u202e\u202c snima", "X Y Z"]
)
def test_what_only_looks_hidden_stays(written: str) -> None:
    assert masked(written) == written
