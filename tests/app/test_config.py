"""Configuration that is unsafe or incomplete is refused with one line that names what to change."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from config import ConfigError, Keys, load


def production(tmp_path: Path, **changes: str | None) -> dict[str, str]:
    """A complete production environment, changed for one story."""
    keys = tmp_path / "keys.json"
    if not keys.exists():
        keys.write_text(Keys.fresh().dump())
        keys.chmod(0o600)
    environment: dict[str, str | None] = {
        "SANFANG_MODE": "production",
        "SANFANG_DATA": str(tmp_path / "data"),
        "DATABASE_URL": "postgresql://sanfang@/sanfang",
        "SANFANG_KEYS_FILE": str(keys),
        "SANFANG_BASE_URL": "https://sanfang.example",
        "SANFANG_OPERATOR": "市技工教育集团",
    }
    return {name: value for name, value in (environment | changes).items() if value is not None}


def test_a_complete_production_environment_is_taken(tmp_path: Path) -> None:
    config = load(production(tmp_path))
    assert config.secure and not config.shows_demo
    assert config.database_url.startswith("postgresql+psycopg://")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SANFANG_MODE": "debug"}, "SANFANG_MODE"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"SANFANG_DEMO": "1"}, "demonstration"),
        ({"SANFANG_BASE_URL": "http://sanfang.example"}, "SANFANG_BASE_URL"),
        ({"SANFANG_BASE_URL": None}, "SANFANG_BASE_URL"),
        ({"SANFANG_KEYS_FILE": None}, "SANFANG_KEYS_FILE"),
        ({"SANFANG_OPERATOR": None}, "SANFANG_OPERATOR"),
        ({"DATABASE_URL": None}, "DATABASE_URL"),
        ({"SANFANG_PROXY_HOPS": "many"}, "SANFANG_PROXY_HOPS"),
        ({"SANFANG_CLOCK_FILE": "/tmp/clock"}, "SANFANG_CLOCK_FILE"),
    ],
)
def test_an_unsafe_setting_is_refused_by_its_name(tmp_path: Path, changes: dict[str, str | None], named: str) -> None:
    with pytest.raises(ConfigError, match=named) as refused:
        load(production(tmp_path, **changes))
    assert "\n" not in str(refused.value)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    environment = production(tmp_path)
    (tmp_path / "keys.json").chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        load(environment)


def test_a_key_file_inside_the_data_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="outside the data folder"):
        load(production(tmp_path, SANFANG_KEYS_FILE=str(tmp_path / "data" / "keys.json")))


def test_missing_keys_are_never_made_anew_beside_stored_data(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="missing"):
        load(production(tmp_path, SANFANG_KEYS_FILE=str(tmp_path / "none.json")))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sanfang.db").write_bytes(b"")
    with pytest.raises(ConfigError, match="missing"):
        load({"SANFANG_DATA": str(tmp_path / "data")})


def test_sample_repeated_or_short_keys_are_refused() -> None:
    zero, good = b"\0" * 32, Keys.fresh()
    for keys in (
        Keys(1, {1: zero}, good.index, good.secret),
        Keys(1, {1: good.index}, good.index, good.secret),
        Keys(2, {1: good.data[1]}, good.index, good.secret),
        Keys(1, {1: b"short"}, good.index, good.secret),
    ):
        with pytest.raises(ConfigError):
            Keys.parse(keys.dump())
    with pytest.raises(ConfigError):
        Keys.parse("not json")


def test_a_first_start_makes_its_own_keys_for_its_owner_alone(tmp_path: Path) -> None:
    config = load({"SANFANG_DATA": str(tmp_path / "data")})
    files = list(tmp_path.glob("*.keys.json"))
    assert len(files) == 1 and stat.S_IMODE(files[0].stat().st_mode) == 0o600
    assert load({"SANFANG_DATA": str(tmp_path / "data")}).keys == config.keys
    assert config.mode == "local" and "sanfang.db" in config.database_url


def test_keys_never_show_in_a_printed_configuration(tmp_path: Path) -> None:
    config = load({"SANFANG_DATA": str(tmp_path / "data")})
    assert config.keys.index.hex() not in repr(config) and "Keys(" not in repr(config)
