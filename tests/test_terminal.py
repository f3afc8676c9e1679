"""Ajar in a terminal and through a pipe: the real program, a real database, a real terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.terminal import drawn, pressed, spoken
from bot.events import Chose, Commanded, Said
from bot.replies import Choice, File, Form, Manner, Picture, Reply, Span

SMALL = Path(__file__).parent / "small"
PATIENCE = 20.0
PROGRAM = [sys.executable, "-m", "bot"]


@dataclass
class Desk:
    """A folder with a database, and the program on it."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return kept | {
            "CONTENT_DIR": str(SMALL),
            "DATABASE_URL": f"sqlite:////{str(self.folder / 'ajar.db').lstrip('/')}",
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "PROMPT_TOOLKIT_NO_CPR": "1",  # nobody here answers where the cursor is
        }

    def talk(
        self, words: str | bytes, *arguments: str, command: str = "chat"
    ) -> subprocess.CompletedProcess[str]:
        """Pipe these lines through `ajar chat` and give what came back."""
        given = words if isinstance(words, bytes) else words.encode()
        done = subprocess.run(
            [*PROGRAM, command, *arguments],
            input=given,
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def start(self, **options: int) -> subprocess.Popen[bytes]:
        """Start the program with open pipes."""
        return subprocess.Popen(
            [*PROGRAM, "chat"], env=self.environment, cwd=self.folder, bufsize=0, **options
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


HELLO = "Hello. Shall we begin?\n  1) Begin\n  2) Later\n  Skip · Menu\n"
CONSENT = "What may I keep?\n  1) My words\n  2) Only my taps\n  3) Nothing but my place\n"


def test_a_new_person_is_welcomed(desk: Desk) -> None:
    """With no input at all the welcome is shown, each choice on its own line, and the code is 0."""
    done = desk.talk("")
    assert (HELLO + "\n", 0) == (done.stdout, done.returncode)


def test_a_whole_talk_through_a_pipe(desk: Desk) -> None:
    """Every line is one message, answered in full before the next is read: by number, by words,
    several, a number of a scale, free words."""
    done = desk.talk("begin\n1\ngreen\n3\n1 and 3\nthe light outside\n2\n")
    blocks = done.stdout.split("\n\n")
    assert done.returncode == 0
    assert HELLO.strip() == blocks[0]
    assert [
        "Hello. Shall we begin?",
        "What may I keep?",
        "Then let us count.",
        "Which colour is nearest?",
        "How large is it, from small to large?",
        "Which of these fit?",
        "What did you notice?",
        "You noted: the light outside. Once more?",
    ] == [block.splitlines()[0] for block in blocks[:8]]
    assert "  1) small\n  2) 2\n  3) 3\n  4) 4\n  5) large" in done.stdout


def test_somebody_who_comes_back_sees_their_question(desk: Desk) -> None:
    """The open question stands first when the person comes back, and their answer counts."""
    desk.talk("1\n")
    done = desk.talk("1\n")
    assert done.stdout.startswith(CONSENT)
    assert "Which colour is nearest?" in done.stdout


def test_another_name_is_another_person(desk: Desk) -> None:
    """`--as NAME` talks as somebody else in the same database."""
    desk.talk("1\n", "--as", "ana")
    assert desk.talk("", "--as", "ben").stdout.startswith("Hello.")
    assert desk.talk("", "--as", "ana").stdout.startswith("What may I keep?")


def test_without_a_token_run_is_a_talk(desk: Desk) -> None:
    """`ajar run` with no token set talks in the terminal."""
    done = desk.talk("1\n", command="run")
    assert (done.stdout.count("What may I keep?"), done.returncode) == (1, 0)


def test_a_line_with_a_stroke_is_a_command(desk: Desk) -> None:
    """`/menu` opens the menu in the middle of a question."""
    assert "What would you like to look at?" in desk.talk("1\n/menu\n").stdout


@pytest.mark.parametrize(
    "line",
    [
        b"1",
        b"1\r\n",
        b"\n\n   \n1\n",
        b"  begin  \n",
        b"\xff\xfe\n1\n",
        b"x" * 200_000 + b"\n1\n",
        b"\x1b[31m\x00\n1\n",
    ],
    ids=["no-end", "windows", "empty-lines", "spaces", "not-utf8", "very-long", "controls"],
)
def test_any_line_may_come(line: bytes, desk: Desk) -> None:
    """Ends of line of every kind, empty lines, broken and endless text: the talk goes on."""
    done = desk.talk(line)
    assert (done.returncode, done.stdout.count("What may I keep?")) == (0, 1)


def test_nothing_is_said_twice_and_nothing_beside(desk: Desk) -> None:
    """Standard output holds the talk only; standard error neither words nor a traceback."""
    done = desk.talk("1\n1\na very private sentence\n")
    assert "private" not in done.stderr
    assert "Traceback" not in done.stderr
    assert "timestamp" not in done.stdout


def test_a_file_can_be_talked_through(desk: Desk) -> None:
    """Input may come from a file."""
    lines = desk.folder / "lines"
    lines.write_text("1\n")
    with lines.open("rb") as source:
        done = subprocess.run(
            [*PROGRAM, "chat"],
            stdin=source,
            env=desk.environment,
            cwd=desk.folder,
            capture_output=True,
            timeout=PATIENCE,
            check=True,
        )
    assert b"What may I keep?" in done.stdout


def until(source: int, words: str, within: float = PATIENCE) -> str:
    """Read until these words stand there."""
    seen, deadline = b"", time.monotonic() + within
    while words not in seen.decode("utf-8", "replace"):
        ready, _, _ = select.select([source], [], [], max(0, deadline - time.monotonic()))
        assert ready, f"{words!r} did not come; this did: {seen.decode('utf-8', 'replace')!r}"
        block = os.read(source, 65536)
        assert block, f"the output ended before {words!r}: {seen.decode('utf-8', 'replace')!r}"
        seen += block
    return seen.decode("utf-8", "replace")


def test_killed_in_the_middle_the_talk_goes_on(desk: Desk) -> None:
    """After SIGKILL the next start shows the question that was open."""
    with desk.start(stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin
        assert program.stdout
        program.stdin.write(b"1\n1\nred\n")
        until(program.stdout.fileno(), "How large is it")
        program.kill()
    assert desk.talk("4\n").stdout.startswith("How large is it")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_a_waiting_talk(number: signal.Signals, desk: Desk) -> None:
    """A signal ends the program within five seconds though nobody has typed anything."""
    with desk.start(stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout
        until(program.stdout.fileno(), "Skip")
        began = time.monotonic()
        program.send_signal(number)
        assert program.wait(PATIENCE) == 0
        assert time.monotonic() - began < 5


def test_nobody_reads_any_more(desk: Desk) -> None:
    """When the reader of the output goes away, the program ends with a sentence, no traceback."""
    with desk.start(
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdin
        assert program.stdout
        assert program.stderr
        until(program.stdout.fileno(), "Skip")
        program.stdout.close()
        program.stdin.write(b"1\n")
        said = program.stderr.read().decode()
        assert program.wait(PATIENCE) == 2
    assert "Nobody reads the output" in said
    assert "Traceback" not in said


# In a real terminal


class Terminal:
    """A person's terminal, 60 columns wide, with a program in it."""

    def __init__(self, desk: Desk, *program: str) -> None:
        self.own, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 60, 0, 0))
        self.program = subprocess.Popen(
            program or [*PROGRAM, "chat"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=desk.environment,
            cwd=desk.folder,
            start_new_session=True,
        )
        os.close(theirs)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.own, keys.encode())

    def sees(self, words: str) -> str:
        """Wait for words on the screen, and give all that came, without its colours."""
        seen = until(self.own, words)
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", seen)

    def ends(self) -> int:
        """Read to the end and give the exit code."""
        with contextlib.suppress(OSError):  # a terminal whose program has gone reads as an error
            while os.read(self.own, 65536):
                pass
        return self.program.wait(PATIENCE)


DOWN, UP, ENTER, INTERRUPT, END = "\x1b[B", "\x1b[A", "\r", "\x03", "\x04"


@pytest.fixture
def terminal(desk: Desk) -> Iterator[Terminal]:
    opened = Terminal(desk)
    yield opened
    opened.program.kill()
    opened.program.wait()
    os.close(opened.own)


def test_arrow_keys_choose(terminal: Terminal) -> None:
    """The pointer moves down and up, and Enter takes the choice it stands on."""
    terminal.sees("2) Later")
    terminal.type(ENTER)
    terminal.sees("3) Nothing but my place")
    terminal.type(DOWN + DOWN + UP + ENTER)
    assert "› Only my taps" in terminal.sees("3) Blue")


def test_numbers_and_words_choose_too(terminal: Terminal) -> None:
    """In a terminal as through a pipe, a number or the words will do."""
    terminal.sees("2) Later")
    terminal.type("1" + ENTER)
    terminal.sees("3) Nothing but my place")
    terminal.type("my words" + ENTER)
    terminal.sees("3) Blue")


def test_the_space_bar_ticks_several(terminal: Terminal) -> None:
    """Where several may be chosen, the space bar ticks and Enter finishes."""
    for seen, keys in (("Later", "1"), ("place", "1"), ("Blue", "1"), ("large", "2")):
        terminal.sees(seen)
        terminal.type(keys + ENTER)
    terminal.sees("3) ○ Old")
    terminal.type(" " + DOWN + DOWN + " ")
    terminal.sees("3) ◉ Old")
    terminal.type(ENTER)
    assert "› Round, Old" in terminal.sees("What did you notice?")


def test_the_way_out_is_told_at_the_start(terminal: Terminal) -> None:
    """Words typed here belong to the talk, so that leaving needs a key, and that is said."""
    terminal.sees("Ctrl-C leaves.")


def test_ctrl_c_leaves_and_says_how_to_come_back(terminal: Terminal) -> None:
    """Leaving is one key, and the way back is said."""
    terminal.sees("2) Later")
    terminal.type(INTERRUPT)
    terminal.sees("ajar chat")
    assert terminal.ends() == 0


def test_the_end_of_input_leaves_as_well(terminal: Terminal) -> None:
    """Ctrl-D is a goodbye too."""
    terminal.sees("2) Later")
    terminal.type(END)
    terminal.sees("Your place is kept.")
    assert terminal.ends() == 0


def test_a_signal_ends_a_real_terminal_too(terminal: Terminal) -> None:
    """SIGTERM is a clean stop at the prompt."""
    terminal.sees("2) Later")
    terminal.program.send_signal(signal.SIGTERM)
    assert terminal.ends() == 0


INTERRUPTED = """
import asyncio
from adapters.terminal_screen import TerminalScreen
from bot.replies import Choice, Form, Reply, Span

def asks(words, label):
    return Reply((Span(words),), form=Form.LIST, choices=(Choice(f"token-of-{label}", label),))

async def main():
    screen = TerminalScreen()
    screen.show(asks("First?", "one"))
    answering = asyncio.create_task(screen.next())
    while not screen._session.app.is_running:
        await asyncio.sleep(0.01)
    screen.show(asks("Second?", "two"))
    print((await answering).token)

asyncio.run(main())
"""


def test_what_comes_while_somebody_thinks_is_asked_anew(desk: Desk) -> None:
    """What arrives at the prompt is drawn above it, and its choices are then the open ones."""
    terminal = Terminal(desk, sys.executable, "-c", INTERRUPTED)
    try:
        seen = terminal.sees("1) two")
        assert "Second?" in seen
        terminal.type(ENTER)
        terminal.sees("token-of-two")
        assert terminal.ends() == 0
    finally:
        terminal.program.kill()
        terminal.program.wait()
        os.close(terminal.own)


# How replies are drawn

FOUR = tuple(Choice(f"t{number}", f"Choice {number}") for number in range(4))


def test_what_people_wrote_cannot_steer_the_terminal() -> None:
    """Escape sequences in somebody's own words are shown without their power."""
    reply = Reply((Span("\x1b[2J\x07you wrote\r\n", Manner.OWN), Span(" this\x9b")))
    assert ["[2Jyou wrote\n this"] == list(drawn(reply))


def test_a_scale_is_answered_by_its_own_numbers() -> None:
    """On a scale from 0 the first line is `0)`, with the words of both ends."""
    numbers = tuple(Choice(f"t{n}", str(n)) for n in range(3))
    reply = Reply((Span("How?"),), form=Form.SCALE, choices=numbers, ends=("not", "very"))
    assert ["How?", "  0) not", "  1) 1", "  2) very"] == list(drawn(reply))


def test_pictures_and_files_are_told_in_words() -> None:
    """A picture is its description, a file its name and content."""
    reply = Reply((Span("Here."),), picture=Picture("a.png", "a door"), file=File("n.txt", "x"))
    assert ["Here.", "[a door]", "--- n.txt\nx\n---"] == list(drawn(reply))


def test_several_are_sent_in_one_event() -> None:
    """Ticked boxes go together, with the token that finishes the question."""
    reply = Reply((), form=Form.PICK, choices=FOUR, done=Choice("done", "Done"))
    assert pressed(reply, [0, 2]) == Chose("done", ("t0", "t2"))
    assert pressed(reply, []) == Chose("done")
    assert pressed(Reply(()), []) is None


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("hello", Said("hello")),
        ("/menu", Commanded("menu")),
        (" /Now  please ", Commanded("now", "please")),
        ("/", Said("/")),
        ("1", Said("1")),
    ],
)
def test_a_typed_line_is_words_or_a_command(line: str, event: Said | Commanded) -> None:
    """A stroke makes a command, everything else is words as they stand."""
    assert event == spoken(line)
