"""The library as its users see it: names, facts of texts, runs, errors."""

from __future__ import annotations

import datetime as dt
import doctest
import importlib
import inspect
import json
import pickle
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any, assert_type

import pandas as pd
import pytest
from commands import extract_command

import extract
from extract import api, parse, spacy_components
from extract.models import Bound, Fact, Grain, Source, Status
from extract.parse import ParsedPlace
from extract.places import PlaceLevel
from extract.staging import has_finished_parts
from extract.table import load_facts
from extract.table_schema import FACTS

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
TEAMS = "Đến hết năm 2023, Lạng Sơn có 1.676 tổ công nghệ số cộng đồng."
VISITORS = """
metrics:
  - id: visitor_arrivals
    pillar: tourism
    label_vi: lượt khách du lịch
    label_en: visitor arrivals
    definition: Visits of tourists to a place.
    typical_unit: visitor
    units: [visitor]
    patterns:
      - ["khách du lịch | lượt khách"]
    examples: ["Quý I/2024, tỉnh đón 1,2 triệu lượt khách du lịch"]
    not_examples: ["Khu du lịch có 30 nhân viên"]
"""


# -- names -----------------------------------------------------------------------------------------


def test_importing_the_package_loads_nothing_else() -> None:
    code = (
        "import sys; before = set(sys.modules); import extract\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("['extract']", "")


def test_every_public_name_is_there_and_listed() -> None:
    for name in extract.__all__:
        assert getattr(extract, name) is not None
    assert set(extract.__all__) <= set(dir(extract))
    with pytest.raises(AttributeError, match="module 'extract' has no attribute 'extracts'"):
        extract.extracts  # type: ignore[attr-defined]  # noqa: B018


def test_no_module_takes_the_place_of_a_public_name() -> None:
    modules = {module.name for module in pkgutil.iter_modules(extract.__path__)}
    assert not modules & set(extract.__all__)
    for name in sorted(modules - {"__main__"}):
        importlib.import_module(f"extract.{name}")
    assert inspect.isfunction(extract.run)
    assert inspect.isfunction(extract.extract)
    assert inspect.isfunction(extract.load)


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(extract.__file__).parent / "py.typed").is_file()
    assert_type(extract.extract(TEAMS), list[Fact])
    assert_type(extract.find_places(TEAMS), list[ParsedPlace])


@pytest.mark.parametrize("module", [api, parse, spacy_components], ids=lambda module: str(module.__name__))
def test_examples_of_docstrings_give_what_they_say(module: Any) -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


# -- facts of a text -------------------------------------------------------------------------------


def test_a_text_gives_its_facts_whole() -> None:
    (fact,) = extract.extract(TEAMS, published="2024-01-05", doc_id="a")
    assert fact == Fact(
        fact_id=fact.fact_id,
        doc_id="a",
        metric_id="community_digital_teams",
        metric_text=fact.metric_text,
        technology=None,
        scope=None,
        component=None,
        value=1676.0,
        value_max=None,
        denominator=None,
        bound=Bound.EQ,
        unit_id="team",
        unit_text=fact.unit_text,
        status=Status.ACTUAL,
        change=fact.change,
        period_start=dt.date(2023, 1, 1),
        period_end=dt.date(2023, 12, 31),
        period_grain=Grain.YEAR,
        period_source=Source.SENTENCE,
        baseline_start=None,
        baseline_end=None,
        province_code="20",
        province_name="Lạng Sơn",
        province_code_2025="20",
        place_text="Lạng Sơn",
        place_level="province",
        place_source=Source.SENTENCE,
        sentence=TEAMS,
        sentence_start=0,
        char_start=TEAMS.index("1.676"),
        char_end=fact.char_end,
        rule_ids=fact.rule_ids,
        confidence=fact.confidence,
        statement_id=fact.statement_id,
    )
    with pytest.raises(FrozenInstanceError):
        fact.value = 1.0  # type: ignore[misc]


def test_fields_of_a_fact_are_the_columns_of_the_table() -> None:
    assert [field.name for field in fields(extract.Fact)] == [column.name for column in FACTS.columns]


def test_texts_give_the_rows_of_a_run_over_them(tmp_path: Path) -> None:
    result = extract.run(SEEDS, out=tmp_path / "out")
    facts = [
        fact
        for path in sorted(SEEDS.glob("*.txt"))
        for fact in extract.extract(path.read_text(encoding="utf-8"), doc_id=path.stem)
    ]
    assert (result.documents, result.facts) == (5, len(facts))
    assert extract.to_frame(facts, as_="arrow").to_pylist() == load_facts(result.out).to_pylist()
    pd.testing.assert_frame_equal(extract.to_frame(facts), extract.load(result.out))


def test_an_empty_text_has_no_facts() -> None:
    assert extract.extract("") == []
    assert list(extract.to_frame([]).columns) == [column.name for column in FACTS.columns]


def test_what_is_stated_of_a_text_goes_before_what_it_says() -> None:
    text = "Tỉnh có 4.285 trạm BTS."
    (fact,) = extract.extract(text, published=dt.datetime(2025, 8, 1, 7, 30), province="Bình Thuận")
    assert (fact.province_code, fact.province_name) == ("68", "Lâm Đồng")
    (fact,) = extract.extract(text, url="https://baogialai.com.vn/a.html")
    assert fact.province_name == "Gia Lai"


@pytest.mark.parametrize("nothing", [None, "", float("nan"), pd.NaT], ids=repr)
def test_what_is_missing_in_a_table_states_nothing(nothing: Any) -> None:
    plain = extract.extract("Tỉnh Bến Tre có 12 chợ.")
    province = nothing if nothing is not pd.NaT else None
    assert extract.extract("Tỉnh Bến Tre có 12 chợ.", published=nothing, province=province) == plain


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"published": "hôm qua"}, "published: 'hôm qua' is no date of a form that is read: 2024-05-01, "),
        ({"published": "2024-02-30"}, "published: '2024-02-30' is not in the calendar"),
        ({"province": "Bến Che"}, "province: no province is called 'Bến Che' (similar: Bến Tre"),
        ({"province": "Atlantis"}, "province: no province is called 'Atlantis'"),
        ({"text": "a\0b"}, "text: not a text: NUL byte at offset 1"),
    ],
)
def test_arguments_that_mean_nothing_are_refused(options: dict[str, str], message: str) -> None:
    with pytest.raises(extract.ArgumentError) as caught:
        extract.extract(**{"text": TEAMS, **options})
    assert str(caught.value).startswith(message)
    assert isinstance(caught.value, (extract.ExtractError, ValueError))
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_what_is_doubtful_about_a_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    garbled = "Tỉnh Bến Tre có 12 chợ, đạt 75% kế hoạch.".encode().decode("latin-1")
    extract.extract(garbled, doc_id="a")
    (message,) = caplog.messages
    assert message.startswith("a: ")


def test_bytes_are_no_text() -> None:
    with pytest.raises(TypeError, match="text must be a str, not bytes"):
        extract.extract(b"4.285")  # type: ignore[arg-type]


def test_rules_are_compiled_once() -> None:
    extract.extract(TEAMS)
    assert api.packaged_extractor() is api.packaged_extractor()
    assert api.packaged_extractor.cache_info().misses == 1


def test_threads_get_the_facts_that_one_after_the_other_would() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))] * 2
    alone = [(extract.extract(text), extract.parse_quantities(text)) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: (extract.extract(text), extract.parse_quantities(text)), texts))
    assert together == alone


# -- own rules -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> extract.Extractor:
    """An extractor with a metric of its own."""
    folder = tmp_path_factory.mktemp("my_rules")
    (folder / "tourism.yaml").write_text(VISITORS, encoding="utf-8")
    return extract.Extractor(folder)


def test_own_rules_are_read_beside_the_packaged_ones(own: extract.Extractor) -> None:
    text = "Quý I/2024, tỉnh đón 1,2 triệu lượt khách du lịch."
    (fact,) = own.extract(text)
    assert (fact.metric_id, fact.value, fact.unit_id) == ("visitor_arrivals", 1_200_000.0, "visitor")
    assert extract.extract(text)[0].metric_id is None
    assert own.rules_hash != api.packaged_extractor().rules_hash
    assert own.extract(TEAMS) == extract.extract(TEAMS)
    assert own.parse_quantities(text) == extract.parse_quantities(text)
    assert own.parse_periods(text) == extract.parse_periods(text)
    assert own.find_places(TEAMS) == extract.find_places(TEAMS)


def test_an_extractor_goes_to_other_processes_by_its_folder(own: extract.Extractor) -> None:
    again = pickle.loads(pickle.dumps(own))
    assert (repr(again), again.rules_hash) == (repr(own), own.rules_hash)
    assert repr(own).startswith("Extractor('/")
    assert repr(api.packaged_extractor()) == "Extractor()"


def test_faults_of_own_rules_are_all_told(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("metrics:\n  - id: a\n  - id: b\n", encoding="utf-8")
    with pytest.raises(extract.RulesError) as caught:
        extract.Extractor(tmp_path)
    assert len(caught.value.faults) >= 2
    assert all(fault.startswith("bad.yaml:") for fault in caught.value.faults)


# -- a fact ----------------------------------------------------------------------------------------


def test_a_fact_goes_through_json(make_fact: Callable[..., Fact]) -> None:
    fact = make_fact(
        period_start=dt.date(2024, 1, 1), period_end=dt.date(2024, 3, 31), period_grain=Grain.QUARTER
    )
    row = json.loads(json.dumps(fact.to_dict()))
    assert list(row) == [column.name for column in FACTS.columns]
    assert (row["period_start"], row["period_grain"], row["bound"]) == ("2024-01-01", "quarter", "eq")
    assert row["rule_ids"] == "unit.station metric.mobile_base_stations"
    assert {type(value) for value in fact.to_dict().values()} <= {str, int, float, type(None)}
    assert Fact.from_dict(row) == fact


def test_a_row_that_is_none_makes_no_fact(make_fact: Callable[..., Fact]) -> None:
    row = make_fact().to_dict()
    with pytest.raises(ValueError, match="'about' is not a valid Bound"):
        Fact.from_dict({**row, "bound": "about"})
    del row["value"]
    with pytest.raises(KeyError, match="value"):
        Fact.from_dict(row)


def test_a_fact_shows_what_it_states(make_fact: Callable[..., Fact]) -> None:
    assert repr(make_fact()) == "<Fact mobile_base_stations: 4,285 station, Bình Thuận>"
    target = make_fact(
        metric_id=None,
        metric_text="giá lúa",
        bound=Bound.GE,
        value=7.5,
        value_max=9.0,
        status=Status.TARGET,
        period_start=dt.date(2025, 1, 1),
        period_grain=Grain.YEAR,
        place_text=None,
    )
    assert repr(target) == "<Fact giá lúa: ≥ 7.5-9 station, 2025, target>"


# -- places ----------------------------------------------------------------------------------------


def test_places_come_whole_and_in_order() -> None:
    text = "Huyện Ba Tri (Bến Tre) xuất sang Trung Quốc, đứng đầu cả nước."
    assert extract.find_places(text) == [
        ParsedPlace("Ba Tri", PlaceLevel.DISTRICT, "83", "Bến Tre", "86", 0, 12),
        ParsedPlace("Bến Tre", PlaceLevel.PROVINCE, "83", "Bến Tre", "86", 14, 21),
        ParsedPlace("Trung Quốc", PlaceLevel.FOREIGN, None, None, None, 33, 43),
        ParsedPlace("Việt Nam", PlaceLevel.COUNTRY, "VN", "Việt Nam", "VN", 54, 61),
    ]


def test_the_date_of_a_text_decides_its_provinces() -> None:
    def codes(text: str, published: str | None = None) -> list[tuple[str | None, str | None]]:
        places = extract.find_places(text, published=published)
        return [(place.province_code, place.province_name) for place in places]

    assert codes("Tỉnh Bình Thuận") == [("60", "Bình Thuận")]
    assert codes("Tỉnh Bình Thuận", "2024") == [("60", "Bình Thuận")]
    assert codes("Tỉnh Bình Thuận", "1/7/2025") == [("68", "Lâm Đồng")]
    assert codes("Ngày 5/8/2025, tỉnh Bình Thuận họp") == [("68", "Lâm Đồng")]
    with pytest.raises(extract.ArgumentError, match="published"):
        extract.find_places("Tỉnh Bình Thuận", published="mai")


def test_a_name_of_several_provinces_goes_to_the_one_named_beside_it() -> None:
    (district, province) = extract.find_places("Huyện Châu Thành, tỉnh Bến Tre")
    assert (district.name, district.province_name) == ("Châu Thành", province.province_name)
    (alone,) = extract.find_places("Huyện Châu Thành có 12 xã.")
    assert (alone.level, alone.province_code) == (PlaceLevel.DISTRICT, None)


def test_a_partial_date_is_read_against_a_day_in_writing_too() -> None:
    (period,) = extract.parse_periods("Sáng 5/6, có 3 ca.", "6/6/2023")
    assert period.start == dt.date(2023, 6, 5)
    with pytest.raises(extract.ArgumentError, match="reference: 'mai' is no date"):
        extract.parse_periods("Sáng 5/6, có 3 ca.", "mai")


# -- runs ------------------------------------------------------------------------------------------


def write_articles(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.txt").write_text(f"Tỉnh Bến Tre có {number + 12} chợ.", encoding="utf-8")
    return folder


def test_a_run_of_the_library_is_one_of_the_command_line(tmp_path: Path) -> None:
    extract.run([SEEDS], tmp_path / "library", include="*.txt", workers=1)
    assert extract_command("run", SEEDS, "--out", tmp_path / "command", "-q").code == 0
    for path in sorted((tmp_path / "command").glob("*.parquet")):
        assert path.read_bytes() == (tmp_path / "library" / path.name).read_bytes()


def test_a_run_tells_what_it_did(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "news", 2)
    (articles / "empty.txt").write_text("\n", encoding="utf-8")
    (articles / "broken.txt").write_bytes(b"\0\0\0")
    (tmp_path / "dates.csv").write_text("doc_id,published\n0,2024-05-01\nother,2024\n", encoding="utf-8")
    told: list[tuple[int, int | None, int]] = []
    result = extract.run(
        articles, tmp_path / "out", metadata=tmp_path / "dates.csv", progress=lambda *done: told.append(done)
    )
    assert (result.documents, result.facts, result.empty, result.unknown_ids) == (
        4,
        2,
        ("empty",),
        ("other",),
    )
    assert [(failed.doc_id, failed.reason) for failed in result.failed] == [
        ("broken", "not a text: NUL byte at offset 0")
    ]
    assert told[-1][:2] == (4, 4)
    assert repr(result) == (
        f"<RunResult {str(tmp_path / 'out')!r}: documents=4, facts=2, failed=1, empty=1, unknown_ids=1>"
    )
    again = extract.run(articles, tmp_path / "out", metadata=tmp_path / "dates.csv")
    assert (again.reused, again.facts) == (3, 2)


def test_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    articles, out = write_articles(tmp_path / "news", 70), tmp_path / "out"

    def stop(done: int, total: int | None, size: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract.run(articles, out, workers=1, progress=stop)
    assert has_finished_parts(out)
    with pytest.raises(extract.InputError, match="a run was stopped there before it wrote tables; --resume"):
        extract.load(out)
    result = extract.run(articles, out, workers=1, resume=True)
    assert (result.documents, result.facts) == (70, 70)
    assert result.resumed >= 1
    assert len(extract.load(out)) == 70


def test_a_run_refuses_what_the_command_line_refuses(tmp_path: Path) -> None:
    with pytest.raises(extract.InputError, match=r"nowhere: no such file or folder"):
        extract.run("nowhere", tmp_path / "out")
    with pytest.raises(extract.InputError, match="no file or folder was named"):
        extract.run([], tmp_path / "out")
    (tmp_path / "file").write_text("")
    with pytest.raises(extract.OutputError, match="is a file, not a folder"):
        extract.run(SEEDS, tmp_path / "file")
    with pytest.raises(extract.OutputError, match="is a URL; tables are written to a folder of this machine"):
        extract.run(SEEDS, "s3://bucket/out")
    articles = write_articles(tmp_path / "news", 1)
    (articles / "broken.txt").write_bytes(b"\0\0\0")
    with pytest.raises(extract.TooManyErrorsError, match="1 article failed, more than"):
        extract.run(articles, tmp_path / "out", max_errors=0)
    assert not (tmp_path / "out" / "facts.parquet").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"workers": 0}, "workers: 0 is no whole number from 1 on"),
        ({"workers": "many"}, "workers: 'many' is no whole number from 1 on"),
        ({"rows_per_part": 0}, "rows_per_part: 0 is no whole number from 1 on"),
        ({"max_errors": -1}, "max_errors: -1 is no whole number from 0 on"),
        ({"max_article_bytes": 1.5}, "max_article_bytes: 1.5 is no whole number from 0 on"),
        ({"max_article_seconds": -1}, "max_article_seconds: -1 is no number of seconds from 0 on"),
        ({"max_article_seconds": float("nan")}, "max_article_seconds: nan is no number of seconds from 0 on"),
        ({"engine": "spark"}, "engine: 'spark' is not known; there are local, ray"),
        ({"stdin_format": "json"}, "stdin_format: 'json' is not known; similar: jsonl"),
        ({"id_from": "stem"}, "id_from: 'stem' is not known; there are name, path"),
        ({"inputs": pd.DataFrame({"text": [TEAMS]})}, "inputs: a table is no input: write it to a file, or "),
    ],
)
def test_options_that_mean_nothing_are_refused(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(extract.ArgumentError) as caught:
        extract.run(**{"inputs": SEEDS, "out": tmp_path / "out", **options})
    assert str(caught.value).startswith(message)
    assert not (tmp_path / "out").exists()


def test_the_home_folder_may_be_written_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write_articles(tmp_path / "news", 1)
    result = extract.run("~/news", "~/out")
    assert result.out == tmp_path / "out"
    assert extract.load("~/out")["value"].tolist() == [12.0]
