"""What the operator sets: read once, checked whole, then unchangeable.

Owns every setting, its default and the sentence that says what is wrong with it. Reads the
environment and a `.env` file; the environment wins. Never shows a secret's value. Must not know
what any setting is used for.
"""

from __future__ import annotations

import difflib
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

FEWEST = 5
"""People or more that a figure shown to the operator has to stand for: fewer could be guessed at
one by one (PRV-10)."""

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SQLITE = "sqlite:///"


def checkout_content() -> Path | None:
    """Give the content folder: beside the program in a checkout, else as installed, else None."""
    beside = Path(__file__).resolve().parent.parent / "content"
    if beside.is_dir():
        return beside
    installed = importlib.util.find_spec("ajar_content")
    places = installed.submodule_search_locations if installed else None
    return Path(next(iter(places))) if places else None


class Settings(BaseSettings):
    """Everything an operator can set. Field names are the variables' names in small letters."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_file_encoding="utf-8", hide_input_in_errors=True
    )

    telegram_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_url: str = ""
    telegram_webhook_secret: SecretStr | None = None
    discord_token: SecretStr | None = None
    discord_api_url: str = ""  # empty: the library's own
    discord_gateway_url: str = ""  # empty: the one the API names
    http_port: int = Field(default=8443, ge=1, le=65535)
    database_url: str = "sqlite:///data/ajar.db"
    ajar_key: SecretStr | None = None
    ajar_new_key: SecretStr | None = None
    content_dir: Path = Field(default_factory=lambda: checkout_content() or Path("content"))
    retention_days: int = Field(default=365, ge=1, le=365)  # may be shortened, never lengthened
    operator_contact: str = ""  # shown under /privacy
    log_level: str = "INFO"
    log_format: Literal["text", "json"] = "text"
    reminders: Literal["on", "off"] = "on"

    @classmethod
    def read(cls, env_file: Path | None = Path(".env")) -> Settings:
        """Read the settings from the environment and from this file, if it is there.

        Raises `SettingsError` that names every problem at once, one sentence a line.
        """
        strays = list(_strays(env_file)) if env_file else []
        try:
            source: dict[str, Any] = {"_env_file": env_file}
            settings = cls(**source)
        except ValidationError as error:
            raise SettingsError("\n".join([*strays, *_sentences(error)])) from None
        if strays:
            raise SettingsError("\n".join(strays))
        return settings

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret's value, for the one place that keeps them out of the logs."""
        held = (
            self.telegram_token,
            self.telegram_webhook_secret,
            self.discord_token,
            self.ajar_key,
        )
        return tuple(secret.get_secret_value() for secret in held if secret)

    @property
    def key(self) -> str | None:
        """The sealing key, or None where the key file is meant."""
        return self.ajar_key.get_secret_value() if self.ajar_key else None

    @field_validator("telegram_token")
    @classmethod
    def _telegram_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None:
            _filled(token, "paste the token that BotFather gave you, or take the line out")
            if not re.fullmatch(r"\d+:[A-Za-z0-9_-]{3,}", token.get_secret_value()):
                raise ValueError(
                    "does not look like a Telegram token: it is digits, a colon, then letters "
                    "and digits; copy it whole from BotFather, without quotes or spaces"
                )
        return token

    @field_validator("discord_token")
    @classmethod
    def _discord_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None:
            _filled(token, "paste the bot token of the developer portal, or take the line out")
            if not re.fullmatch(r"[\x21-\x7e]{8,}", token.get_secret_value()):
                raise ValueError(
                    "does not look like a Discord bot token: it has no spaces in it; copy it from "
                    "the Bot page of the developer portal, without the word Bot and without quotes"
                )
        return token

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _webhook_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch(
            r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()
        ):
            raise ValueError(
                "has to be 1 to 256 letters, digits, - or _ (Telegram's rule); "
                'python -c "import secrets; print(secrets.token_urlsafe(32))" makes one'
            )
        return secret

    @field_validator("ajar_key", "ajar_new_key")
    @classmethod
    def _key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None:
            _filled(key, "put the content of your key file there, or take the line out")
        return key

    @field_validator("telegram_api_url", "discord_api_url")
    @classmethod
    def _api_url(cls, url: str) -> str:
        if url and not _is_url(url, "http", "https"):
            raise ValueError("has to be a whole address that begins with https:// or http://")
        return url.rstrip("/")

    @field_validator("discord_gateway_url")
    @classmethod
    def _gateway_url(cls, url: str) -> str:
        if url and not _is_url(url, "ws", "wss"):
            raise ValueError("has to be a whole address that begins with wss:// or ws://")
        return url

    @field_validator("telegram_webhook_url")
    @classmethod
    def _webhook_url(cls, url: str) -> str:
        if url and not _is_url(url, "https"):
            raise ValueError(
                "has to begin with https:// (Telegram calls no other); let a reverse proxy hold "
                "the certificate and pass the path on to HTTP_PORT"
            )
        return url

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, url: str) -> str:
        if not url.startswith(SQLITE) or len(url) == len(SQLITE):
            raise ValueError(
                "has to name a file, as in sqlite:///data/ajar.db, or with a fourth stroke for a "
                "path from the root, as in sqlite:////var/lib/ajar/ajar.db"
            )
        return url

    @field_validator("content_dir", mode="before")
    @classmethod
    def _content_named(cls, folder: object) -> object:
        if folder == "":
            raise ValueError("is set but empty: name the content folder, or take the line out")
        return folder

    @field_validator("content_dir")
    @classmethod
    def _content_dir(cls, folder: Path) -> Path:
        if not folder.is_dir():
            raise ValueError(
                "has to be a folder that is there; it holds en/ and the other languages"
            )
        return folder

    @field_validator("log_level", mode="before")
    @classmethod
    def _log_level(cls, level: object) -> str:
        if str(level).upper() not in LEVELS:
            raise ValueError(f"has to be one of {', '.join(LEVELS)}")
        return str(level).upper()

    @field_validator("log_format", "reminders", mode="before")
    @classmethod
    def _small_word(cls, word: object) -> object:
        return word.strip().lower() if isinstance(word, str) else word

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if self.telegram_webhook_url and not self.telegram_webhook_secret:
            raise ValueError(
                "TELEGRAM_WEBHOOK_SECRET has to be set with TELEGRAM_WEBHOOK_URL, so that nobody "
                "but Telegram can send updates."
            )
        if self.telegram_webhook_url and not self.telegram_token:
            raise ValueError("TELEGRAM_TOKEN has to be set with TELEGRAM_WEBHOOK_URL.")
        return self


def _filled(secret: SecretStr, otherwise: str) -> None:
    if not secret.get_secret_value().strip():
        raise ValueError(f"is set but empty: {otherwise}")


def _is_url(url: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


_EXPECTED = {
    "int_parsing": "has to be a whole number",
    "greater_than_equal": "has to be 1 or more",
    "less_than_equal": "has to be 65535 or less",
}


def _sentences(error: ValidationError) -> Iterator[str]:
    """Say each problem in one sentence, without the value that caused it."""
    for problem in error.errors(include_url=False, include_input=False):
        reason = problem["msg"].removeprefix("Value error, ")
        if not problem["loc"]:
            yield reason
            continue
        name = str(problem["loc"][0]).upper()
        if problem["type"] == "literal_error":
            reason = f"has to be {problem['ctx']['expected'].replace(chr(39), '')}"
        yield f"{name} {_EXPECTED.get(problem['type'], reason)}."


def _strays(env_file: Path) -> Iterator[str]:
    """Find names in the file that are nearly a setting's: most likely a slip of the pen."""
    try:
        names = list(dotenv_values(env_file, encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"{env_file} cannot be read: it has to be a text file in UTF-8 that this user may read."
        ) from None
    known = [name.upper() for name in Settings.model_fields]
    for name in names:
        near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.85)
        if near and near[0] != name.upper():
            yield f"{env_file} sets {name}, which means nothing to Ajar; did you mean {near[0]}?"
