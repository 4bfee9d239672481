"""Police packages that wait for a second person, on a screen: each with the addresses that would go out, defanged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.cli.plain_words import counted
from pipeline.cli.screens import INDENT, named_cases
from pipeline.desk.going_out import GoingOut
from triage.defang import defang

ADDRESSES_SHOWN = 20
"""Of one package; `--json` has every one."""
CASES_SHOWN = 50
"""Of so many cases, the oldest, the addresses are opened."""
_CHECK = (
    "Look at each address: none may be the reporter's own. What does not belong there: `hotline cases split`; a case"
    " with nothing else is not released but closed."
)
NO_KEY = "The addresses are not shown: the vault's private key is not on this machine."
NOT_YOURS = "The addresses are shown to analysts only."


def lines(cases: Sequence[int], packages: Sequence[GoingOut], why_not: str | None) -> list[str]:
    """Every case that waits, with what would go out; `why_not` says why addresses are not shown."""
    if not cases:
        return ["Nothing waits for release."]
    said: list[str] = []
    for case_id in cases:
        said.append(f"C{case_id} waits for a second person")
        said += [line for one in packages if one.case_id == case_id for line in _package(one)]
    left = len(cases) - CASES_SHOWN
    more = [f"Addresses of the other {left} cases: `hotline cases show CASE`"] if left > 0 and why_not is None else []
    return [*said, *more, "", why_not or _CHECK]


def as_json(cases: Sequence[int], packages: Sequence[GoingOut]) -> dict[str, Any]:
    """The same for a program."""
    return {
        "waiting": [f"C{one}" for one in cases],
        "packages": [
            {"case": f"C{one.case_id}", "recipient": one.recipient, "digests_only": one.digests_only,
             "addresses": [{"item": f"L{number}", "address": defang(at)} for number, at in one.addresses],
             "staying": one.staying, "area_police": one.area_police or None,
             "elsewhere": {f"C{other}": count for other, count in one.elsewhere}}
            for one in packages
        ],
    }  # fmt: skip


def _package(one: GoingOut) -> list[str]:
    if one.digests_only:
        return [f"{INDENT}to {one.recipient}: digests of files, no address"]
    if not one.addresses:
        told = [f"{INDENT}to {one.recipient}: no address"]
    else:
        told = [f"{INDENT}to {one.recipient}: {counted(len(one.addresses), 'address')}"]
    told += [f"{INDENT}{INDENT}{f'L{number}':<8}{defang(at)}" for number, at in one.addresses[:ADDRESSES_SHOWN]]
    if (left := len(one.addresses) - ADDRESSES_SHOWN) > 0:
        told.append(f"{INDENT}{INDENT}and {left} more: `hotline cases show C{one.case_id} --all`")
    if one.elsewhere:
        count = counted(sum(count for _, count in one.elsewhere), "further address")
        cases = named_cases([other for other, _ in one.elsewhere])
        told.append(f"{INDENT}{INDENT}not in it: {count} named in the same reports, see {cases}")
    if one.area_police:
        told.append(f"{INDENT}{INDENT}the area's police is {one.area_police}, and the case goes to another")
    return [*told, *([f"{INDENT}{INDENT}stays here: {one.staying}"] if one.staying else [])]
