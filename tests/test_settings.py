"""What an operator sets: where it comes from, and what is said when it is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
TELEGRAM = "123456789:AAFthis-is-a-made-up-token"
DISCORD = "MTk4NjIyNDgzNDcx.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start from an environment without any of the settings, in an empty folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def complaints(env_file: Path | None = None) -> list[str]:
    """Read the settings and give what is said against them."""
    with pytest.raises(SettingsError) as raised:
        Settings.read(env_file)
    return str(raised.value).splitlines()


def test_everything_has_a_default() -> None:
    """With nothing set, Ajar talks in the terminal, on a database below the present folder."""
    settings = Settings.read()
    assert settings.telegram_token is None
    assert settings.discord_token is None
    assert settings.database_url == "sqlite:///data/ajar.db"
    assert settings.content_dir == ROOT / "content"
    assert (settings.log_level, settings.log_format, settings.reminders) == ("INFO", "text", "on")


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is set in both places is taken from the environment."""
    Path(".env").write_text("LOG_LEVEL=ERROR\nHTTP_PORT=9000\n")
    monkeypatch.setenv("LOG_LEVEL", "debug")
    settings = Settings.read()
    assert (settings.log_level, settings.http_port) == ("DEBUG", 9000)


def test_settings_cannot_be_changed() -> None:
    """Once read, they are frozen."""
    with pytest.raises(ValueError, match="frozen"):
        Settings.read().http_port = 1


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven wrong settings give seven sentences, each beginning with the name."""
    wrong = {
        "TELEGRAM_TOKEN": "not a token",
        "TELEGRAM_API_URL": "api.example",
        "DISCORD_TOKEN": "Bot x",
        "HTTP_PORT": "99999",
        "DATABASE_URL": "postgres://x",
        "LOG_LEVEL": "loud",
        "LOG_FORMAT": "xml",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    said = complaints()
    assert list(wrong) == [line.split()[0] for line in said]
    assert all(line.endswith(".") for line in said)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TELEGRAM_TOKEN", "", "is set but empty"),
        ("TELEGRAM_TOKEN", " \t", "is set but empty"),
        ("TELEGRAM_TOKEN", "123456789", "does not look like a Telegram token"),
        ("TELEGRAM_TOKEN", f'"{TELEGRAM}', "without quotes or spaces"),
        ("DISCORD_TOKEN", "", "is set but empty"),
        ("DISCORD_TOKEN", f"Bot {DISCORD}", "without the word Bot"),
        ("AJAR_KEY", "", "is set but empty"),
        ("TELEGRAM_API_URL", "ftp://x", "begins with https:// or http://"),
        ("TELEGRAM_API_URL", "http://", "begins with https:// or http://"),
        ("DISCORD_API_URL", "x", "begins with https:// or http://"),
        ("DISCORD_GATEWAY_URL", "https://x", "begins with wss:// or ws://"),
        ("TELEGRAM_WEBHOOK_URL", "http://x.example/hook", "begin with https://"),
        ("TELEGRAM_WEBHOOK_SECRET", "with space", "1 to 256 letters"),
        ("HTTP_PORT", "web", "whole number"),
        ("HTTP_PORT", "0", "1 or more"),
        ("HTTP_PORT", "70000", "65535 or less"),
        ("DATABASE_URL", "", "name a file"),
        ("DATABASE_URL", "sqlite:///", "name a file"),
        ("CONTENT_DIR", "nowhere", "a folder that is there"),
        ("CONTENT_DIR", "", "set but empty"),
        ("REMINDERS", "sometimes", "on or off"),
    ],
)
def test_a_wrong_value_gets_one_sentence(
    name: str, value: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each says what the setting has to be."""
    monkeypatch.setenv(name, value)
    said = complaints()
    assert len(said) == 1
    assert said[0].startswith(name)
    assert expected in said[0]


def test_no_complaint_shows_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """However wrong a secret is, it is not repeated."""
    secret = "secret-9f8e7d"
    names = ("TELEGRAM_TOKEN", "DISCORD_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_API_URL")
    for name in names:
        monkeypatch.setenv(name, f"{secret} {name}")
    assert secret not in "\n".join(complaints())


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing the settings shows no secret, and the log's filter is told all of them."""
    secrets = {
        "TELEGRAM_TOKEN": TELEGRAM,
        "DISCORD_TOKEN": DISCORD,
        "TELEGRAM_WEBHOOK_SECRET": "a-secret-for-webhooks",
        "AJAR_KEY": "c2VjcmV0IGtleQ",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    settings = Settings.read()
    assert set(secrets.values()) == set(settings.secrets)
    shown = f"{settings!r} {settings}"
    assert [] == [value for value in secrets.values() if value in shown]


def test_a_webhook_needs_its_secret_and_its_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address alone would let anybody send updates."""
    monkeypatch.setenv("TELEGRAM_WEBHOOK_URL", "https://ajar.example/hook")
    assert ["TELEGRAM_WEBHOOK_SECRET"] == [line.split()[0] for line in complaints()]


def test_a_slip_of_the_pen_in_the_file_is_noticed() -> None:
    """A name that is nearly a setting's is told; a stranger's is left alone."""
    Path(".env").write_text(f"TELEGRAM_TOKN={TELEGRAM}\nCOMPOSE_PROJECT_NAME=ajar\n")
    said = complaints(Path(".env"))
    assert [
        ".env sets TELEGRAM_TOKN, which means nothing to Ajar; did you mean TELEGRAM_TOKEN?"
    ] == said


def test_a_file_that_is_no_text_gets_a_sentence() -> None:
    """Bytes that are not UTF-8 are refused by name."""
    Path(".env").write_bytes(b"LOG_LEVEL=\xff\xfe\n")
    assert "UTF-8" in complaints(Path(".env"))[0]


def test_the_example_names_every_setting_and_no_other() -> None:
    """`.env.example` documents all settings, and its values are the defaults."""
    example = (ROOT / ".env.example").read_text()
    named = dict(re.findall(r"^# ([A-Z_]+)=(.*)$", example, re.MULTILINE))
    assert {name.upper() for name in Settings.model_fields} == set(named)
    defaults = Settings.read()
    for name, value in named.items():
        if value:
            assert str(getattr(defaults, name.lower())) == value
