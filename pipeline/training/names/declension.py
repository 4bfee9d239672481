"""Puts names and places of the region into a grammatical case, as far as the report-style sentences need it.

Rules: the a- and e-declension of any school grammar (Barić et al., Hrvatska gramatika), much shortened; a wrong ending
here and there is like what people type. Cases: nominative, genitive, dative, accusative, vocative, instrumental
(`nom gen dat acc voc ins`); the locative is the dative.
"""

from __future__ import annotations

CASES = ("nom", "gen", "dat", "acc", "voc", "ins")
_FEMININE = ("a", "e", "i", "u", "o", "om")
_MASCULINE = ("", "a", "u", "a", "e", "om")
_SOFT = "ćčđžšjc"


def declined(word: str, case: str, *, woman: bool = False, surname: bool = False) -> str:
    """A given name, surname or place in a case. Surnames of women stay as they are unless they end in `-a`."""
    place = CASES.index(case)
    if place == 0 or (woman and surname and not word.endswith("a")):
        return word
    if word.endswith("a"):
        return word[:-1] + _FEMININE[place]
    if word[-1] in "oe" and not woman:
        return word[:-1] + (_MASCULINE[place] or word[-1]) if place != 4 else word
    if word[-1] in "iuëyé" and not woman:
        return word + "j" + _MASCULINE[place] if word[-1] == "i" and place != 4 else word
    if woman:
        return word
    soft = {4: "u", 5: "em"} if word[-1] in _SOFT else {}
    return _fleeting(word) + soft.get(place, _MASCULINE[place])


def possessive(word: str, *, woman: bool = False) -> str:
    """`Amra` -> `Amrin`, `Marko` -> `Markov`, `Miloš` -> `Milošev`: belongs to, masculine nominative."""
    if word.endswith("a"):
        return word[:-1] + "in"
    stem = word[:-1] if word[-1] in "oe" else word
    return stem + ("in" if woman else "ev" if stem[-1:] in _SOFT else "ov")


def _fleeting(word: str) -> str:
    """Without the `a` that drops out: `Aleksandar` -> `Aleksandr-`, `Lukavac` -> `Lukavc-`."""
    drops = word.endswith(("ndar", "etar")) or (len(word) > 4 and word.endswith("ac") and word[-3] not in "aeiou")
    return word[:-2] + word[-1] if drops else word
