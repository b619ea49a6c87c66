"""The templates are what the contract says, and a landing folder that loads as it stands."""

from pathlib import Path

from landing_builder import make_settings, query_warehouse

from orchestration.ingest import load_landing
from orchestration.ingest.contract import read_contract
from orchestration.ingest.templates import FOLDER, main, templates


def test_the_templates_are_up_to_date() -> None:
    found = {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for path in FOLDER.rglob("*")
        if path.is_file()
    }
    assert found == templates(), "run python -m orchestration.ingest.templates"


def test_every_required_column_has_an_example_and_nothing_else_is_one() -> None:
    for extract in read_contract().values():
        assert set(extract.required) <= set(extract.examples) <= set(extract.columns), extract.name


def test_the_templates_load_as_a_landing_folder(tmp_path: Path) -> None:
    settings = make_settings(FOLDER, tmp_path / "home")
    summary = load_landing(settings, report=print)
    assert summary.csv.new_files == summary.csv.new_rows == len(read_contract())
    assert summary.csv.quarantined_files == summary.csv.new_quarantined_rows == 0
    for extract in read_contract():
        rows = query_warehouse(settings, f'select extra_columns from raw."{extract}"')
        assert rows == [(None,)], extract


def test_a_file_of_the_practice_stays(tmp_path: Path, capsys) -> None:
    (tmp_path / "practice").mkdir()
    own = tmp_path / "practice" / "visits_20260131.csv"
    own.write_text("visit_id\n")

    assert main([str(tmp_path)]) == 0
    assert own.read_text() == "visit_id\n"
    assert "stays" in capsys.readouterr().out
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.csv")}
    assert names == set(templates())


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys) -> None:
    (tmp_path / "file").write_text("")
    assert main([str(tmp_path / "file")]) == 2
    assert "cannot be written" in capsys.readouterr().err
