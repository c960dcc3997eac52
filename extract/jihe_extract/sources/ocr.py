"""RapidOCR as a reader of characters with boxes and scores; its models lie inside its wheel."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
MISSING = "该文件含扫描页，文字识别组件未安装；请运行 pip install 'jihe[ocr]' 后重试，或提供可复制文字的版本"
_SETTINGS: dict[str, Any] = {
    "Global.use_cls": False,
    "Global.text_score": 0.0,
    "Global.return_word_box": True,
    "Global.log_level": "critical",
    "Det.limit_type": "max",
    "Det.limit_side_len": 1440,
    "Rec.rec_batch_num": 1,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
_SMALLEST = 3
_WIDE = {",": "，", ":": "：", ";": "；", "(": "（", ")": "）", "?": "？", "!": "！"}


@dataclass(frozen=True, slots=True)
class Letter:
    """One recognised character with its box in pixels and its score from 0 to 1."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    score: float


@dataclass(slots=True)
class Found:
    """One detected stretch of text."""

    x0: float
    top: float
    x1: float
    bottom: float
    letters: list[Letter]

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(letter.text for letter in self.letters)


def installed() -> bool:
    """Whether the OCR extra is there."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params=_SETTINGS)


def find_text(image: Image) -> list[Found]:
    """All stretches of text on a page image, with a box for each character."""
    if min(image.shape[:2]) < _SMALLEST:
        return []
    # every argument is given at every call: the engine keeps those of the last one
    result = _engine()(image, use_det=True, use_cls=False, use_rec=True, return_word_box=True, text_score=0.0)
    if result.boxes is None or result.word_results is None:
        return []
    found = []
    for corners, words in zip(result.boxes, result.word_results, strict=False):
        box = np.asarray(corners, np.float32)
        letters = full_width([letter for word in words or () for letter in _letters(*word)])
        if letters:
            x0, top = box.min(axis=0).tolist()
            x1, bottom = box.max(axis=0).tolist()
            found.append(Found(x0, top, x1, bottom, letters))
    return found


def full_width(letters: list[Letter]) -> list[Letter]:
    """Punctuation beside an ideograph in the width that Chinese print uses; OCR does not tell the two apart."""
    out = []
    for i, letter in enumerate(letters):
        beside = letters[max(0, i - 1) : i] + letters[i + 1 : i + 2]
        if letter.text in _WIDE and any("\u4e00" <= b.text <= "\u9fff" for b in beside):
            letter = replace(letter, text=_WIDE[letter.text])
        out.append(letter)
    return out


def _letters(text: str, score: float, corners: Any) -> list[Letter]:
    box = np.asarray(corners, np.float32)
    x0, top = box.min(axis=0).tolist()
    x1, bottom = box.max(axis=0).tolist()
    return spread(text, float(score), x0, top, x1, bottom)


def spread(text: str, score: float, x0: float, top: float, x1: float, bottom: float) -> list[Letter]:
    """Characters side by side in a box, narrow ones half as wide as the others."""
    weights = [0.5 if c.isascii() else 1.0 for c in text]
    total, at = sum(weights) or 1.0, x0
    letters = []
    for char, weight in zip(text, weights, strict=True):
        width = (x1 - x0) * weight / total
        letters.append(Letter(char, at, top, at + width, bottom, score))
        at += width
    return letters


def read_line(image: Image) -> tuple[str, float]:
    """Text and score of an image that holds one line."""
    if min(image.shape[:2]) < _SMALLEST:
        return "", 0.0
    result = _engine()(image, use_det=False, use_cls=False, use_rec=True, return_word_box=False, text_score=0.0)
    texts, scores = getattr(result, "txts", None), getattr(result, "scores", None)
    if not texts:
        return "", 0.0
    return str(texts[0]).strip(), float(scores[0]) if scores else 0.0
