"""A hotline of another country says which; a number without one is then of that country, and one case with both."""

from __future__ import annotations

from pathlib import Path

from pipeline.bootstrap import App
from pipeline.desk.text_release import desk_of
from pipeline.settings import Settings, as_toml
from tests.factories import cases_by_id, new_workspace, take_in, write_csv


def test_a_number_with_and_without_the_country_is_one_case(tmp_path: Path) -> None:
    made = new_workspace(tmp_path / "w")
    kept = Settings(kind=made.settings.kind, default_country_code="370")
    made.workspace.settings_file.write_text(as_toml(kept), encoding="utf-8")
    app = App.at(made.workspace.root)
    rows = [{"id": "a", "location": "061123456"}, {"id": "b", "location": "+370 61 123 456"},
            {"id": "c", "location": "+387 61 123 456"}]  # fmt: skip
    take_in(app, "phones", write_csv(tmp_path / "phones.csv", rows))
    together = sorted(len(ids) for ids in set(cases_by_id(app).values()))
    assert together == [1, 2]
    assert app.rule_versions()["url_rules"].endswith("+370")
    assert desk_of(app).redactor().country == "370"
