"""The rule files: every rule's own example and counter-example hold, and the version tells rule sets apart."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from triage.errors import BadConfiguration
from triage.locators import find
from triage.url_rules import Example, UrlRules
from triage.urls import canonical

_FOLDER = Path(__file__).parents[2] / "data" / "url_rules"
_TEXTS = {path.name: path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.toml"))}
_RULES = UrlRules.from_toml(_TEXTS)


def _key(address: str) -> str:
    found = canonical(address, _RULES)
    assert found is not None
    return found.case_key


@pytest.mark.parametrize("example", _RULES.examples, ids=lambda e: f"{e.rule}-{'same' if e.same else 'apart'}")
def test_every_rule_does_what_its_own_examples_say(example: Example) -> None:
    assert (_key(example.one) == _key(example.other)) is example.same


@pytest.mark.parametrize("example", _RULES.examples, ids=lambda e: f"{e.rule}-{'same' if e.same else 'apart'}")
def test_a_rule_holds_also_when_the_address_is_the_whole_location_field(example: Example) -> None:
    for address in (example.one, example.other):
        (found,) = find(address, _RULES, whole_field=True)
        assert found.case_key == _key(address)


def test_every_rule_that_applies_is_named_on_the_trail() -> None:
    for example in _RULES.examples:
        if example.same:
            trails = [found.rules for a in (example.one, example.other) if (found := canonical(a, _RULES)) is not None]
            assert any(step.endswith(example.rule) for trail in trails for step in trail), example.rule


def test_changing_a_rule_changes_the_version() -> None:
    changed = {**_TEXTS, "pages.toml": _TEXTS["pages.toml"].replace('"index.htm"', '"home.htm"')}
    assert UrlRules.from_toml(changed).version != _RULES.version


def test_changing_a_comment_leaves_the_version() -> None:
    commented = {**_TEXTS, "pages.toml": _TEXTS["pages.toml"] + "\n# a remark\n"}
    assert UrlRules.from_toml(commented).version == _RULES.version


def test_the_version_begins_with_the_number_written_in_the_files() -> None:
    assert _RULES.version.startswith("5.")


def test_a_broken_rule_file_is_refused_by_name() -> None:
    with pytest.raises(BadConfiguration, match=r"pages\.toml"):
        UrlRules.from_toml({"pages.toml": "[[index]\n"})


@pytest.mark.parametrize(
    "text",
    [
        '[[index]]\npages = ["a"]\n',
        '[[parameter]]\nname = "a"\nnames = ["b"]\nvalue = "("\nexample = ["a", "b"]\ncounter_example = ["a", "b"]\n',
        '[[prefix]]\nname = "a"\nlabels = ["b"]\nexample = ["one"]\ncounter_example = ["a", "b"]\n',
    ],
)
def test_a_rule_that_lacks_a_field_is_refused(text: str) -> None:
    with pytest.raises(BadConfiguration):
        UrlRules.from_toml({"broken.toml": text})


def test_rules_can_be_handed_to_another_process() -> None:
    again = pickle.loads(pickle.dumps(_RULES))
    assert again.version == _RULES.version
    assert canonical("https://www.a.example/x?utm_source=q", again) == canonical(
        "https://www.a.example/x?utm_source=q", _RULES
    )
