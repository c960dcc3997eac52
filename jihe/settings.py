"""``jihe.toml``: what an evaluator sets for one batch folder."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import msgspec

from jihe.errors import UsageError

FILE = "jihe.toml"


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finding that the evaluator accepts, by fingerprint, with the reason."""

    fingerprint: str
    reason: str


class Switches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rules switched off; ``on`` wins over ``off``. A family is named by its prefix and a star: ``L*``."""

    off: tuple[str, ...] = ()
    on: tuple[str, ...] = ()

    def allow(self, rule: str) -> bool:
        """Whether the rule's findings are wanted."""
        return _named(rule, self.on) or not _named(rule, self.off)


def _named(rule: str, names: Iterable[str]) -> bool:
    return any(rule == n or (n.endswith("*") and rule.startswith(n[:-1])) for n in names)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a batch; every part may be absent."""

    pack: str = ""
    rulebook: tuple[str, ...] = ()
    thresholds: dict[str, Decimal] = msgspec.field(default_factory=dict)
    rules: Switches = Switches()
    accept: tuple[Acceptance, ...] = ()
    model: str = ""
    """Model that reads with the rules: "" the shipped one, ``none``, or a path (see :mod:`jihe.models`)."""
    vocabulary: tuple[str, ...] = ()
    """Folders whose ``measures.toml`` and ``scopes.toml`` add to the shipped vocabulary."""
    path: str = ""

    @property
    def judging(self) -> str:
        """A digest of what changes the judging of a single report, for resuming."""
        from jihe.models import stamp

        parts = (self.pack, self.rulebook, sorted(self.thresholds.items()), self.rules.off, self.rules.on)
        stamps = [_stamp(Path(p)) for p in self.rulebook]
        stamps += [_stamp(Path(p) / f"{name}.toml") for p in self.vocabulary for name in ("measures", "scopes")]
        return hashlib.sha256(repr((parts, stamps, stamp(self.model))).encode()).hexdigest()[:16]

    def unused(self, fingerprints: Iterable[str]) -> list[Acceptance]:
        """Acceptances that met no finding."""
        seen = set(fingerprints)
        return [a for a in self.accept if a.fingerprint not in seen]


def _stamp(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else path.name
    except OSError:
        return path.name


def load(path: Path) -> Settings:
    """The settings of a file.

    Raises:
        UsageError: when the file cannot be read, is no TOML, or holds an unknown or wrong key.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
        settings = msgspec.convert(data, Settings, strict=False)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"设置文件 {path} 无法读取，请检查权限，并保存为 UTF-8 编码") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"设置文件 {path} 不是有效的 TOML：{error}") from error
    except msgspec.ValidationError as error:
        raise UsageError(f"设置文件 {path} 有错误的项：{error}") from error
    blank = [a.fingerprint for a in settings.accept if not a.reason.strip()]
    if blank:
        raise UsageError(f"设置文件 {path}：接受问题 {blank[0]} 时应写明理由（reason）")
    books = tuple(str((path.parent / b).resolve()) for b in settings.rulebook)
    missing = [b for b in books if not Path(b).exists()]
    if missing:
        raise UsageError(f"设置文件 {path} 指定的规则文件不存在：{missing[0]}")
    pack = settings.pack
    if pack.endswith(".toml"):
        pack = str((path.parent / pack).resolve())
    extra = tuple(str((path.parent / v).resolve()) for v in settings.vocabulary)
    settings = msgspec.structs.replace(settings, vocabulary=extra)
    model = settings.model
    if model not in ("", "none"):
        model = str((path.parent / model).resolve())
    return msgspec.structs.replace(settings, rulebook=books, pack=pack, model=model, path=str(path))


def find(folders: Iterable[Path]) -> Settings:
    """The settings of the first folder that has a ``jihe.toml``; empty settings when none has."""
    for folder in folders:
        if (folder / FILE).is_file():
            return load(folder / FILE)
    return Settings()


def chosen(settings: Settings, model: Path | None, no_model: bool) -> Settings:
    """The settings with the model that the command line asks for.

    Raises:
        UsageError: there is no such model.
    """
    from jihe.models import NONE, model_of

    if no_model or model is not None:
        settings = msgspec.structs.replace(settings, model=NONE if no_model else str(model))
    model_of(settings.model)
    return settings
