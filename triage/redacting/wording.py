"""Patterns over the shadow from plain phrases, so that the redactor's rules are data people can read and extend.

A phrase is words with blanks between; `*` at the end of a word stands for up to six more letters (case endings); a `.`
at the end of a phrase may stand there or not ("dr."). Words are written with their diacritics; every hasty spelling is
made here (`rođen*` also finds `roden`, `rodjena`, `рођена`). The ends of clauses and sentences stand here once for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from triage.errors import BadConfiguration
from triage.shadow import spellings

Tables = Mapping[str, Mapping[str, Sequence[str]]]
"""What `data/redaction/roles.toml` holds: lists of phrases by table and key; read once, each rule takes its own."""
WORD = re.compile(r"[^\W\d_]+")
QUOTE = re.compile(r"[\"„“”«»]")
SENTENCE_END = re.compile(r"[!?\n]|\.(?=\s|$)")
STATEMENT_END = re.compile(r"[!?;\n]|\.(?=\s|$)")
"""A sentence or what semicolons part it into."""
CLAUSE_END = re.compile(r"[!?;,\n]|\.(?=\s|$)")
SIGNS = r"[\s:=\"'„“”«»(@.–-]"
"""What may stand between a word and the value it leads to."""
CAPITAL = r"[^\W\d_a-zčćžšđа-шђјљњћџ]"
"""A letter that is no small one."""
_ENDING = r"[^\W\d_]{0,6}"
_BLANKS = r"[\s.]{1,3}"


def need(read: Tables, needed: Iterable[tuple[str, str]]) -> None:
    """Raises BadConfiguration, naming every list (table and key) that is missing or empty, unless all are there."""
    if missing := [f"[{table}] {key}" for table, key in needed if not read.get(table, {}).get(key)]:
        raise BadConfiguration(f"data/redaction/roles.toml needs {', '.join(missing)}")


def pattern(phrases: Iterable[str]) -> str:
    """The source of a pattern that finds any of the phrases, whole words, the longest first; nothing for no phrase."""
    sources = [_phrase(phrase) for phrase in sorted(set(phrases), key=len, reverse=True)]
    return rf"(?<!\w)(?:{'|'.join(sources)})(?!\w)" if sources else r"(?!)"


def shadow_words(words: Iterable[str]) -> frozenset[str]:
    """Every shadow the words may cast, for looking up one word at a time."""
    return frozenset(form for word in words for form in spellings(word))


def _phrase(phrase: str) -> str:
    words = _BLANKS.join(_word(word) for word in phrase.rstrip(".").split())
    return words + r"\.?" if phrase.endswith(".") else words


def _word(word: str) -> str:
    stem = word.removesuffix("*")
    forms = sorted((re.escape(form) for form in spellings(stem)), key=len, reverse=True)
    return f"(?:{'|'.join(forms)})" + (_ENDING if stem != word else "")
