"""What conditions and templates may know of one person.

Owns the view of a conversation as facts. Knows nothing of grammar or wording rules.
"""

from __future__ import annotations

from bot.engine.answers import shown
from bot.engine.conversation import Value
from bot.engine.scene import Scene


class Known:
    """The facts of one person, seen from one flow (a bare step name is a step of that flow)."""

    def __init__(self, scene: Scene, flow: str) -> None:
        self._scene = scene
        self._flow = flow

    def answer(self, name: str) -> Value | None:
        """Give the latest answer to a step; None if there is none or it was skipped."""
        full = self._full(name)
        if full in self._scene.fresh:
            return self._scene.fresh[full]
        found = self._scene.talk.answers.get(full)
        return found.value if found else None

    def skipped(self, name: str) -> bool:
        """Whether that question was last answered with skip."""
        found = self._scene.talk.answers.get(self._full(name))
        return found is not None and found.skipped

    def visits(self, name: str) -> int:
        """How often that step was entered."""
        return self._scene.talk.visits.get(self._full(name), 0)

    def days_since(self, name: str) -> float | None:
        """Days since the step was last answered; None if never."""
        found = self._scene.talk.answers.get(self._full(name))
        return None if found is None else max(0, self._scene.stamp - found.at) / 86400

    def words(self, name: str) -> str | None:
        """Give an answer in the words it was shown with, for a template."""
        value = self.answer(name)
        if value is None:
            return None
        flow, _, step = self._full(name).partition("/")
        found = self._scene.library.step(flow, step)
        wording = self._scene.library.words(self._scene.talk.language, flow, step)
        return shown(found.question if found else None, wording, value)

    def _full(self, name: str) -> str:
        return name if "/" in name else f"{self._flow}/{name}"
