"""Chinese text cut into the words of the language model, by jieba's dictionary.
Training only: what measures the model or uses it counts characters."""

from __future__ import annotations

import functools
import logging
import re
from typing import Any

from tools.demo_model import readings, templates
from tools.demo_model.settings import TEXT_DIR

_COUNTED = re.compile(
    r"^(第?[一二三四五六七八九十百千万两零]+)"
    r"([个块元年天次件套台张份盒箱斤人岁号楼月日点栋期家款]|块钱|个月|公里|分钟|小时|平米|公斤|万块)$"
)
_NAMED = re.compile(r"^(.{1,2})(先生|女士|小姐|老师|经理|老板|大哥|大姐|市|省)$")


def segment(text: str) -> tuple[str, ...]:
    """Words of jieba's dictionary; numerals, measures and titles always one by one, so that numbers and names that
    were never seen together are still made of known words."""
    words: list[str] = []
    for word in _segmenter().cut(text, HMM=False):
        words += _pieces(word)
    return tuple(words)


@functools.cache
def _segmenter() -> Any:
    import jieba  # of the extra `train`; the texts alone are read without it

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    for _, word in templates.read_lines(TEXT_DIR / "zh" / "words.txt"):
        tokenizer.add_word(word)
    return tokenizer


def _pieces(word: str) -> list[str]:
    if set(word) <= readings.NUMERALS:
        return list(word)
    if (match := _COUNTED.match(word)) and (len(word) > 2 or word[0] != "一"):
        return [*match[1], match[2]]
    if match := _NAMED.match(word):
        return [match[1], match[2]]
    return [word]
