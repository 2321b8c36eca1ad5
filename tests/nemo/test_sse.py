"""The event stream's grammar, however the bytes are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nemo import sse
from bot.nemo.errors import BadAnswer
from bot.nemo.sse import Message, SseParser


def parse(*chunks: bytes) -> list[Message]:
    parser = SseParser()
    messages = [message for chunk in chunks for message in parser.feed(chunk)]
    return messages + list(parser.finish())


CASES: dict[str, tuple[bytes, list[Message]]] = {
    "one": (b"data: a\n\n", [Message("message", "a")]),
    "named": (b"event: ping\ndata: a\n\n", [Message("ping", "a")]),
    "no space": (b"data:a\n\n", [Message("message", "a")]),
    "one space only is taken": (b"data:  a\n\n", [Message("message", " a")]),
    "several lines": (b"data: a\ndata: b\ndata\n\n", [Message("message", "a\nb\n")]),
    "crlf": (b"data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", [Message("message", "a\nb"), Message("message", "c")]),
    "cr": (b"data: a\rdata: b\r\rdata: c\r\r", [Message("message", "a\nb"), Message("message", "c")]),
    "mixed": (b"data: a\r\rdata: b\n\r\ndata: c\r\n\n", [Message("message", c) for c in "abc"]),
    "bom": (b"\xef\xbb\xbfdata: a\n\n", [Message("message", "a")]),
    "a bom later on is a name": (
        b"data: a\n\n\xef\xbb\xbfdata: b\n\n",
        [Message("message", "a"), Message("message", "")],
    ),
    "no blank line at the end": (b"data: a\n\ndata: b", [Message("message", "a"), Message("message", "b")]),
    "nothing at all": (b"", []),
    "blank lines": (b"\n\n\r\n", []),
    "a comment": (b": hi\n\ndata: a\n\n", [Message("comment", ""), Message("message", "a")]),
    "a comment within": (b"data: a\n:\ndata: b\n\n", [Message("comment", ""), Message("message", "a\nb")]),
    "bare data": (b"data:\n\ndata\n\n", [Message("message", "")] * 2),
    "only a name": (b"event: heartbeat\n\n", [Message("heartbeat", "")]),
    "only an id": (b"id: 1\nretry: 5\n\n", [Message("message", "")]),
    "an unknown field": (b"foo: bar\ndata: a\n\n", [Message("message", "a")]),
    "the name does not last": (b"event: x\ndata: a\n\ndata: b\n\n", [Message("x", "a"), Message("message", "b")]),
    "utf-8": ("data: 剪掉 😀 é\n\n".encode(), [Message("message", "剪掉 😀 é")]),
    "other line ends are text": ("data: a\u2028b\x0bc\x85d\n\n".encode(), [Message("message", "a\u2028b\x0bc\x85d")]),
    "broken utf-8": (b"data: a\xffb\xe5\n\n", [Message("message", "a\ufffdb\ufffd")]),
    "broken utf-8 at the end": (b"data: a\xe5", [Message("message", "a\ufffd")]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_stream(name: str) -> None:
    raw, want = CASES[name]
    assert parse(raw) == want
    assert parse(*(raw[i : i + 1] for i in range(len(raw)))) == want, "byte by byte"
    for at in range(len(raw)):
        assert parse(raw[:at], raw[at:]) == want, f"cut at {at}"


def test_a_message_is_there_as_soon_as_it_is_complete() -> None:
    parser = SseParser()
    assert list(parser.feed(b"data: a\r\n\r")) == [Message("message", "a")]
    assert list(parser.feed(b"\ndata: b\n")) == []
    assert list(parser.feed(b"\n")) == [Message("message", "b")]


def test_a_long_line_in_many_pieces() -> None:
    line = b"x" * 300_000
    raw = b"data: " + line + b"\n\n"
    assert parse(*(raw[i : i + 100] for i in range(0, len(raw), 100))) == [Message("message", line.decode())]


@pytest.mark.parametrize("raw", [b"data: " + b"x" * 900 + b"\n", b"y" * 900, b"event: " + b"z" * 900])
def test_a_message_without_end(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "LONGEST_MESSAGE", 10_000)
    with pytest.raises(BadAnswer):
        parse(*[raw] * 20)
    assert len(parse(*[b"data: " + b"x" * 900 + b"\n\n"] * 20)) == 20


FIELDS = st.one_of(
    st.tuples(st.just("data"), st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))),
    st.tuples(st.just("event"), st.sampled_from(["ping", "message", "é"])),
    st.tuples(st.just(""), st.text("abc :")),
    st.tuples(st.just("id"), st.text("0123")),
)


@given(
    blocks=st.lists(st.lists(FIELDS, min_size=1, max_size=4), max_size=6),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    cuts=st.lists(st.floats(0, 1), max_size=20),
    bom=st.booleans(),
)
def test_cuts_change_nothing(blocks: list[list[tuple[str, str]]], end: str, cuts: list[float], bom: bool) -> None:
    want: list[Message] = []
    lines: list[str] = []
    for block in blocks:
        lines += [f"{name}: {value}" for name, value in block] + [""]
        want += [Message("comment", "") for name, _ in block if not name]
        named = [value for name, value in block if name == "event"]
        if any(name for name, _ in block):
            data = [value for name, value in block if name == "data"]
            want.append(Message(named[-1] if named else "message", "\n".join(data)))
    text = "".join(line + end for line in lines)
    raw = (b"\xef\xbb\xbf" if bom else b"") + text.encode()
    places = sorted(round(cut * len(raw)) for cut in cuts)
    assert parse(*(raw[a:b] for a, b in zip([0, *places], [*places, len(raw)], strict=True))) == want
