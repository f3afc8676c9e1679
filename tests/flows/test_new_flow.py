"""`ajar new flow`: a first text that stands up to every check."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.new import new_flow
from bot.errors import AjarError
from bot.flows.loading import read


def test_new_flow_passes_every_check(tmp_path: Path) -> None:
    """What a writer starts from has no finding at all."""
    path = new_flow(tmp_path, "small-steps")
    assert path == tmp_path / "en" / "small-steps.yaml"
    library, findings = read(tmp_path)
    assert findings == []
    assert library is not None
    assert library.title("en", "small-steps") == "Small steps"


@pytest.mark.parametrize(("name", "said"), [("Small Steps", "`small-steps`"), ("menu", "`menu`")])
def test_bad_name_is_refused_with_a_better_one(name: str, said: str, tmp_path: Path) -> None:
    """A name that cannot be an id is refused, and nothing is written."""
    with pytest.raises(AjarError, match=said):
        new_flow(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A flow that is there stays as it is."""
    path = new_flow(tmp_path, "small-steps")
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(AjarError, match="already"):
        new_flow(tmp_path, "small-steps")
    assert path.read_text("utf-8") == "mine"


def test_no_folder_is_refused(tmp_path: Path) -> None:
    """Without a content folder there is nowhere to write."""
    with pytest.raises(AjarError, match="CONTENT_DIR"):
        new_flow(tmp_path / "nowhere", "small-steps")
