"""From the nodes of an English file to a flow and its wording.

Owns what a flow file may hold. Every value remembers its line; all findings are collected, and what
can be understood of a faulty file is kept, so that the checks can say more at once. Knows nothing
of folders or other flows.
"""

from __future__ import annotations

import re

from bot.flows.conditions import Always, Condition
from bot.flows.content import FlowSource, Shown
from bot.flows.grammar import Misunderstood
from bot.flows.grammar import parse as parse_condition
from bot.flows.library import MASTER
from bot.flows.lines import PARTS, read_up_to, read_when, split_way
from bot.flows.model import (
    Branch,
    CheckIn,
    Choose,
    Flow,
    Pick,
    Question,
    Scale,
    Step,
    StepWords,
    Wording,
    Write,
)
from bot.flows.names import has_id_form, is_id
from bot.flows.nodes import Entries, Node, Text
from bot.flows.shape import Reading
from bot.flows.words import QUESTIONS, read_words

FLOW_NAMES = ("flow", "title", "about", "was", "start", "steps")
STEP_NAMES = (
    "say", *QUESTIONS, "at least", "at most", "also understand", "if not understood",
    "go", "visit", "check in", "was", "covers", "picture", "alt",
)  # fmt: skip

WRITE_LIMIT = 4000
"""Characters a person can type at once: a Discord modal takes 4,000, a Telegram message 4,096."""

_NUMBER = re.compile(r"-?\d{1,6}")

SCALE_LIMIT = 1000
"""The largest number on a scale. How many steps fit is a platform's business."""


def read_flow(reading: Reading, root: Node, stem: str) -> FlowSource:
    """Read a flow file whose name without ending is `stem`."""
    top = reading.entries(root, "the file", "`flow: my-flow`, `title: My flow`, `start: hello`")
    reading.known(top, FLOW_NAMES, "at the top of a flow")
    texts: list[Shown] = []
    flow = _flow_id(reading, top, stem)
    title = _words(reading, top, "title", flow, texts, "title: What distance looks like")
    about = ""
    if top.get("about") is not None:
        about = _words(reading, top, "about", flow, texts, "about: Eight small signs.")
    steps: dict[str, Step] = {}
    words: dict[str, StepWords] = {}
    nodes: dict[str, Entries] = {}
    written = reading.required(top, "steps", "in this flow", "steps:")
    if written is not None:
        for key, node in reading.entries(
            written, "steps", "`hello:` and below it `say: ...`"
        ).pairs:
            name = reading.checked_id(key, "a step")
            body = reading.entries(node, name, "`say: Hello.` and `go: end`")
            nodes[name] = Entries(key.line, body.pairs)
            words[name], shown = read_words(reading, body, MASTER, flow, name)
            texts += shown
            steps[name] = _step(reading, name, nodes[name])
    first = reading.required(top, "start", "in this flow", f"start: {next(iter(steps), 'hello')}")
    start = reading.text(first, "start") if first is not None else ""
    return FlowSource(
        Flow(flow, start, steps, _old_names(reading, top), reading.place(top.line)),
        Wording(flow, MASTER, title, about, words),
        top,
        nodes,
        tuple(texts),
    )


def _flow_id(reading: Reading, top: Entries, stem: str) -> str:
    node = reading.required(top, "flow", "at the top of this file", f"flow: {stem}")
    if not isinstance(node, Text):
        if node is not None:
            reading.text(node, "flow")
        return stem
    name = reading.checked_id(node, "a flow")
    if name and name != stem:
        problem = f"This file is called `{stem}.yaml`, but the flow in it `{name}`."
        reading.find("C110", node.line, problem, f"Call the file `{name}.yaml`.")
    return stem


def _words(
    reading: Reading, top: Entries, name: str, flow: str, texts: list[Shown], like: str
) -> str:
    node = reading.required(top, name, "in this flow", like)
    if node is None:
        return ""
    words = reading.text(node, name)
    if words:
        texts.append(Shown(words, reading.place(node.line), MASTER, flow, "", name))
    return words


def _old_names(reading: Reading, entries: Entries) -> tuple[str, ...]:
    node = entries.get("was")
    if node is None:
        return ()
    texts = reading.texts(node, "was")
    for text in texts:
        if not is_id(text.value):
            problem = f"`{text.value}` cannot have been a name."
            reading.find("C108", text.line, problem, "Write the old name as it was, or a list.")
    return tuple(text.value for text in texts)


def _step(reading: Reading, name: str, body: Entries) -> Step:
    reading.known(body, STEP_NAMES, "in a step")
    covers = body.get("covers")
    visit = body.get("visit")
    picture = body.get("picture")
    return Step(
        name,
        _question(reading, name, body),
        _ways(reading, body.get("go")),
        reading.text(visit, "visit") if visit is not None else "",
        _check_in(reading, body.get("check in")),
        _old_names(reading, body),
        tuple(t.value for t in reading.texts(covers, "covers")) if covers is not None else (),
        reading.text(picture, "picture") if picture is not None else "",
        reading.place(body.line),
    )


def _question(reading: Reading, name: str, body: Entries) -> Question | None:
    asked = [key for key, _ in body.pairs if key.value in QUESTIONS]
    kind = asked[0].value if asked else ""
    if len(asked) > 1:
        problem = f"`{name}` asks twice: `{kind}` and `{asked[1].value}`."
        instead = "Give each question a step of its own, and lead from one to the other by `go:`."
        reading.find("C112", asked[1].line, problem, instead)
    for setting, kinds in (
        ("at least", ("pick",)),
        ("at most", ("pick",)),
        ("also understand", ("choose", "pick", "scale")),
        ("if not understood", QUESTIONS),
    ):
        key = body.key(setting)
        if key is not None and kind not in kinds:
            wanted = " or ".join(f"`{kind}`" for kind in kinds)
            problem = f"`{setting}` belongs to {wanted}, which this step does not have."
            reading.find("C121", key.line, problem, f"Delete it, or add {wanted}.")
    node = body.get(kind) if kind else None
    if node is None:
        return None
    if kind == "choose":
        return Choose(_options(reading, node))
    if kind == "pick":
        return _pick(reading, body, _options(reading, node))
    return _scale(reading, node) if kind == "scale" else _write(reading, node)


def _options(reading: Reading, node: Node) -> tuple[str, ...]:
    if not isinstance(node, Entries):
        return ()
    for key, _ in node.pairs:
        if not has_id_form(key.value):
            problem = f"`{key.value}` cannot be a stored word."
            instead = "Write `word: What is shown`; the word in small letters, digits and hyphens."
            reading.find("C108", key.line, problem, instead)
    return tuple(key.value for key, _ in node.pairs)


def _pick(reading: Reading, body: Entries, options: tuple[str, ...]) -> Pick:
    bounds = {"at least": 1, "at most": max(len(options), 1)}
    for name in bounds:
        node = body.get(name)
        if node is None:
            continue
        words = reading.text(node, name)
        number = _whole_number(words)
        if number is not None and 1 <= number <= max(len(options), 1):
            bounds[name] = number
        elif words:
            problem = f"`{name}: {words}` does not fit {len(options)} options."
            instead = f"Write a number from 1 to {len(options)}."
            reading.find("C113", node.line, problem, instead)
    if bounds["at least"] > bounds["at most"]:
        line = (body.key("at least") or body).line
        problem = f"At least {bounds['at least']} and at most {bounds['at most']} cannot both be."
        reading.find("C113", line, problem, "Make the first number the smaller one.")
    return Pick(options, bounds["at least"], bounds["at most"])


def _scale(reading: Reading, node: Node) -> Scale:
    numbers: list[int] = []
    for key, label in node.pairs if isinstance(node, Entries) else ():
        number = _whole_number(key.value)
        if number is not None and abs(number) <= SCALE_LIMIT:
            numbers.append(number)
        else:
            problem = f"`{key.value}` is not a number for a scale."
            instead = "Write whole numbers, like `1: closed` and `5: open`."
            reading.find("C113", label.line, problem, instead)
    if len(numbers) < 2:
        if isinstance(node, Entries) and node.pairs:
            problem = "A scale needs words at its lowest and at its highest number."
            instead = "Write both ends, like `1: closed` and `5: open`."
            reading.find("C122", node.line, problem, instead)
        return Scale(min(numbers, default=0), min(numbers, default=0) + 1)
    return Scale(min(numbers), max(numbers))


def _whole_number(words: str) -> int | None:
    return int(words) if _NUMBER.fullmatch(words) else None


def _write(reading: Reading, node: Node) -> Write:
    words = reading.text(node, "write")
    limit = read_up_to(words)
    if limit is None:
        if words:
            problem = f"`write: {words}` does not say how long the answer may be."
            reading.find("C113", node.line, problem, "Write it like this: `write: up to 500`.")
        return Write(500)
    if limit > WRITE_LIMIT:
        problem = f"Nobody can type {limit:,} characters at once; {WRITE_LIMIT:,} is the most."
        reading.find("C409", node.line, problem, "Write `write: up to 1000`, or less.")
    elif limit < 1:
        problem = "An answer of no characters cannot be written."
        reading.find("C113", node.line, problem, "Write it like this: `write: up to 500`.")
    return Write(limit)


def _ways(reading: Reading, node: Node | None) -> tuple[Branch, ...]:
    if node is None:
        return ()
    return tuple(_way(reading, text) for text in reading.texts(node, "go"))


def _way(reading: Reading, text: Text) -> Branch:
    to, words = split_way(text.value)
    place = reading.place(text.line)
    condition: Condition | None = None
    like = "Write `step`, or `step, if how-often is rarely`."
    if not is_id(to):
        problem = f"`{to}` cannot be the name of a step."
        if "/" in to:
            problem = f"`go:` stays in its own flow; `{to}` is a step of another."
            like = "To go through another flow and come back, use `visit:`."
        reading.find("C115", text.line, problem, like)
    if words is not None:
        condition = Always()
        if not words:
            problem = f"`{text.value}` has a comma without a condition behind it."
            reading.find("C115", text.line, problem, like)
        else:
            try:
                condition = parse_condition(words)
            except Misunderstood as wrong:
                problem = f"The condition `{words}` is not understood. {wrong}"
                reading.find("C116", text.line, problem, like)
    return Branch(to, condition, place)


def _check_in(reading: Reading, node: Node | None) -> CheckIn | None:
    if node is None:
        return None
    words = reading.text(node, "check in")
    step, _, later = words.partition(",")
    when = read_when(later)
    if when is None or not is_id(step.strip()):
        if words:
            problem = f"`{words}` does not say which step, and when."
            instead = (
                "Write `how-was-it, in 2 days in the evening`, `how-was-it, in 3 hours` or "
                f"`how-was-it, next day in the morning`; parts of the day are {', '.join(PARTS)}."
            )
            reading.find("C114", node.line, problem, instead)
        return None
    return CheckIn(step.strip(), when.days, when.hours, when.part, reading.place(node.line))
