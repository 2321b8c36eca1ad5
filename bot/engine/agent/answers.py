"""Whether a message answers the question that is open: "1. <prompt>: <label>", the label alone, or its number."""

import re
import unicodedata

from bot.engine.agent.request import Option, Question


def answered(text: str, question: Question | None) -> Option | None:
    """The option that was meant; None when the message is a request of its own."""
    if question is None or not question.options or len(text) > 2000:
        return None
    said = _plain(text)
    by_label = {_plain(option.label): option for option in question.options}
    for prefix in (
        rf"\d+\s*[.)]\s*{re.escape(_plain(question.prompt))}\s*:\s*",
        rf"{re.escape(_plain(question.prompt))}\s*:\s*",
    ):
        m = re.match(prefix, said)
        if m:
            said = said[m.end() :].strip()
            break
    if said in by_label:
        return by_label[said]
    number = re.fullmatch(r"(?:option |选项 ?|第)?(\d{1,2})(?:[.)]|个)?", said, re.ASCII)
    if number and 1 <= int(number[1]) <= len(question.options):
        return question.options[int(number[1]) - 1]
    return None


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .!。！")
