"""The prose of the model card; `shipping.ship` fills in version and thresholds and appends the measured table."""

PROSE = """# Model card: names, places, organisations

Version {version}. Written by `make names-model`; figures below are measured at the end of the training.

**What it is for.** One layer of the redactor: it hides people's names, places and organisations in a report before a
text is shown or leaves. It is not enough alone: identifiers, context rules and name lists run beside it, and a person
reads the redacted text before it is released. Do not use it to find, sort or follow people.

**What it is.** A spaCy pipeline (language `hotline`, component `hotline_names`), trained from nothing on one core in
some twenty minutes: hashed word features, a mix layer, four convolutions of width 160 that look one, one, two and four
words to each side (seventeen words of context), a chain of labels (conditional random field) over PER, LOC, ORG and
names of other things (works, laws), which are learned so that they are not taken for the three, and never told. The
features come from the shadow of a word (Latin, lower case, no diacritics), so both scripts and hasty typing look alike
by construction; only the shape feature sees capitals, together with how the whole text is typed, whether it is English,
German or neither (capitals mean less there), and whether the word is the first of its sentence. Words met less than
four times in training count as unknown. Lists mark words as given name, surname, place, organisation or word for a body
(court, party), and words that the training texts write small outside all names as ordinary; the network is free to
disbelieve them, and in training they are often hidden. The weights are the mean of what a long run and the
short ones that branch off it came to, none of them chosen.

**Trained on** Croatian and Serbian news, Croatian tweets and web texts, Serbian legal texts in both pronunciations,
English tweets, encyclopaedia and web texts, and 7,000 report-style sentences made in code (70 % Bosnian, Croatian,
Serbian; Albanian, German, English 10 % each). Each epoch shows all of the news and web texts and a share of the others.
A sentence is shown as written (52 %), in lower case without diacritics (26 %), with a capital at its start only (5 %),
with half of its capitals (5 %), with every word capitalised (5 %), in Cyrillic (4 %) or in capitals (3 %). In 25 % of
them people bear other names of the region in the same grammatical form, in 25 % all entities are exchanged for others
of their kind, in 20 % names are blends of two names. Handles (`@x`) in English tweets and person-derived adjectives
("Markova slika") count as PER. Sources and licences: `LICENCE.md`.

**Thresholds.** A word is hidden if it lies in the likeliest entities or if its chance to belong to a person's name is
above a threshold, by how the text is typed (with capitals, without, with a capital at each word): {thresholds}. They
are the lowest that hide at most {budgets} of other words on the Croatian and Serbian development sets together.

**Limits.** News, tweets and legal texts are not reports. There is no open labelled text in Bosnian, Albanian or German;
there the model was taught by made-up sentences only, and the figures below say nothing about it. Cyrillic copies are
transliterated by machine. Rare and foreign names in lower case are missed most. The development sets chose the
thresholds, what was tried (`docs/models.md`) was judged on them, and the lists of the wider world were written
by somebody who had seen some of their unknown words: figures on texts never seen will be lower. The Croatian and
Serbian news are largely translations of each other, so not two independent tests.

**Figures.** F is over exact entities of PER, LOC and ORG in raw text, cut into words by the model itself. *Left
visible* is the share of person-name words that are in no hidden span, *other words hidden* the share of words outside
all entities that are. `web` and `en` are the parts held out from training. `lower` is without diacritics.
"""
