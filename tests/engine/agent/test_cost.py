"""What a plan costs, in process time and only as ratios: about linear in the length, for anything that is written."""

import random
from functools import lru_cache
from time import process_time

import pytest

from bot.engine.agent.plan import plan
from bot.engine.agent.wordlist import wordlist
from tests.engine.agent.planning import SURROUNDINGS, THREE
from tests.engine.agent.test_any_text import PIECES

PLAIN = (
    "Cut the first 40 seconds, remove the pauses where I say nothing, then speed the screen recording up 2x. "
    "剪掉最后十秒，把第二个片段静音，然后加个转场。Add the text 'Level 2' at 0:12 in yellow; fade out the music. "
)
CHARACTERS = (
    "abcdefghijklmnopqrstuvwxyz0123456789 ,.;:!?'\"()<>[]{}%/\\-+=@#\n\t\u3000剪掉去前后秒一二三十个片段静音转场然后"
    "和不要把加标题导出音乐第到除了百分之万半“”「」《》，。！？、；：😀éüñ한かПж"
)
MANY_TIMES = 20
"""More than that of a plain text's time, and at least LITTLE_S, is a pattern that runs wild."""
LITTLE_S = 0.02


def seconds(text: str, rounds: int = 3) -> float:
    """Process time of a plan, the best of some rounds."""
    took = []
    for _ in range(rounds):
        before = process_time()
        made = plan(text, THREE, SURROUNDINGS)
        took.append(process_time() - before)
        assert made.ops
    return min(took)


def plain(length: int) -> str:
    return (PLAIN * (length // len(PLAIN) + 1))[:length]


@lru_cache
def usual(doublings: int) -> float:
    """What plain text of about that length takes, s."""
    return seconds(plain(1 << doublings))


def anything(dice: random.Random) -> str:
    """Three to 4,000 characters: noise, words of the trade in any order, or a little of either again and again."""
    length = int(10 ** dice.uniform(0.5, 3.6))
    match dice.randrange(4):
        case 0:
            return "".join(dice.choices(CHARACTERS, k=length))
        case 1:
            return " ".join(dice.choices(PIECES, k=length // 4 + 1))[:length]
        case 2:
            return "".join(dice.choices(PIECES, k=length // 3 + 1))[:length]
    unit = "".join(dice.choices([*CHARACTERS, *PIECES, " "], k=dice.randint(1, 5)))
    return (unit * (length // len(unit) + 1))[:length]


def fuzzed(seed: int, count: int) -> None:
    dice = random.Random(seed)
    seconds(PLAIN)
    for _ in range(count):
        text = anything(dice)
        most = max(LITTLE_S, MANY_TIMES * usual(max(len(text).bit_length(), 6)))
        if seconds(text, 1) > most:  # it may have compiled its patterns, or the machine was busy
            assert seconds(text) <= most, text


def test_no_text_takes_much_longer_than_a_plain_one() -> None:
    fuzzed(1, 50)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_no_text_of_thousands_does(seed: int) -> None:
    fuzzed(seed, 1000)


@pytest.mark.parametrize("unit", ["\t\n", "1"])
def test_what_took_seconds_once_is_read_at_once(unit: str) -> None:
    said_over_and_over(unit)


@pytest.mark.long
@pytest.mark.parametrize(
    "unit",
    ["\n", "\u3000", "二", "字叫", "'a", "“", '" ', "1 1 ", "1-", "a.", "<", "<T0> ", "one hundred and ",
     *wordlist("title: except don't clip,and ，， 。. -,-")],
)  # fmt: skip
def test_what_is_said_over_and_over_costs_no_more(unit: str) -> None:
    said_over_and_over(unit)


def said_over_and_over(unit: str) -> None:
    text = unit * (4000 // len(unit))
    seconds(text[:200], 1)
    assert seconds(text) <= MANY_TIMES * usual(12)


def test_the_cost_grows_with_the_length_and_no_faster() -> None:
    short, long = seconds(plain(200), 5), seconds(plain(2000))
    assert long <= 10 * 4 * short
    assert seconds(plain(20_000)) <= 10 * 4 * long
