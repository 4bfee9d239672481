"""Case endings of names and places, as rules on the shadow (`triage/shadow.py`): which stems, and what may follow them.

Bosnian, Croatian and Serbian decline every name, and make adjectives of them (`Amrin`, `Adnanov`); Albanian marks the
definite form and its cases (`Agronit`, `Artës`); German and English add -s. A lemma becomes a few *stems*, each with a
*paradigm*, a set of endings; a list of 20,000 names is then some 25,000 short keys instead of half a million forms.
The rules give a few forms too many (`Petar` both as Petra and Petara): for hiding names that is the safe side, and
forms that are ordinary words are dealt with by the classes of `triage/redacting/name_lists.py`.
Source: the declension tables of any school grammar of the languages; written by us, no word list behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

Stem = tuple[str, str]
"""A stem in shadow and the name of its paradigm."""

_ADJECTIVE = ("", "a", "o", "e", "i", "u", "og", "oga", "om", "ome", "omu", "oj", "im", "ima", "ih")
_SOFTENED = {"k": "c", "g": "z", "h": "s"}
"""Before -i in the dative (Luka: Luci) and before -e in the vocative (Novak: Novače); in shadow the two are alike."""
_HIS = tuple(f"{join}{ending}" for join in ("ov", "ev") for ending in _ADJECTIVE)
_HERS = tuple(f"in{ending}" for ending in _ADJECTIVE)
_MASCULINE = ("a", "u", "om", "em", "e")
_PLURAL = ("i", "ima")
_FEMININE = ("a", "e", "i", "u", "om", "o")

PARADIGMS: dict[str, frozenset[str]] = {
    "whole": frozenset({""}),
    "man": frozenset({"", *_MASCULINE, "i", "it", "in", "s", *_HIS}),
    "man_oblique": frozenset({*_MASCULINE, *_HIS}),
    "man_o": frozenset({"o", "e", *_MASCULINE, "i", *_HIS, *_HERS, "os", "es"}),
    "man_i": frozenset({"", "ja", "ju", "jem", "je", "jom", "t", "n", "s", *(f"j{ending}" for ending in _HIS)}),
    "woman": frozenset({*_FEMININE, "es", "en", "as", *_HERS}),
    "woman_e": frozenset({"", "s", "n", "t", "in", *(f"j{ending}" for ending in _HERS)}),
    "woman_other": frozenset({"", "s", "e", *_HERS}),
    "ic": frozenset({"", *_MASCULINE, *_PLURAL, "s", *_HIS, "ka", "ke", "ki", "ku", "kom", "kin"}),
    "ski": frozenset(_ADJECTIVE) - {""},
    "family": frozenset({"", *_MASCULINE, *_PLURAL, "s", *_HIS}),
    "town": frozenset({"", *_MASCULINE, "i", "it"}),
    "town_oblique": frozenset(_MASCULINE),
    "town_a": frozenset({*_FEMININE, "ama", "es", "en"}),
    "town_dative": frozenset({"i"}),
    "town_o": frozenset({"o", "a", "u", "om"}),
    "town_e": frozenset({"e", "a", "u", "em", "ama", "s", "es", "en"}),
    "town_i": frozenset({"i", "a", "ima", "e"}),
    "town_i_genitive": frozenset({"a"}),
    "attribute": frozenset(_ADJECTIVE) - {""} | {"eg", "em", "ega", "emu"},
}


def given_stems(lemma: str, *, female: bool) -> Iterator[Stem]:
    """Stems of one given name (in shadow). `Amra`: amr + woman; `Petar`: petar and petr; `Ines` stays as it is."""
    last = lemma[-1:]
    if last == "a":
        yield lemma[:-1], "woman"
    elif female:
        yield lemma, "woman_e" if last in ("e", "i", "o", "u", "y") else "woman_other"
    else:
        yield from _man(lemma)


def surname_stems(lemma: str) -> Iterator[Stem]:
    """Stems of one surname (in shadow): -ić with its plural and -ićka, -ski as an adjective, the others as names."""
    if lemma.endswith("ic"):
        yield lemma, "ic"
    elif lemma.endswith(("ski", "cki", "ska")):
        yield lemma[:-1], "ski"
    elif lemma.endswith("a"):
        yield lemma[:-1], "woman"
    elif lemma[-1:] in ("o", "e", "i", "u", "y"):
        yield from _man(lemma)
    else:
        yield lemma, "family"
        yield from _fleeting(lemma, "man_oblique")


def place_stems(word: str, *, attribute: bool = False) -> Iterator[Stem]:
    """Stems of one word of a place name (in shadow); an attribute (`Široki`, `Nova`) also takes adjective endings."""
    last, stem = word[-1:], word[:-1]
    if attribute and last in ("a", "e", "i", "o"):
        yield stem, "attribute"
    if last == "a":
        yield stem, "town_a"
        if stem[-1:] in _SOFTENED:
            yield stem[:-1] + _SOFTENED[stem[-1]], "town_dative"
    elif last in ("o", "e", "i"):
        yield stem, f"town_{last}"
        if word.endswith("ci"):
            yield word[:-2] + "ac", "town_i_genitive"
    else:
        yield word, "town"
        yield from _fleeting(word, "town_oblique")


def forms(stems: Iterator[Stem]) -> frozenset[str]:
    """Every form the stems can take; for places of several words, for tests and for looking at a rule."""
    return frozenset(stem + ending for stem, paradigm in stems for ending in PARADIGMS[paradigm])


def _man(lemma: str) -> Iterator[Stem]:
    last = lemma[-1:]
    if last in ("o", "e"):
        yield lemma[:-1], "man_o"
        if lemma.endswith("ao"):
            yield lemma[:-2] + "l", "man_oblique"
    elif last in ("i", "u", "y"):
        yield lemma, "man_i"
    else:
        yield lemma, "man"
        yield from _fleeting(lemma, "man_oblique")


def _fleeting(lemma: str, paradigm: str) -> Iterator[Stem]:
    """Stolac: stoc; Petar: petr; Čakovec: čakovc. And the vocative, Novače, whose stem changes too."""
    if lemma.endswith(("ac", "ec", "ar", "ak", "ek", "anj")) and len(lemma) > 4:
        drop = 3 if lemma.endswith("anj") else 2
        head, tail = lemma[:-drop], lemma[-drop + 1 :]
        if head[-1:] not in "aeiou":
            yield head + tail, paradigm
            if head[-1] in "tdl" and tail == "c":
                yield head[:-1] + tail, paradigm
    if lemma[-1:] in _SOFTENED and paradigm == "man_oblique":
        yield lemma[:-1] + _SOFTENED[lemma[-1]] + "e", "whole"
