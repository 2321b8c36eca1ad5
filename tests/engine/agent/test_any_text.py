"""Whatever is written: a plan, always the same one, in bounded time, and nothing quoted is ever interpreted."""

from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.agent.plan import plan
from bot.engine.agent.say import say
from bot.engine.agent.wordlist import wordlist
from bot.engine.timeline.ops import OPS, EditOp, ExportOp, Redo, TextOp, Undo
from tests.engine.agent.planning import ONE, SURROUNDINGS, THREE

ACTS = (*get_args(EditOp), ExportOp, Undo, Redo)
PIECES = wordlist(
    "trim cut keep the first last 5 10 seconds s % x 2x 0:30 9:16 1:1 to from between and then , . ; and, "
    "don't not except but clip clips 2 second every add remove make mute music title text “ ” \" ' ` export "
    "undo transitions fade in out speed up slow half volume 720p 8MB vertical split at gif captions actually "
    "no wait nvm <T0> <C1> 剪掉 去掉 前 最后 秒 一 二 十 个 片段 静音 转场 然后 和 不要 把 加 标题 导出 音乐 "
    "第 到 除了 百分之"
)
anything = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
)


@settings(max_examples=250, deadline=None)
@given(text=anything)
def test_every_text_makes_a_plan_that_can_be_said(text: str) -> None:
    for timeline in (ONE, THREE):
        made = plan(text, timeline, SURROUNDINGS)
        assert made.ops
        assert 0 <= made.coverage <= 1
        assert len(made.questions) <= 1
        assert [OPS.validate_python(op.model_dump()) for op in made.ops] == list(made.ops)
        assert made == plan(text, timeline, SURROUNDINGS)
        for language in ("en", "zh-CN"):
            assert say(made, None, language) or made.questions


@settings(max_examples=150, deadline=None)
@given(content=st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters='"＂'), min_size=1, max_size=60))
def test_quoted_content_is_taken_as_it_is(content: str) -> None:
    made = plan(f'add the text "{content}" at 0:07', ONE, SURROUNDINGS)
    assert made.ops == (TextOp(content=content, start=7),)


@settings(max_examples=150, deadline=None)
@given(words=st.lists(st.sampled_from(PIECES), max_size=15).map(" ".join))
def test_quoted_instructions_are_never_carried_out(words: str) -> None:
    clean = words.replace('"', "").replace("“", "").replace("”", "")
    made = plan(f'"{clean}"', ONE, SURROUNDINGS)
    assert not [op for op in made.ops if isinstance(op, ACTS)]


def test_half_a_megabyte_is_cut_and_planned() -> None:
    for text in (
        "a" * 500_000,
        "剪" * 500_000,
        "trim, " * 80_000,
        '"' * 500_000,
        "1" * 500_000,
        "<T0>" * 100_000,
        "1:" * 250_000,
    ):
        made = plan(text, ONE, SURROUNDINGS)
        assert any(notice.startswith("cut_to:") for notice in made.notices)
