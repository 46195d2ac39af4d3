"""The watch file: every kind of mistake names file, line, key and remedy."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from uproar.errors import WatchError
from uproar.watch import Watch, active, choose, load_watch, load_watches

GOOD = """\
name = "harbour"
title = "Gullwing buys Harbour Clinics"
starts = 2020-01-01T00:00:00Z

[[services]]
name = "Harbour Clinics"

[[sources]]
type = "file"
path = "posts.jsonl"

[[concerns]]
name = "privacy"
[concerns.words]
en = ["my records"]

[[concerns]]
name = "price"
words = { en = ["too dear"] }

[[timeline]]
at = 2020-02-03T10:00:00+02:00
text = "Announced"

[alerts]
min_count = 7

[[alerts.endpoints]]
name = "ops"
url = "https://ops.example/hook"
"""


def written(folder: Path, text: str, name: str = "harbour.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def mistake(folder: Path, old: str, new: str) -> str:
    """What is said of the good file after one change; the file's name is checked and left out."""
    assert GOOD.count(old) == 1
    path = written(folder, GOOD.replace(old, new))
    with pytest.raises(WatchError) as caught:
        load_watch(path)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return "\n".join(line.removeprefix(f"{path}: ") for line in lines)


def test_a_good_file_is_read_whole_and_its_times_are_in_utc(tmp_path: Path) -> None:
    watch = load_watch(written(tmp_path, GOOD))
    assert watch.timeline[0].at == datetime(2020, 2, 3, 8, tzinfo=UTC)
    assert watch.timeline[0].at.tzinfo is UTC
    assert (watch.services[0].name, watch.alerts.min_count, watch.languages) == ("Harbour Clinics", 7, ("en", "fr"))
    assert watch.sources[0].name == "file"
    assert watch.sources[0].options == {"path": "posts.jsonl"}


def test_a_watch_without_a_name_is_called_like_its_file(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace('name = "harbour"\n', ""), "Harbour & Söhne.toml")
    assert load_watch(path).name == "harbour-s-hne"


def test_a_file_that_an_editor_has_given_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "harbour.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load_watch(path).name == "harbour"


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "remedy"),
    [
        ('title = "Gull', 'titel = "Gull', 2, "titel", "did you mean 'title'?"),
        ("min_count", "min_cuont", 26, "alerts.min_cuont", "did you mean 'min_count'?"),
        ('url = "https', 'ulr = "https', 30, "alerts.endpoints[0].ulr", "did you mean 'url'?"),
        ('name = "Harbour Clinics"', 'name = "H"\nmember = 5', 7, "services[0].member", "did you mean 'members'?"),
        ("[alerts]\n", "[alerts]\nzzzzzz = 1\n", 26, "alerts.zzzzzz", "`uproar watch new` writes"),
        ("min_count = 7", 'min_count = "seven"', 26, "alerts.min_count", "It is 'seven'"),
        ("min_count = 7", "min_count = 0", 26, "alerts.min_count", "greater than or equal to 1. It is 0"),
        ("starts = 2020-01-01T00:00:00Z", "starts = 2020-01-01T00:00:00", 3, "starts", "2022-07-21T12:00:00Z"),
        ("2020-02-03T10:00:00+02:00", "2020-02-03T10:00:00", 22, "timeline[0].at", "needs a time zone"),
        ("https://ops.example/hook", "ops.example/hook", 30, "alerts.endpoints[0].url", "It is 'ops.example/hook'"),
        ('name = "price"', 'name = "Price!"', 18, "concerns[1].name", "It is 'Price!'"),
        ('type = "file"', "type = 5", 9, "sources[0].type", "It is 5"),
        ('type = "file"', 'type = "file"\nevery_seconds = 0', 10, "sources[0].every_seconds", "It is 0"),
    ],
)
def test_a_mistake_names_line_key_and_remedy(  # noqa: PLR0917 - one case a row
    tmp_path: Path, old: str, new: str, line: int, key: str, remedy: str
) -> None:
    told = mistake(tmp_path, old, new).splitlines()
    assert told[0].startswith(f"line {line}, {key}: ") or told[-1].startswith(f"line {line}, {key}: ")
    assert any(remedy in one for one in told)


def test_a_missing_key_is_named_with_the_line_of_its_table(tmp_path: Path) -> None:
    assert mistake(tmp_path, 'title = "Gullwing buys Harbour Clinics"\n', "") == (
        "title: this key is required. Add the key 'title'"
    )
    assert mistake(tmp_path, 'url = "https://ops.example/hook"\n', "") == (
        "line 28, alerts.endpoints[0]: needs one of `url` and `apprise_env`, and not both"
    )
    assert (
        mistake(tmp_path, 'type = "file"\n', "") == "line 8, sources[0].type: this key is required. Add the key 'type'"
    )


def test_a_mistake_in_a_table_inside_a_list_is_found_on_its_line(tmp_path: Path) -> None:
    assert mistake(tmp_path, 'en = ["my records"]', "en = 5").startswith("line 15, concerns[0].words.en: ")


def test_a_language_that_is_none_is_named_as_it_was_written(tmp_path: Path) -> None:
    told = mistake(tmp_path, 'en = ["my records"]', 'eng = ["my records"]')
    assert told.startswith("line 15, concerns[0].words.eng: ")
    assert "It is 'eng'" in told


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("title =", "titel =").replace("min_count = 7", "min_count = -1"))
    with pytest.raises(WatchError) as caught:
        load_watch(path)
    told = str(caught.value)
    assert all(part in told for part in ("Add the key 'title'", "did you mean 'title'?", "alerts.min_count"))


def test_a_line_separator_inside_a_text_does_not_shift_the_lines(tmp_path: Path) -> None:
    assert mistake(tmp_path, "Gullwing buys Harbour Clinics", 'Gull\u2028wing\u0085"\nnmaes = "').startswith("line 3, ")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[[timeline]]", '[[services]]\nname = "Harbour Clinics"\n[[timeline]]', "services: the name 'Harbour Cl"),
        ("[[timeline]]", '[[sources]]\ntype = "file"\n[[timeline]]', "sources: the name 'file' is there 2 times"),
        ('name = "price"', 'name = "privacy"', "concerns: the name 'privacy' is there 2 times"),
    ],
)
def test_two_things_of_one_name_are_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert told in mistake(tmp_path, old, new)
    assert "give each its own `name`" in mistake(tmp_path, old, new)


def test_two_endpoints_of_one_name_are_refused(tmp_path: Path) -> None:
    second = 'url = "https://a.example/"\n[[alerts.endpoints]]\nname = "ops"\nurl = "https://b.example/"'
    assert "alerts.endpoints: the name 'ops'" in mistake(tmp_path, 'url = "https://ops.example/hook"', second)


def test_an_end_before_the_start_is_refused(tmp_path: Path) -> None:
    told = mistake(tmp_path, "[[services]]", "ends = 2019-01-01T00:00:00Z\n[[services]]")
    assert "ends: must be later than starts" in told


def test_a_file_that_is_no_toml_is_refused_with_the_line(tmp_path: Path) -> None:
    told = mistake(tmp_path, 'title = "Gullwing', "title = Gullwing")
    assert "line 2" in told
    assert "not valid TOML; nothing of it was used" in told


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "harbour.toml"
    path.write_bytes(GOOD.replace("Gullwing", "Göllwing").encode("latin-1"))
    with pytest.raises(WatchError, match=r"harbour\.toml: cannot be read: .*A watch file is TOML in UTF-8"):
        load_watch(path)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(WatchError, match=r"nowhere\.toml: cannot be read: .*No such file"):
        load_watch(tmp_path / "nowhere.toml")


def test_a_missing_folder_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WatchError, match=r"no such folder of watch files.*uproar watch new NAME.*UPROAR_WATCH_DIR"):
        load_watches(tmp_path / "nowhere")


def test_a_folder_is_read_in_the_order_of_names_and_other_files_are_left_alone(tmp_path: Path) -> None:
    written(tmp_path, GOOD.replace("harbour", "b"), "b.toml")
    written(tmp_path, GOOD.replace("harbour", "a"), "a.toml")
    written(tmp_path, "no watch", "README.md")
    assert [watch.name for watch in load_watches(tmp_path)] == ["a", "b"]
    assert [watch.name for watch in load_watches(tmp_path / "b.toml")] == ["b"]


def test_two_files_with_one_name_are_refused_and_both_are_named(tmp_path: Path) -> None:
    first, second = written(tmp_path, GOOD, "a.toml"), written(tmp_path, GOOD, "b.toml")
    with pytest.raises(WatchError) as caught:
        load_watches(tmp_path)
    assert str(caught.value) == f"{second}: the name 'harbour' is taken by {first}; choose another `name`."


def made(name: str, *, enabled: bool = True) -> Watch:
    return Watch.model_validate(
        {"name": name, "title": name, "starts": "2020-01-01T00:00:00Z", "enabled": enabled, "services": [{"name": "S"}]}
    )


def test_a_watch_is_chosen_by_name_or_because_it_is_the_only_active_one() -> None:
    on, off = made("on"), made("off", enabled=False)
    assert active([on, off]) == [on]
    assert choose([on, off], None) is on
    assert choose([on, off], "off") is off


@pytest.mark.parametrize(
    ("watches", "name", "told"),
    [
        ([made("a"), made("b")], "c", "There is no watch 'c'. Watches here: a, b."),
        ([made("a"), made("b")], None, "Say which watch with --watch NAME. Watches here: a, b."),
        ([made("a", enabled=False)], None, "Say which watch with --watch NAME. Watches here: a."),
        ([], None, "Watches here: none."),
    ],
)
def test_a_choice_that_cannot_be_made_names_the_watches(watches: list[Watch], name: str | None, told: str) -> None:
    with pytest.raises(WatchError) as caught:
        choose(watches, name)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 5_000,
        "x = " + "9" * 5_000,
        GOOD.replace("2020-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"),
        GOOD.replace("https://ops.example/hook", "http://[::1"),
        GOOD.replace("https://ops.example/hook", "http://ops.example:99999/"),
    ],
    ids=["deep", "long", "early", "bracket", "port"],
)
def test_a_file_made_to_break_the_reader_is_one_message(tmp_path: Path, text: str) -> None:
    with pytest.raises(WatchError, match=r"harbour\.toml"):
        load_watch(written(tmp_path, text))
