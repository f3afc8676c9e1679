"""Words that Ajar does not say, by language, with what to say instead.

Owns the lists; `docs/checks.md` gives the reasons. Nothing here reads what a person writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.flows.library import MASTER


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A pattern in one language that earns a code."""

    code: str
    pattern: re.Pattern[str]
    why: str
    instead: str


def _words(code: str, words: str, why: str, instead: str) -> Unsaid:
    return Unsaid(code, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), why, instead)


ABSOLUTE = ("claims too much of somebody's life", "Say `often`, `may`, `some people`, or offer it.")
BELITTLES = (
    "makes it sound small, or gives it a label",
    "Leave the word out, or say what happens.",
)
PRAISE = ("is praise from a template", "Acknowledge without applause: `Thank you. Noted.`")
LABEL = ("tells the reader what they are or have", "Describe a habit, of some people: `it can be`.")
CLAIM = ("promises an effect, or claims to treat", "Say what may happen, or what people report.")
UNSAFE = ("can harm somebody who thinks of suicide", "Say `died by suicide`; name help, no method.")
GUILT = ("counts absence, or pulls somebody back", "Leave it out; absence costs nothing here.")
GENDER = ("leaves people out", "Write for any person: `they`, `someone`, `partner`.")
WHO = ("asks for what could show who somebody is", "Ask for an initial, or for nothing.")

_CONDITIONS = (
    "avoidant|anxious|insecure|codependent|co-dependent|borderline|narcissistic|narcissist|"
    "depressed|bipolar|traumati[sz]ed|mentally ill|disordered|dysfunctional|damaged|broken"
)
_DISORDERS = (
    "disorder|depression|ptsd|bpd|an attachment style|an attachment disorder|"
    "a fear of intimacy|intimacy issues|trust issues|abandonment issues"
)

UNSAID: Mapping[str, tuple[Unsaid, ...]] = {
    MASTER: (
        _words("C501", r"always|never|should(?:n['’]t)?|must(?:n['’]t)?", *ABSOLUTE),
        _words(
            "C502",
            r"(?<!\bI )just(?! now| then| as\b)|simply|journeys?|toxic|trauma(?:tic)?",
            *BELITTLES,
        ),
        _words(
            "C504",
            r"amazing|awesome|great (?:job|work)|good (?:job|work)|well done|congratulations|"
            r"proud of you|so brave|you(?:['’]re| are) doing (?:great|well)|keep it up|fantastic|"
            r"way to go|you['’]ve got this|bravo",
            *PRAISE,
        ),
        _words(
            "C505",
            rf"you(?:['’]re| are| seem| sound)(?: (?:clearly|probably|an?|very|so|too)){{0,2}} "
            rf"(?:{_CONDITIONS})|you (?:clearly |probably )?(?:have|suffer from)(?: an?)? "
            rf"(?:{_DISORDERS})|your (?:diagnosis|disorder|condition|symptoms?|score)",
            *LABEL,
        ),
        _words(
            "C506",
            r"(?:will|can|to) (?:cure|heal|fix|treat|prevent|diagnose) (?:you|your|this|it|them)|"
            r"cures?|guarantee[ds]?|i promise|clinically|proven to|evidence-based|"
            r"you will (?:feel better|be happy|be happier|get better)|works for everyone",
            *CLAIM,
        ),
        _words(
            "C507",
            r"commit(?:s|ted|ting)? suicide|failed suicide|successful suicide|kill(?:ed|ing)? "
            r"(?:yourself|themsel(?:f|ves))|anything stupid|overdos(?:e|ing)|hang(?:ed|ing)? "
            r"yourself",
            *UNSAFE,
        ),
        _words(
            "C512",
            r"streaks?|you(?:['’]ve| have)? missed|days? in a row|come back tomorrow|"
            r"don['’]t (?:give up|break)|we missed you|i missed you|it['’]s been \w+ days|"
            r"don['’]t forget",
            *GUILT,
        ),
        _words(
            "C513",
            r"he|she|him|his|hers|her|himself|herself|he/she|s/he|boyfriend|girlfriend|husband|"
            r"wife|guys",
            *GENDER,
        ),
        _words(
            "C514",
            r"(?:what is|what['’]s|tell me|write|type) (?:your|their) (?:full |first |last |real )?"
            r"(?:name|address|phone number|number|email|e-mail|birthday)|where do (?:you|they) "
            r"(?:live|work)|how old are (?:you|they)",
            *WHO,
        ),
    ),
    "es": (
        _words("C501", r"siempre|nunca|jamás|deber?[íi]as|debes|tienes que", *ABSOLUTE),
        _words("C502", r"simplemente|tóxic[oa]s?|traumas?|traumátic[oa]s?", *BELITTLES),
        _words(
            "C504",
            r"genial|increíble|muy bien hecho|bien hecho|buen trabajo|gran trabajo|felicidades|"
            r"enhorabuena|orgullos[oa] de ti|sigue así|bravo",
            *PRAISE,
        ),
        _words(
            "C505",
            r"(?:eres|pareces) (?:una persona )?(?:evitativ[oa]|ansios[oa]|insegur[oa]|"
            r"dependiente|depresiv[oa]|bipolar|narcisista|disfuncional)|(?:tienes|sufres)"
            r"(?: un[ao]?| de)? (?:trastorno|depresión|miedo a la intimidad)|"
            r"tus? (?:diagnóstico|trastorno|"
            r"síntomas?)",
            *LABEL,
        ),
        _words(
            "C506",
            r"te (?:curará|sanará|arreglará)|cura(?:rte)?|garantiza(?:do|mos)?|te prometo|"
            r"clínicamente|está demostrado|te sentirás mejor",
            *CLAIM,
        ),
        _words("C507", r"cometer suicidio|cometió suicidio|matarte|ninguna tontería", *UNSAFE),
        _words("C512", r"rachas?|te has perdido|vuelve mañana|te echamos de menos", *GUILT),
        _words("C513", r"novi[oa]|marido|esposa|ella y él|él o ella", *GENDER),
        _words("C514", r"cómo te llamas|cuál es tu nombre|dónde vives|tu teléfono", *WHO),
    ),
    "de": (
        _words(
            "C501",
            r"immer(?! noch| wieder| mehr| weiter)|(?<!auch )niemals|nie(?! wieder)|"
            r"musst|müsstest|sollst|solltest",
            *ABSOLUTE,
        ),
        _words("C502", r"toxisch\w*|traumata?|traumatisch\w*|traumatisiert\w*", *BELITTLES),
        _words(
            "C504",
            r"super gemacht|gut gemacht|toll gemacht|großartig|fantastisch|herzlichen glückwunsch|"
            r"glückwunsch|stolz auf dich|weiter so|bravo|prima",
            *PRAISE,
        ),
        _words(
            "C505",
            r"du (?:bist|wirkst) (?:\w+ )?(?:vermeidend|ängstlich gebunden|bindungsgestört|"
            r"beziehungsunfähig|depressiv|bipolar|narzisstisch|gestört|kaputt)|du (?:hast|leidest "
            r"an)(?: einer?)? (?:\w*störung|depression|bindungsangst)|deine (?:diagnose|störung|"
            r"symptome)",
            *LABEL,
        ),
        _words(
            "C506",
            r"heilt|(?:wird|kann) dich heilen|garantier(?:t|en|e)|ich verspreche|"
            r"klinisch|nachweislich|es wird dir besser gehen",
            *CLAIM,
        ),
        _words("C507", r"selbstmord\w*|dummheiten|bring(?:st)? dich um|dich umbringen", *UNSAFE),
        _words("C512", r"serien?|verpasst hast|komm morgen wieder|wir vermissen dich", *GUILT),
        _words("C513", r"er oder sie|er/sie|ihr freund|seine frau|ehemann|ehefrau", *GENDER),
        _words("C514", r"wie heißt (?:du|er|sie)|wo wohnst du|deine (?:telefon)?nummer", *WHO),
    ),
}
"""What earns a code, by language. A language without a list is checked for signs only."""
