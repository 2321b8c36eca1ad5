"""The voice, with the extra: it speaks, whatever is in the text."""

from pathlib import Path

import pytest

from bot.engine.speaking.speak import installed, speak
from bot.engine.speaking.speak_child import sentences
from bot.media.facts import MediaError, MediaFault
from bot.media.probe import probe

missing = pytest.mark.skipif(not installed(), reason="the extra voice is not installed")


def test_a_text_is_spoken_by_sentences_without_what_cannot_be_said() -> None:
    text = "Hello there. It costs 5.99: really?\n\n---\n\x00Bye\x1b[31m!  😀 "
    assert sentences(text) == ["Hello there.", "It costs 5.99:", "really?", "Bye[31m!"]
    assert sentences(" ... !? 😀") == []


@pytest.mark.extra
@missing
async def test_more_words_take_longer(tmp_path: Path) -> None:
    lengths = []
    for number, text in enumerate(("Hello.", "-i /etc/passwd; $(reboot) 'quoted' <b>bold</b> and a good deal more.")):
        folder = tmp_path / str(number)
        folder.mkdir()
        facts = await probe(await speak(text, folder))
        assert facts.sound is not None
        lengths.append(facts.duration_ms)
    assert 300 < lengths[0] < 2_500 < lengths[1]


@pytest.mark.extra
@missing
async def test_nothing_to_say_is_said(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as raised:
        await speak("... !", tmp_path)
    assert raised.value.fault is MediaFault.EMPTY
