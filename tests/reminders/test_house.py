"""Reminders as a person meets them: chosen, changed, answered, put off, stopped."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.engine.check_ins import DOOR
from bot.engine.conversation import Consent
from bot.engine.effects import Count, Keep, SetTimer
from bot.engine.reminder_book import SETTING
from bot.engine.schedule import Kind, Memory
from bot.engine.schedule_codec import read
from bot.events import Chose, Due, Left, Returned
from bot.flows.library import Library
from bot.replies import Urgency, plain
from bot.testing import Player, shown

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOPIC = re.compile(
    r"push|distan|close to|closeness|relationship|partner|intima|alone|lonel|therap|mood|feel"
    r"|people|someone|love|friend|sad|ajar|diary|reflect|check.?in"
    r"|cercan|relaci|pareja|amor|soledad|sentim|gente|amig|terapia|alguien"
    r"|nähe|abstand|beziehung|liebe|einsam|gefühl|menschen|freund|jemand",
    re.IGNORECASE,
)
"""Words that would tell a stranger who sees the lock screen what this is about."""


@pytest.fixture
def player(shipped: Library) -> Player:
    """Give somebody past the welcome, on a Monday at 19:00 UTC, with everything kept."""
    made = Player(shipped)
    made.talk.settings["welcomed"] = True
    made.talk.consent = Consent("words", "1", 0)
    return made


@pytest.fixture
def daily(player: Player) -> Player:
    """Give somebody who chose 09:00 in Lisbon (UTC in winter)."""
    player.send("/reminders").tap("In the morning (09:00)")
    player.send("Lisbon").tap("Yes, that's right").sees("Next: Tuesday 09:00 (Lisbon)")
    return player


def counted(player: Player) -> list[str]:
    """List the operator's counters of reminders in order."""
    return [e.name for e in player.effects if isinstance(e, Count) and "remind" in e.name]


def reminded(player: Player) -> int:
    """Count the messages that came by themselves."""
    return sum(r.urgency is Urgency.REMINDER and not r.closes for r in player.history)


class TestChoosing:
    """Setting up, in one minute."""

    def test_reminders_are_off_until_chosen(self, player: Player) -> None:
        """REM-8: whoever chose nothing gets nothing, for a year."""
        player.send("/reminders").sees("Once a day I can ask").send("/menu").wait(365 * DAY)
        assert 0 == reminded(player)

    def test_three_taps_and_a_city_are_enough(self, daily: Player) -> None:
        """REM-1 and REM-7: the time, the city, a yes; then the next time is shown and kept."""
        daily.wait(14 * HOUR).sees("Your moment is ready.").sees("How open was the door")
        assert [datetime(2026, 3, 3, 9, tzinfo=UTC)] == [
            e.due for e in daily.effects if isinstance(e, SetTimer)
        ][:1]

    def test_no_reminder_before_the_zone_is_confirmed(self, player: Player) -> None:
        """REM-1: a time without a confirmed city brings nothing, and that is said."""
        player.send("/reminders").tap("In the morning (09:00)").sees("which city's clock")
        player.send("Lisbon").sees("It is 19:00 for you now").wait(3 * DAY)
        assert 0 == reminded(player)
        player.send("/reminders").sees("I don't know your time yet")

    def test_the_present_time_finds_a_zone(self, player: Player) -> None:
        """REM-1: `20:00` is offered the cities where it is that time."""
        player.send("/timezone").send("20:00").sees("Which of these is it?").tap("Berlin (20:00)")
        player.sees("It is 20:00 for you now, in the time of Berlin").tap("Yes, that's right")
        player.sees("Your clock is the one of Berlin")

    def test_an_unknown_city_is_asked_for_again(self, player: Player) -> None:
        """REM-1: a place that nobody knows gets a hint, and the question once more."""
        player.send("/timezone").send("Atlantis on Sea").sees("I don't know that place")

    @pytest.mark.parametrize("words", ["half past eight pm", "20:30", "8:30 PM"])
    def test_a_time_can_be_typed(self, player: Player, words: str) -> None:
        """REM-8: a time as people say it is as good as a button."""
        player.send("/reminders").send(words).send("Lisbon").tap("Yes, that's right")
        player.sees("every day 20:30").sees("Next: Monday 20:30 (Lisbon)")

    def test_a_time_with_two_meanings_is_asked_about(self, player: Player) -> None:
        """REM-8: half past eight may be morning or evening; the person says which."""
        player.send("/reminders").send("half past eight").sees("Which of the two?").tap("20:30")
        player.send("Lisbon").tap("Yes, that's right").sees("Monday 20:30")

    def test_a_time_in_the_quiet_hours_is_refused_kindly(self, player: Player) -> None:
        """REM-10: 23:00 cannot be chosen, and the reason is told."""
        player.send("/reminders").send("23:00").sees("From 22:00 to 08:00 I stay quiet")

    def test_a_window_gives_another_moment_each_day(self, daily: Player) -> None:
        """REM-8: between nine and eleven, each day somewhere within."""
        daily.send("/reminders").send("between 9 and 11").sees("every day 09:00–11:00")
        minutes = set()
        for _ in range(12):
            due = min(t.due for t in daily.timers.values())
            minutes.add((due - due.replace(hour=0, minute=0)) // timedelta(minutes=1))
            daily.wait(due - daily.clock()).tap("3")
        assert len(minutes) > 4
        assert all(540 <= minute <= 660 for minute in minutes)

    def test_up_to_three_times_a_day(self, daily: Player) -> None:
        """REM-8: a second and a third time are added; there is no fourth."""
        for words in ("13:00", "18:00"):
            daily.send("/reminders").tap(self.line(daily)).tap("One more time a day").send(words)
        daily.sees("every day 09:00, 13:00, 18:00")
        daily.tap(self.line(daily))
        assert "One more time a day" not in daily.labels()
        daily.wait(21 * HOUR)
        assert 2 == reminded(daily)

    def test_times_too_close_are_asked_for_again(self, daily: Player) -> None:
        """REM-8: half an hour apart is too little, and that is said."""
        daily.send("/reminders").tap(self.line(daily)).tap("One more time a day").send("9:30 am")
        daily.sees("need 60 minutes between them")

    def test_days_by_button_and_by_word(self, daily: Player) -> None:
        """REM-8: weekdays, every n days, or any list."""
        daily.send("/reminders").send("Monday to Thursday").sees("Monday, Tuesday, Wednesday")
        daily.tap(self.line(daily)).tap("Other days").tap("Every second day").sees("every 2 days")

    def test_each_kind_is_switched_by_itself(self, daily: Player) -> None:
        """REM-9: a look-back on, the check-in off, follow-ups on."""
        daily.send("/reminders").tap("The week, looked back on: off").tap("In the evening (18:00)")
        daily.sees("The week, looked back on: Sunday 18:00")
        daily.tap(self.line(daily)).tap("Switch this off").sees("How today went: off")
        daily.tap("What you planned: off").sees("What you planned: on")
        daily.wait(6 * DAY).sees("Your week is ready to read.")
        assert 1 == reminded(daily)

    def test_the_test_message_comes_the_way_of_reminders(self, daily: Player) -> None:
        """REM-35 and the set-up: a test is sent within half a minute, by the reminders' own way."""
        daily.send("/reminders").tap("Send me a test").sees("closed to messages")
        daily.wait(HOUR / 60).sees("This was the test")
        assert 1 == reminded(daily)

    @staticmethod
    def line(player: Player) -> str:
        """Give the label of the check-in's line in the summary."""
        return next(label for label in player.labels() if label.startswith("How today went"))


class TestZones:
    """Moving and travelling."""

    def test_a_move_is_planned_at_once(self, daily: Player) -> None:
        """REM-4 and REM-5: `/timezone Tokyo` and a yes; the next time follows at once."""
        daily.send("/timezone Tokyo").tap("Yes, that's right").sees("Next: Tuesday 09:00 (Tokyo)")
        daily.wait(5 * HOUR + HOUR / 60)
        assert 1 == reminded(daily)

    def test_travelling_comes_home_by_itself(self, daily: Player) -> None:
        """REM-5: Tokyo until Friday, then Lisbon again without a word."""
        daily.send("/timezone").tap("I'm travelling").send("Tokyo").tap("Yes, that's right")
        daily.send("until Friday").sees("Tokyo until Friday 6 March. After that, Lisbon again.")
        times = []
        for _ in range(6):
            due = min(t.due for t in daily.timers.values())
            times.append((due.day, due.hour))
            daily.wait(due - daily.clock()).tap("Not today")
        assert [(3, 0), (4, 0), (5, 0), (6, 0), (7, 9), (8, 9)] == times

    @pytest.mark.parametrize(
        ("language", "yes", "offered", "told"),
        [
            ("de", "Ja, das stimmt", ["Wien (20:00)", "Zürich (20:00)"], "Lissabon"),
            ("es", "Sí, así es", ["Ciudad de México (13:00)", "Bogotá (14:00)"], "Lisboa"),
        ],
    )
    def test_cities_are_called_as_the_language_calls_them(
        self, shipped: Library, language: str, yes: str, offered: list[str], told: str
    ) -> None:
        """REM-1, REM-5 and REM-7: what is offered, confirmed, kept and shown with the next time."""
        player = Player(shipped, locale=language)
        player.talk.settings["welcomed"] = True
        player.send("/timezone")
        assert set(offered) <= set(player.labels())
        player.send("Lisbon").sees(told).tap(yes).sees(told).send("/timezone").sees(told)
        player.send("/reminders").tap(player.labels()[0]).sees(f"09:00 ({told})")

    def test_new_rules_of_a_zone_move_what_is_planned(self, daily: Player) -> None:
        """REM-4: planned under older rules for 10:00, it is planned for 09:00 again at the next
        word or the next waking, whichever comes first."""
        kept = daily.talk.settings[SETTING]
        kept["memory"]["planned"]["checkin"][1] += 3600
        kept["rules"] = "2020.1"
        daily.send("/menu").send("/reminders").sees("Next: Tuesday 09:00 (Lisbon)")
        kept = daily.talk.settings[SETTING]
        kept["memory"]["planned"]["checkin"][1] += 3600
        daily.wait(14 * HOUR)
        assert 1 == reminded(daily)
        daily.tap("Not today").send("/reminders").sees("Next: Wednesday 09:00 (Lisbon)")


class TestAnswering:
    """The check-in itself."""

    def test_one_tap_is_a_full_answer(self, daily: Player) -> None:
        """REM-13 and REM-17: after one tap the day is done, and nothing more comes."""
        daily.wait(14 * HOUR).tap("4").wait(14 * HOUR)
        assert 1 == reminded(daily)
        assert {"check-ins": 1} == memory(daily).counts

    def test_not_today_is_a_full_answer_and_can_be_pressed_twice(self, daily: Player) -> None:
        """REM-13 and REM-19: one short line; the second press changes and says nothing."""
        daily.wait(14 * HOUR).tap("Not today").sees("Not today.")
        before = memory(daily)
        daily.tap("Not today")
        assert ([], "Noted already. Nothing more today.") == (daily.seen, daily.last.notice)
        assert before.let_be == memory(daily).let_be

    def test_done_at_breakfast_means_not_asked_at_nine(self, daily: Player) -> None:
        """REM-17: a check-in of one's own keeps the day's reminder away."""
        daily.wait(13 * HOUR).send("/checkin").tap("5").wait(3 * HOUR)
        assert 0 == reminded(daily)
        assert [] == counted(daily)
        daily.send("/reminders").sees("Next: Wednesday 09:00 (Lisbon)")

    @pytest.mark.parametrize(
        ("label", "expected"),
        [
            ("Half an hour", "Tuesday 09:30"),
            ("Two hours", "Tuesday 11:00"),
            ("This evening", "Tuesday 20:00"),
            ("Tomorrow", "Wednesday 09:00"),
        ],
    )
    def test_later(self, daily: Player, label: str, expected: str) -> None:
        """REM-14: put off, told until when, shown as the next one, and then it comes."""
        daily.wait(14 * HOUR).tap("Later").tap(label).sees(f"Then {expected} (Lisbon).")
        daily.send("/reminders").sees(f"Next: {expected} (Lisbon)")
        due = min(t.due for t in daily.timers.values())
        daily.wait(due - daily.clock())
        assert 2 == reminded(daily)

    def test_three_times_later_and_no_more(self, daily: Player) -> None:
        """REM-14: the fourth time it stays where it is."""
        daily.wait(14 * HOUR)
        for _ in range(3):
            daily.tap("Later").tap("Half an hour").wait(HOUR / 2)
        assert 4 == reminded(daily)
        daily.tap("Later").sees("moved as often as it can be")

    def test_after_three_in_the_morning_it_is_a_past_day(self, daily: Player) -> None:
        """REM-15: the button of yesterday asks whether to add it as a past day, and does."""
        daily.wait(14 * HOUR).wait(18 * HOUR + HOUR / 60)
        daily.tap("4").sees("The check-in for Tuesday 3 March has closed.")
        daily.tap("Yes, add it")
        kept = next(e for e in daily.effects if isinstance(e, Keep) and e.step == "door")
        assert (4, 3) == (kept.value, datetime.fromtimestamp(kept.at, UTC).day)
        daily.send("skip").wait(6 * HOUR)
        assert 2 == reminded(daily)

    def test_until_three_in_the_morning_it_is_still_today(self, daily: Player) -> None:
        """REM-15: at 02:59 it counts for the day it was asked on."""
        daily.wait(14 * HOUR).wait(18 * HOUR - HOUR / 60).tap("4")
        assert [3] == [day.day for day in memory(daily).done]

    def test_an_earlier_day_can_be_added(self, daily: Player) -> None:
        """REM-15: by a list of the last days, or by a name behind the command."""
        daily.wait(3 * DAY).send("/reminders").tap("Add an earlier day").tap("Wednesday 4 March")
        daily.tap("2").send("skip").send("skip").send("skip")
        daily.send("/checkin yesterday").tap("3")
        assert [4, 4] == [kept.day for kept in doors(daily)]
        assert {"check-ins": 1} == memory(daily).counts

    def test_a_draft_never_evaporates(self, daily: Player) -> None:
        """REM-20: a check-in half done is found again days later, and the answer is kept."""
        daily.wait(14 * HOUR).tap("4").sees("One thing you noticed")
        daily.wait(8 * HOUR).send("The walk home")
        kept = [e for e in daily.effects if isinstance(e, Keep) and e.step == "noticed"]
        assert ["The walk home"] == [e.value for e in kept]

    def test_a_reminder_never_cuts_into_a_talk(self, daily: Player) -> None:
        """REM-18: whoever wrote at 08:55 is left in peace until 09:05, and the place is kept."""
        daily.wait(13 * HOUR + 55 * HOUR / 60).send("/start signs").tap("Someone else")
        daily.wait(HOUR / 10)
        assert 0 == reminded(daily)
        daily.wait(HOUR / 10).tap("4").send("skip").send("skip").send("skip")
        daily.sees("Your place in")

    def test_old_buttons_are_harmless(self, daily: Player) -> None:
        """REM-19: yesterday's buttons, pressed in any order, keep one record a day."""
        daily.wait(14 * HOUR)
        token = daily.seen[-1].choices[3].token
        daily.tap("4").happens(Chose(token)).happens(Chose(token))
        doors = [e for e in daily.effects if isinstance(e, Keep) and e.step == "door"]
        assert 1 == len(doors)

    def test_the_questions_do_not_repeat_within_thirty(self, daily: Player) -> None:
        """REM-12: thirty days bring thirty different questions and notes to think about."""
        doors, thoughts = [], []
        for _ in range(30):
            due = min(t.due for t in daily.timers.values())
            daily.wait(due - daily.clock())
            doors.append(plain(daily.seen[-1].text).split("\n\n")[1])
            daily.tap("4")
            thoughts.append(plain(daily.seen[-1].text))
            daily.send("skip").send("skip").send("skip")
        assert (30, 30) == (len(set(doors)), len(set(thoughts)))


class TestWording:
    """What a lock screen shows."""

    def test_no_reminder_tells_a_lock_screen_what_it_is_about(self, shipped: Library) -> None:
        """REM-11: every discreet line, and every wording of the first question, in every language
        that has them, names no topic; each kind has more lines than a week has days."""
        for language in shipped.languages:
            house = shipped.house(language)
            for kind in Kind:
                lines = house.variants(f"reminder-{kind}")
                assert len(lines) > 7
                assert [] == [line for line in lines if TOPIC.search(line)]
            doors = shipped.words(language, *DOOR.split("/")).say
            assert len(doors) >= 30, language
            assert [] == [line for line in doors if TOPIC.search(line)]

    def test_whatever_comes_is_discreet_until_plain_is_chosen(self, daily: Player) -> None:
        """REM-11: a month of every kind of reminder names no topic; plain words come on request."""
        for kind in ("A small practice: off", "The week, looked back on: off"):
            daily.send("/reminders").tap(kind).tap(
                next(label for label in daily.labels() if label.startswith("In the evening"))
            )
        daily.send("/menu")
        for _ in range(30):
            daily.wait(DAY).send("/menu")
        came = [r for r in daily.history if r.urgency is Urgency.REMINDER and not r.closes]
        assert len(came) > 50
        assert [] == [plain(r.text) for r in came if TOPIC.search(plain(r.text))]
        daily.send("/reminders").tap("What stands on the lock screen").tap("The question itself")
        daily.wait(DAY)
        later = [r for r in daily.history if r.urgency is Urgency.REMINDER and not r.closes]
        assert TOPIC.search(plain(later[-1].text)) or TOPIC.search(plain(later[-2].text))

    def test_lock_screen_lines_do_not_repeat_within_a_week(self, daily: Player) -> None:
        """REM-12: the line above the question is another one for seven days."""
        lines = []
        for _ in range(8):
            due = min(t.due for t in daily.timers.values())
            daily.wait(due - daily.clock())
            lines.append(plain(daily.seen[-1].text).split("\n\n")[0])
            daily.tap("Not today")
        assert 8 == len(set(lines))

    def test_rare_guests_get_suggestions_and_frequent_ones_a_closer_look(
        self, daily: Player, shipped: Library
    ) -> None:
        """REM-12: a nudge suggests something at first; after a week of check-ins it asks deeper."""
        daily.send("/reminders").tap("A small practice: off").tap("In the evening (17:00)")
        house = shipped.house("en")
        daily.wait(22 * HOUR).tap("Show me")
        assert any(line in daily.text() for line in house.variants("nudge-suggestion"))
        for _ in range(8):
            daily.send("/checkin").tap("4").send("/menu").wait(DAY)
        daily.tap("Show me")
        assert any(line in daily.text() for line in house.variants("nudge-insight"))

    def test_nothing_ever_counts_what_was_missed(self, shipped: Library) -> None:
        """REM-22: no house phrase speaks of missing, of streaks or of days in a row."""
        bad = re.compile(
            r"streak|miss(ed|ing)? (you|\d|day)|in a row|you haven.t|where were you", re.IGNORECASE
        )
        lines = [line for lines in shipped.house("en").phrases.values() for line in lines]
        assert [] == [line for line in lines if bad.search(line.lower())]


class TestSilence:
    """Absence, pauses, stopping."""

    def test_silence_thins_out_ends_with_one_note_and_is_asked_about(self, daily: Player) -> None:
        """REM-21 and REM-22: twelve messages in a year of silence, the last one a farewell; coming
        back asks before anything is restored."""
        daily.wait(365 * DAY)
        assert 12 == reminded(daily)
        daily.send("/checkin").tap("4").send("skip").send("skip").send("skip")
        daily.sees("Shall I go back to the times you chose?").wait(30 * DAY)
        assert 12 == reminded(daily)
        daily.tap("Back to the times I chose").sees("Back to the times").wait(2 * DAY)
        assert 14 == reminded(daily)

    def test_whoever_declines_stays_with_fewer(self, daily: Player) -> None:
        """REM-21: a no keeps it as it is, and it is not asked again."""
        daily.wait(4 * DAY).send("/checkin").tap("4").send("skip").send("skip").send("skip")
        daily.sees("Shall I go back").tap("Less often is fine").sees("Then it stays")
        daily.send("/checkin").does_not_see("Shall I go back")
        daily.send("/reminders").sees("At the moment I ask less often")

    def test_a_pause_confirms_its_end_and_ends_with_one_note(self, daily: Player) -> None:
        """REM-23: told until when; nothing until then; then one short line and the question."""
        daily.send("/pause 3 days").sees("No reminders until Thursday 5 March.")
        daily.send("/reminders").sees("Paused until Thursday 5 March.").wait(62 * HOUR)
        assert 1 == reminded(daily)
        daily.sees("The pause is over, as we said.").tap("Not today").wait(DAY)
        daily.does_not_see("The pause is over")

    def test_pause_works_in_the_middle_of_a_question(self, daily: Player) -> None:
        """REM-23: with a question open, `/pause` is taken and the place is kept."""
        daily.send("/start signs").send("/pause").sees("for how long?").tap("Until I say so")
        daily.sees("until you say /resume").wait(60 * DAY)
        assert 0 == reminded(daily)
        daily.send("/resume").sees("Reminders are back.").send("/start").wait(DAY)
        assert 1 == reminded(daily)

    @pytest.mark.parametrize(
        "words", ["stop", "STOP!", "unsubscribe", "cancel", "quit", "Leave me alone.", "/stop"]
    )
    def test_stop_words_stop_in_any_state(self, daily: Player, words: str) -> None:
        """REM-24: in the middle of writing, one word ends all reminders with one confirmation."""
        daily.send("/checkin").tap("4").sees("One thing you noticed").send(words)
        daily.sees("All reminders are off.").sees("/erase")
        assert {} == dict(daily.timers)
        assert {"check-ins": 1} == memory(daily).counts
        daily.wait(30 * DAY)
        assert 0 == reminded(daily)

    @pytest.mark.parametrize(
        "words", ["I can't stop crying", "stop it is what I told her", "I quit my job today"]
    )
    def test_a_stop_word_inside_a_sentence_stops_nothing(self, daily: Player, words: str) -> None:
        """REM-24: said as part of an answer, it is an answer."""
        daily.send("/checkin").tap("4").send(words).does_not_see("All reminders are off")
        assert daily.timers

    def test_weeks_later_there_is_a_greeting_without_counting(self, daily: Player) -> None:
        """REM-25: after weeks, carry on, the menu or a check-in are offered, and no number."""
        daily.send("/start signs").send("/stop").wait(40 * DAY).send("/start")
        daily.sees("Good to see you").does_not_see("40").does_not_see("days")

    def test_a_low_answer_softens_what_follows(self, daily: Player) -> None:
        """REM-7 and REM-26: no nudge for a day, none shown as the next one, and the next reminder
        has no cheer in it."""
        daily.send("/reminders").tap("A small practice: off").tap("In the evening (17:00)")
        daily.wait(14 * HOUR).tap("1").send("/reminders").sees("Next: Wednesday 09:00 (Lisbon)")
        daily.wait(9 * HOUR)
        assert 1 == reminded(daily)
        daily.wait(15 * HOUR)
        assert 2 == reminded(daily)
        soft = daily.library.house("en").variants("reminder-soft")
        assert any(plain(daily.seen[-1].text).startswith(line) for line in soft)

    def test_somebody_out_of_reach_is_left_alone_and_found_again(self, daily: Player) -> None:
        """REM-31: blocked: nothing is sent and nothing counted against them; a word revives it."""
        daily.happens(Left()).wait(30 * DAY)
        assert 0 == reminded(daily)
        assert 0 == memory(daily).unanswered
        daily.happens(Returned()).send("/menu").wait(2 * DAY)
        assert 2 == reminded(daily)


class TestOthers:
    """Follow-ups, the look-back and the operator's figures."""

    def test_a_follow_up_asks_for_the_zone_it_needs(self, player: Player) -> None:
        """REM-1: a flow's promise waits until a zone is confirmed, then it is kept on time."""
        player.send("/start plan").send("plan").send("if they ask").send("I answer").tap(
            "In two days"
        )
        player.sees("To ask at a good time").send("Lisbon").tap("Yes, that's right")
        player.wait(2 * DAY)
        player.sees("You asked me to come back to something.").does_not_see("if they ask")
        player.tap("Show me").sees("if they ask")

    def test_no_second_ask_for_a_first_that_never_came(self, daily: Player) -> None:
        """REM-7 and REM-16: once the first was lost on its way, the second is not shown as the next
        one either."""
        daily.send("/reminders").tap(TestChoosing.line(daily)).tap("kind-again-on")
        daily.wait(14 * HOUR).happens(Due("undelivered"))
        daily.send("/reminders").sees("Next: Wednesday 09:00 (Lisbon)").wait(9 * HOUR)
        assert 1 == reminded(daily)
        assert 1 == counted(daily).count("reminders.skipped.undelivered")
        daily.happens(Due("undelivered"))
        assert 1 == counted(daily).count("reminders.skipped.undelivered")

    def test_a_timer_that_nothing_is_planned_for_does_nothing(self, daily: Player) -> None:
        """REM-27: a timer that comes twice finds nothing to send the second time."""
        daily.wait(14 * HOUR).happens(Due("checkin")).happens(Due("nudge")).happens(Due("who"))
        assert 1 == reminded(daily)

    def test_reminders_give_way_to_live_replies(self, daily: Player) -> None:
        """REM-30: every message of a reminder is marked as one; an answer is live."""
        daily.wait(14 * HOUR)
        assert {Urgency.REMINDER} == {reply.urgency for reply in daily.seen}
        daily.tap("4")
        assert {Urgency.LIVE} == {reply.urgency for reply in daily.seen}

    def test_the_operator_sees_what_came_of_each(self, daily: Player) -> None:
        """REM-35: due and sent are counted, and what was left out by its reason."""
        daily.wait(14 * HOUR).send("/pause 3 days")
        daily.clock.advance(10 * HOUR)
        assert ["reminders.due", "reminders.sent.checkin"] == counted(daily)

    def test_late_by_hours_is_left_out_and_counted(self, daily: Player) -> None:
        """REM-28: after a long downtime nothing is caught up, and the count says why."""
        daily.clock.advance(18 * HOUR)
        daily.wait(HOUR)
        assert 0 == reminded(daily)
        assert ["reminders.due", "reminders.skipped.late"] == counted(daily)
        assert 0 == memory(daily).unanswered

    def test_the_clock_is_a_parameter(self, daily: Player) -> None:
        """REM-36: the same life at any date gives the same messages."""
        daily.wait(10 * DAY)
        assert 6 == reminded(daily)
        assert all(shown(reply) for reply in daily.history if not reply.closes)


def doors(player: Player) -> list[date]:
    """List the days that answers to the check-in's first question were filed under."""
    kept = [e for e in player.effects if isinstance(e, Keep) and e.step == "door"]
    return [datetime.fromtimestamp(e.at, UTC).date() for e in kept]


def memory(player: Player) -> Memory:
    """Read the person's memory of reminders as it is kept."""
    return read(player.talk.settings[SETTING])[1]
