"""Names on platforms written without any sign: "ig some_name", "snap profil some_name99", "some_name na telegramu".

Without an `@` or a colon only a name that no word of a language looks like is taken: with an underscore, or letters
with two digits behind them. What people call a file or a post so ("ig story_2024") is none. Nor is what its writer may
give to be reached at ("moj ig …", "hvala, snap …"): a reporter must not become a place content is, so any word of the
writer's own in the sentence leaves it to a person, who reads the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from triage.redacting.wording import SENTENCE_END

_SCREEN = re.compile(r"[A-Za-z]_|_[A-Za-z]|[A-Za-z]{3}\d\d")
"""What every such name has."""
_TWO_DIGITS = re.compile(r"\d\d")
_NAME = (
    r"(?P<name>(?=[A-Za-z_])(?=[A-Za-z0-9.]{0,31}_|[A-Za-z._]{3,29}\d\d)(?=[\d_.]{0,31}[A-Za-z])"
    r"[A-Za-z0-9_]{1,32}(?:\.[A-Za-z0-9_]{1,30}){0,3})"
)
_STARTS, _ENDS = r"(?<![\w@./&=#+-])", r"(?![\w@/#=&-]|\.\w|:/)"
ON = r"(?:na|on|auf|bei|në|ne|на)"
"""What stands between a name and the platform it is on."""
_NAMING = (
    r"(?:korisni[kc]\w{0,3}|nick\w{0,3}|nadim\w{1,4}|profil\w{0,3}|nalog\w{0,2}|račun\w{0,2}|kanal\w{0,2}|user(?:name)?"
    r"|accounts?|profile|nutzer\w{0,4}|konto|llogari\w{1,3}|përdorues\w{1,3}|perdorues\w{1,3}"
    r"|корисни[кц]\w{0,3}|профил\w{0,3}|налог\w{0,2}|канал\w{0,2}|надим\w{1,4})"
)
"""Words that say a chosen name follows."""
_IS = r"(?:je|is|ist|heißt|heisst|është|eshte|quhet|је)"
_NO_NAME = re.compile(
    r"(?:story|stories|reels?|videos?|links?|slik[aeu]|fotos?|photos?|pics?|im(?:g|age)|screenshot|dsc|file|post|doc|v)"
    r"[_.]?\d[\d_.]*|(?:covid|windows|iphone|android|galaxy|euro)_?\d[\d_]*",
    re.IGNORECASE,
)
_KIN = (
    r"(?!\s(?:k?[cć]er|sin|dijet|djet|dete|mal|mlađ|sestr|brat|unu[kc]|drug|prijatelj|daughter|son|child|kid|girl|boy|sister"
    r"|brother|niece|nephew|friend|tochter|sohn|kind|schwester|bruder))"
)
_OWN = re.compile(
    rf"(?<!\w)(?:(?i:(?:moj\w*|mog|moga|mom|my|mein\w*){_KIN}|mine|(?:profili|llogaria|numri) ime?|ja|sam|smo|ich"
    r"|wir|mich|mir|un[eë]|jam|kam|i'm|i am|we|me (?:on|at|via)|javi\w*|jav[il]ja[mt]\w*|dodaj\w*|pi[sš]i(?:te)?"
    r"|pisat\w*|na[cć]i?|dobiti|[ck]onta[ck]t\w*|reach|find me|add|imam|koristim|na[sš]|our|pitanj\w*|questions?|fragen"
    r"|erreich\w*|hvala|lp|pozdrav\w*|po[sš]tovanj\w*|srda[cč]no|thanks?|regards|danke|gr[uü](?:ss|ß)\w*|faleminderit|respekt"
    r"|zove[mt]\w*|ime mi|treba\w*|potreb\w*|ako|if|falls|n[eë]se)|I)(?!\w)"
)
"""Words of somebody who writes of himself, wants to be reached or takes leave; "sam" too: the doubt is the writer's."""
_AROUND_CHARS = 200
_SAYS_MORE = re.compile(r"(?<![\w.@])(?:[^\W\d_A-ZČĆŽŠĐ][^\W\d_]{2,}|(?i:on|he|er|ai))(?![\w@]|\.\w)")
"""A word in small letters, or "he": a sentence without one more is a signature."""
_SAYS_WHO = re.compile(rf"(?<!\w)(?:{_NAMING}|\w{{0,20}}(?:bilder|fotos)n?|slike|pictures|photos)(?!\w)", re.IGNORECASE)
"""As much as that, where nobody took leave before ("Hvala. Profil …")."""
_LEAVE = re.compile(
    r"(?<!\w)(?:hvala|lp|pozdrav\w*|po[sš]tovanj\w*|javi\w*|[ck]onta[ck]t\w*|pi[sš]it\w*|thanks?|regards|danke"
    r"|gr[uü](?:ss|ß)\w*|faleminderit|хвала|поздрав\w*|јави\w*|контакт\w*|пишит\w*)(?!\w)",
    re.IGNORECASE,
)


def may_hold_app_name(text: str) -> bool:
    """Whether any such name can be in the text: two quick looks first, as nearly no text has one."""
    return ("_" in text or _TWO_DIGITS.search(text) is not None) and _SCREEN.search(text) is not None


def app_names(text: str, word: str, of_what: str) -> Iterator[tuple[int, int, str, re.Match[str]]]:
    """Start, end, name and the match that names the platform; `word`, `of_what`: the patterns of `handles.py`."""
    if not may_hold_app_name(text):
        return
    taken = set()
    for shape in _shapes(word, of_what):
        for match in shape.finditer(text):
            if match.start("name") in taken or _NO_NAME.fullmatch(match["name"]) is not None:
                continue
            if not _may_be_own(text, match.start(), match.end(), plain="said" in shape.groupindex):
                taken.add(match.start("name"))
                yield match.start("name"), match.end("name"), match["name"], match


def _may_be_own(text: str, start: int, end: int, *, plain: bool) -> bool:
    """Whether its sentence has a word of its writer's own, or too few to say anything of somebody else.

    `plain`: what was found is itself a statement of somebody else ("on Snapchat he is …").
    """
    earlier = text[max(0, start - _AROUND_CHARS) : start]
    before = SENTENCE_END.split(earlier)[-1]
    after = SENTENCE_END.split(text[end : end + _AROUND_CHARS])[0]
    said = f"{before} {after}"
    if _OWN.search(said) is not None:
        return True
    if _SAYS_MORE.search(said) is not None:
        return False
    return _LEAVE.search(earlier) is not None or not (plain or _SAYS_WHO.search(said) is not None)


@lru_cache(maxsize=4)
def _shapes(word: str, of_what: str) -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(rf"{word}{of_what}[ \t]{{1,2}}{_STARTS}{_NAME}{_ENDS}", re.IGNORECASE),
        re.compile(rf"{_STARTS}{_NAME}[ \t]{{1,2}}{ON}[ \t]{{1,2}}{word}", re.IGNORECASE),
        re.compile(
            rf"(?<!\w){ON}[ \t]{{1,2}}{word}[ \t]{{1,2}}(?:(?:he|she|er|sie|ai|ajo)[ \t]{{1,2}})?"
            rf"(?P<said>{_IS})[ \t]{{1,2}}{_STARTS}{_NAME}{_ENDS}",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<!\w)(?P<said>{_NAMING})[ \t]{{1,2}}(?:{_IS}[ \t]{{1,2}})?{_STARTS}{_NAME},[ \t]{{1,2}}"
            rf"(?:{ON}[ \t]{{1,2}})?{word}",
            re.IGNORECASE,
        ),
    )
