"""Logs: one JSON object a line, ids on every record, secrets on none."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from pydantic import SecretBytes, SecretStr

from bot import logs

HIDDEN = "nmv_usr_very_secret"


class Log:
    """What was logged to standard error."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured

    def text(self) -> str:
        return self._captured.readouterr().err

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text().splitlines()]


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[Log]:
    """Standard error, with every logger as it was afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield Log(capsys)
    root.handlers[:], root.level = handlers, level
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


def fail_with_a_secret_at_hand(text: str = "it broke\nin two lines") -> None:
    token = HIDDEN  # noqa: F841 - what a traceback with local variables would show
    raise ValueError(text)


def test_every_event_is_one_json_line(log: Log) -> None:
    logs.configure(form="json")
    structlog.get_logger("bot.test").info("夏 event\nwith a break", size=5, path=b"\xff", other={"a": object()})
    try:
        fail_with_a_secret_at_hand()
    except ValueError:
        structlog.get_logger("bot.test").exception("it failed")
    first, second = log.lines()
    assert (first["event"], first["size"], first["level"]) == ("夏 event\nwith a break", 5, "info")
    assert first["logger"] == "bot.test"
    assert first["timestamp"].endswith("Z")
    assert second["level"] == "error"
    assert second["exception"][0]["exc_value"] == "it broke\nin two lines"


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_secret_never_appears(log: Log, form: Any) -> None:
    logs.configure("debug", form)
    logger = structlog.get_logger("bot.test").bind(account=SecretStr(HIDDEN))
    logger.warning("by type", key=SecretBytes(HIDDEN.encode()), nested=[SecretStr(HIDDEN), {"x": SecretStr(HIDDEN)}])
    logger.warning("by name", token=HIDDEN, Authorization=HIDDEN, password=HIDDEN)
    logging.getLogger("foreign").warning("as an argument %s", SecretStr(HIDDEN), extra={"token": HIDDEN})
    for failing in (logger, logging.getLogger("foreign")):
        try:
            fail_with_a_secret_at_hand()
        except ValueError:
            failing.exception("with local variables")
    text = log.text()
    assert "by type" in text
    assert text.count("ValueError") >= 2
    assert HIDDEN not in text
    assert "*****" in text


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_known_secret_never_appears_whatever_its_form(log: Log, form: Any) -> None:
    """In an exception's text, in an address, inside JSON: the settings' and those met since."""
    of_settings, met = 'odd"one/+=\\', "another form/of:token"
    logs.configure("debug", form, [of_settings, "short"])
    logs.hide(met)
    logger = structlog.get_logger("bot.test")
    for secret in (of_settings, met):
        logger.info("plain", said=f"it is {secret}.", inside=json.dumps({"x": secret}), url=quote(secret, safe=""))
        try:
            fail_with_a_secret_at_hand(f"refused: {secret}")
        except ValueError:
            logger.exception("failed")
            logging.getLogger("foreign").warning("with %s", secret, exc_info=True)
    logger.info("a short word stays")
    text = log.text()
    for secret in (of_settings, met):
        assert secret not in text
        assert json.dumps(secret)[1:-1] not in text
        assert quote(secret, safe="") not in text
    assert "it is **********." in text
    assert "refused: **********" in text
    assert "a short word stays" in text


def test_what_ends_the_process_is_logged_without_its_secrets(log: Log) -> None:
    logs.configure(form="json", secrets=[HIDDEN])
    try:
        fail_with_a_secret_at_hand(f"no {HIDDEN}")
    except ValueError as error:
        logs.uncaught(type(error), error, error.__traceback__)
    (line,) = log.lines()
    assert line["level"] == "critical"
    assert line["exception"][0]["exc_value"] == "no **********"


def test_ids_bound_once_are_on_every_record_foreign_ones_too(log: Log) -> None:
    logs.configure(form="json")
    with structlog.contextvars.bound_contextvars(thread="t1", job="j1"):
        structlog.get_logger("bot.test").info("ours")
        logging.getLogger("discord.ext.commands").info("theirs", extra={"shard": 3})
    structlog.get_logger("bot.test").info("after")
    ours, theirs, after = log.lines()
    for record in (ours, theirs):
        assert (record["thread"], record["job"]) == ("t1", "j1")
    assert (theirs["event"], theirs["logger"], theirs["shard"]) == ("theirs", "discord.ext.commands", 3)
    assert "thread" not in after


def test_the_level_and_the_noisy_libraries(log: Log) -> None:
    logs.configure("info", "json")
    structlog.get_logger("bot.test").debug("too little")
    logging.getLogger("aiohttp.access").info("GET /v/a-signed-token/talk.mp4")
    logging.getLogger("discord.gateway").info("a heartbeat")
    logging.getLogger("discord.gateway").warning("a gateway that fails")
    assert [record["event"] for record in log.lines()] == ["a gateway that fails"]


def test_json_where_nobody_watches_and_console_on_request(log: Log) -> None:
    logs.configure()
    structlog.get_logger("bot.test").info("event")
    assert log.lines()[0]["event"] == "event"
    logs.configure(form="console")
    structlog.get_logger("bot.test").info("another", size=5)
    last = log.text().splitlines()[-1]
    assert "another" in last
    assert "size=5" in last
    with pytest.raises(json.JSONDecodeError):
        json.loads(last)


def test_configuring_twice_does_not_log_twice(log: Log) -> None:
    for _ in range(2):
        logs.configure(form="json")
    logging.getLogger("foreign").info("once")
    assert len(log.lines()) == 1
