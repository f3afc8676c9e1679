"""The command line: what it says when something is wrong, and with which exit code."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SMALL = ROOT / "tests" / "small"
PROGRAM = [sys.executable, "-m", "bot"]
TELEGRAM = "123456789:AAFthis-is-a-made-up-token"
PATIENCE = 30.0


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give what the program finds: small content and a database of its own, in a folder where no
    `.env` of a developer lies."""
    monkeypatch.chdir(tmp_path)
    return {
        "PATH": os.environ["PATH"],
        "CONTENT_DIR": str(SMALL),
        "DATABASE_URL": f"sqlite:////{str(tmp_path / 'ajar.db').lstrip('/')}",
        "LANG": "C.UTF-8",
    }


def ajar(
    environment: dict[str, str], *arguments: str, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        input=given,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_help_is_quick_and_names_every_command(environment: dict[str, str]) -> None:
    """`ajar --help` loads no engine, no database and no platform."""
    began = time.monotonic()
    done = ajar(environment, "--help")
    assert time.monotonic() - began < 1.5
    assert done.returncode == 0
    for command in (
        "run",
        "chat",
        "check",
        "recognise",
        "doctor",
        "map",
        "new",
        "backup",
        "restore",
        "rekey",
    ):
        assert f" {command} " in done.stdout


@pytest.mark.parametrize("command", ["run", "chat", "doctor"])
def test_wrong_settings_end_in_sentences(command: str, environment: dict[str, str]) -> None:
    """Every problem is one line on standard error; the code is 2 and there is no traceback."""
    wrong = environment | {"TELEGRAM_TOKEN": "", "HTTP_PORT": "x"}
    done = ajar(wrong, command)
    assert (done.returncode, done.stdout) == (2, "")
    assert ["TELEGRAM_TOKEN", "HTTP_PORT"] == [line.split()[0] for line in done.stderr.splitlines()]


def test_broken_content_leaves_help_in_danger(environment: dict[str, str], tmp_path: Path) -> None:
    """With content that cannot be read, file and line are named and only help in danger works."""
    (tmp_path / "content" / "en").mkdir(parents=True)
    (tmp_path / "content" / "en" / "a.yaml").write_text("flow: a\nsteps: [\n")
    done = ajar(environment | {"CONTENT_DIR": str(tmp_path / "content")}, "chat", given="sos\n")
    assert 0 == done.returncode
    assert "I am a program" in done.stdout
    assert "en/a.yaml" in done.stderr
    assert "only help in danger works" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_key_ends_in_a_sentence(environment: dict[str, str]) -> None:
    """Another key than the database's is refused, and the key is not repeated."""
    assert ajar(environment, "chat").returncode == 0
    key = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
    done = ajar(environment | {"AJAR_KEY": key}, "chat")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert key not in done.stderr


def test_a_mistake_of_ours_is_one_sentence_with_a_reference(environment: dict[str, str]) -> None:
    """An unexpected exception shows neither its message nor a traceback."""
    breaking = (
        "import sys, bot.commands.chat as c\n"
        "def chat(*_): raise KeyError('a private sentence')\n"
        "c.chat = chat\n"
        "from bot.__main__ import main\n"
        "sys.argv = ['ajar', 'chat']\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", breaking],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 2
    assert "(reference " in done.stderr
    assert "KeyError" in done.stderr
    assert "private" not in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_looks_at_everything(environment: dict[str, str]) -> None:
    """With everything well, doctor says so line by line and gives 0."""
    done = ajar(environment, "doctor")
    assert done.returncode == 0
    looked_at = dict.fromkeys(line.split(":")[0] for line in done.stdout.splitlines())
    assert ["Settings", "Content", "Database", "Platforms"] == list(looked_at)


def test_doctor_sees_a_key_that_others_may_read(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """A key file that is not the owner's alone is a finding, with the command that mends it."""
    assert ajar(environment, "chat").returncode == 0
    (key,) = tmp_path.rglob("ajar.key")
    key.chmod(0o644)
    done = ajar(environment, "doctor")
    assert (1, True) == (done.returncode, "chmod 600" in done.stdout)
    key.chmod(0o600)
    assert 0 == ajar(environment, "doctor").returncode


def test_doctor_reports_a_missing_contact(environment: dict[str, str]) -> None:
    """PRV-17: with a token but without a contact, that is a finding; with one it is none."""
    nowhere = {"TELEGRAM_TOKEN": TELEGRAM, "TELEGRAM_API_URL": "http://127.0.0.1:9"}
    without = ajar(environment | nowhere, "doctor").stdout
    named = ajar(environment | nowhere | {"OPERATOR_CONTACT": "me@example.org"}, "doctor").stdout
    assert "Contact: OPERATOR_CONTACT is empty" in without
    assert "Contact:" not in named


def test_doctor_says_what_is_wrong(environment: dict[str, str]) -> None:
    """A server that is not there is a finding: one line, and 1."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        there = {"TELEGRAM_TOKEN": TELEGRAM, "TELEGRAM_API_URL": f"http://127.0.0.1:{port}"}
        done = ajar(environment | there, "doctor")
    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if line.startswith("Telegram: PROBLEM: ")]
    assert TELEGRAM not in done.stdout + done.stderr


def test_run_waits_for_a_server_that_is_not_there_and_stops_when_told(
    environment: dict[str, str],
) -> None:
    """With nobody at the other end the program keeps trying, says so without the token, and
    SIGTERM ends it within five seconds."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        there = {
            "TELEGRAM_TOKEN": TELEGRAM,
            "TELEGRAM_API_URL": f"http://127.0.0.1:{port}",
            "LOG_LEVEL": "DEBUG",
        }
        with subprocess.Popen(
            [*PROGRAM, "run"], env=environment | there, stderr=subprocess.PIPE, text=True
        ) as program:
            assert program.stderr
            seen = ""
            while "tidied" not in seen:
                line = program.stderr.readline()
                assert line, seen
                seen += line
            began = time.monotonic()
            program.send_signal(signal.SIGTERM)
            seen += program.stderr.read()
            assert program.wait(PATIENCE) == 0
            assert time.monotonic() - began < 5
    assert "event='stopped'" in seen
    assert 1 == seen.count("OPERATOR_CONTACT is empty"), "PRV-17: said once, at the start"
    assert TELEGRAM not in seen


def test_doctor_makes_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    """Looking leaves no new database and no new key behind."""
    done = ajar(environment, "doctor")
    assert "there is none yet" in done.stdout
    assert [] == list(tmp_path.iterdir())


def test_backup_and_restore(environment: dict[str, str], tmp_path: Path) -> None:
    """A backup taken on one day brings that day's conversation back."""
    ajar(environment, "chat", given="1\n")
    saved = ajar(environment, "backup", "saved")
    assert (saved.returncode, "fewer than 5 people" in saved.stdout) == (0, True)
    ajar(environment, "chat", given="1\n")
    restored = ajar(environment, "restore", "saved")
    assert (restored.returncode, "ajar.db.before-restore" in restored.stdout) == (0, True)
    assert ajar(environment, "chat").stdout.startswith("What may I keep?")
    assert (tmp_path / "ajar.db.before-restore").exists()


def test_a_new_key(environment: dict[str, str], tmp_path: Path) -> None:
    """After `ajar rekey` the key file is another, and the talk goes on."""
    ajar(environment, "chat", given="1\n")
    before = (tmp_path / "ajar.key").read_text()
    done = ajar(environment, "rekey")
    assert (done.returncode, "fewer than 5 people" in done.stdout) == (0, True)
    assert before != (tmp_path / "ajar.key").read_text()
    assert ajar(environment, "chat").stdout.startswith("What may I keep?")


@pytest.mark.parametrize("arguments", [["backup", "x"], ["rekey"]])
def test_what_is_not_there_is_not_made(
    arguments: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    """Without a database there is nothing to look after, and none is made."""
    done = ajar(environment, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no database" in done.stderr
    assert [] == list(tmp_path.iterdir())
