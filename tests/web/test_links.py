"""Links: what was signed comes back, nothing else does, and names are safe to show."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from pydantic import SecretStr

from bot.web.files import display_name, is_result, result_path
from bot.web.links import LinkBroken, LinkExpired, Links, Opened

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECRET = "a key for tests"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def make(clock: Clock, hours: float = 2, secret: str = SECRET, url: str | None = "https://cut.example/x") -> Links:
    return Links(SecretStr(secret), url, hours, clock)


def token_of(links: Links, file: str = "abc.mp4", name: str = "talk.mp4") -> str:
    made = links.link("r1-0", file, name)
    assert made is not None
    return urlsplit(made[0]).path.split("/")[3]


def test_a_link_leads_to_its_file_until_it_ends() -> None:
    clock = Clock()
    links = make(clock)
    made = links.link("r1-0", "abc.srt", "my talk.srt")
    assert made is not None
    url, expires = made
    assert expires == NOW + timedelta(hours=2)
    assert url.startswith("https://cut.example/x/v/")
    assert url.endswith("/my%20talk.srt")
    token = url.split("/")[-2]
    clock.now = expires
    assert links.open(token) == Opened("abc.srt", "my talk.srt", "r1-0", expires)
    clock.now = expires + timedelta(seconds=1)
    with pytest.raises(LinkExpired):
        links.open(token)


@pytest.mark.parametrize("ending", ["mp4", "mov", "webm", "mkv"])
def test_a_videos_link_leads_to_its_page(ending: str) -> None:
    links = make(Clock())
    made = links.link("r1-0", f"abc.{ending}", "my talk")
    assert made is not None
    token = made[0].rpartition("/")[2]
    assert links.open(token).name == f"my talk.{ending}"
    assert links.page(token) == made[0]


def test_a_clock_that_is_set_back_ends_no_link() -> None:
    clock = Clock()
    links = make(clock)
    token = token_of(links)
    clock.now = NOW - timedelta(days=400)
    assert links.open(token).ends == NOW + timedelta(hours=2)


def test_a_link_of_an_earlier_release_still_opens() -> None:
    clock = Clock()

    class Then(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(NOW.timestamp())

    token = URLSafeTimedSerializer(SECRET, salt="threadcut result link", signer=Then).dumps(["abc.mp4", "talk.mp4"])
    assert make(clock).open(str(token)) == Opened("abc.mp4", "talk.mp4", "", NOW + timedelta(hours=2))
    clock.now += timedelta(hours=2, seconds=1)
    with pytest.raises(LinkExpired):
        make(clock).open(str(token))


def test_without_a_public_address_there_are_no_links() -> None:
    links = make(Clock(), url=None)
    assert links.link("r1-0", "abc.mp4", "talk.mp4") is None
    assert links.page("x") is None


def test_every_changed_letter_breaks_a_link() -> None:
    links = make(Clock())
    token = token_of(links)
    for place, letter in enumerate(token):
        for other in ("A" if letter not in "ABCD" else "Q", "", ".", "/", "é"):  # the last two bits say nothing
            changed = token[:place] + other + token[place + 1 :]
            if changed != token:
                with pytest.raises(LinkBroken):
                    links.open(changed)


@given(st.text())
def test_no_other_text_is_a_link(text: str) -> None:
    with pytest.raises(LinkBroken):
        make(Clock()).open(text)


def test_a_key_or_a_use_of_another_kind_makes_no_link() -> None:
    links = make(Clock())
    with pytest.raises(LinkBroken):
        links.open(token_of(make(Clock(), secret="another key")))
    elsewhere = URLSafeTimedSerializer(SECRET, salt="something else").dumps(["abc.mp4", "talk.mp4"])
    with pytest.raises(LinkBroken):
        links.open(str(elsewhere))


@given(st.text(), st.sampled_from(["abc.mp4", "abc", "abc.MP4"]))
def test_any_name_becomes_one_that_is_safe_to_show_and_to_save(name: str, file: str) -> None:
    shown = display_name(name, file)
    assert shown.endswith(Path(file).suffix.lower())
    assert 0 < len(shown) <= 104
    assert shown.isprintable()
    assert not set(shown) & set('/\\:*?"<>|\r\n\0')
    assert not shown.startswith(".")
    links = make(Clock())
    made = links.link("r1-0", file, name)
    assert made is not None
    path = urlsplit(made[0]).path.removeprefix("/x/v/")
    assert path.count("/") == (Path(file).suffix == "")
    assert not path.count("/") or unquote(path.rsplit("/", 1)[1]) == shown
    assert links.open(token_of(links, file, name)) == Opened(file, shown, "r1-0", NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "etc passwd.mp4"),
        ("夏天 🎬.mp4", "夏天 🎬.mp4"),
        ("talk.mp4.exe", "talk.mp4.exe.mp4"),
        ("evil\u202e4pm.exe", "evil 4pm.exe.mp4"),
        ('a"\r\nSet-Cookie: x', "a Set-Cookie x.mp4"),
        (" . ", "video.mp4"),
        ("", "video.mp4"),
    ],
)
def test_hostile_names_are_made_harmless(name: str, shown: str) -> None:
    assert display_name(name, "abc.mp4") == shown


@pytest.mark.parametrize(
    "file",
    ["", ".", "..", "../x", "/etc/passwd", "a/b", "a\\b", "C:x", ".hidden", "a\0b", "x" * 256, "夏" * 100],
)
def test_a_name_that_leads_elsewhere_is_no_result(tmp_path: Path, file: str) -> None:
    assert result_path(tmp_path, file) is None


def test_only_finished_regular_files_are_results(tmp_path: Path) -> None:
    (tmp_path / "abc.mp4").write_bytes(b"x")
    (tmp_path / "abc.part").write_bytes(b"x")
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "link.mp4").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.mp4")
    found = [path.name for path in sorted(tmp_path.iterdir()) if is_result(path)]
    assert found == ["abc.mp4"]
    assert not is_result(tmp_path / "gone.mp4")
