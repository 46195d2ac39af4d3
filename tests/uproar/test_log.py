"""The log: one event a line, in one format, whoever writes it."""

import json
import subprocess
import sys
from pathlib import Path

WRITE = """
import logging
from uproar.log import get_logger, set_up_logging
set_up_logging()
log = get_logger("uproar.test")
log.info("page_stored", watch="harbour", post_id="7\\nevent='forged'", new=3)
log.debug("too_chatty")
logging.getLogger("kombu").info("chatter")
logging.getLogger("other.library").warning("a library says\\nso")
try:
    raise ValueError("broken\\nhere")
except ValueError:
    log.exception("failed")
"""


def written(monkeypatch_format: str, level: str = "info") -> list[str]:
    answer = subprocess.run(
        [sys.executable, "-c", WRITE],
        capture_output=True,
        check=True,
        text=True,
        env={"UPROAR_LOG_FORMAT": monkeypatch_format, "UPROAR_LOG_LEVEL": level},
    )
    assert answer.stdout == ""
    return answer.stderr.splitlines()


def test_an_event_is_one_line_with_its_values_and_cannot_be_forged(home: Path) -> None:
    lines = written("text")
    assert len(lines) == 3
    assert lines[0].startswith("timestamp='20")
    assert "level='info' logger='uproar.test' event='page_stored' watch='harbour'" in lines[0]
    assert "new=3" in lines[0]
    assert "event='a library says\\nso'" in lines[1]
    assert "level='warning'" in lines[1]
    assert "ValueError: broken\\nhere" in lines[2]


def test_events_can_be_json(home: Path) -> None:
    events = [json.loads(line) for line in written("json")]
    assert [event["event"] for event in events] == ["page_stored", "a library says\nso", "failed"]
    assert events[0]["post_id"] == "7\nevent='forged'"
    assert events[0]["new"] == 3
    assert events[0]["timestamp"].endswith("Z")
    assert "Traceback" in events[2]["exception"]


def test_the_level_decides_what_is_written(home: Path) -> None:
    assert len(written("text", "error")) == 1
    assert "too_chatty" in "".join(written("text", "debug"))
    assert "chatter" not in "".join(line for line in written("text", "debug") if "too_chatty" not in line)
