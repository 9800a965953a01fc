"""The settings of the tools: `rulelang.toml`, else `[tool.rulelang]` of `pyproject.toml`; the nearest above a policy wins."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rulelang.tools.outcome import Exit, Failure

if TYPE_CHECKING:
    from rulelang.runtime.state.interface import Store


def found(path: str) -> tuple[Path, dict[str, Any]] | None:
    """The file with the settings for the policy at `path`, and its table; None where there is none."""
    start = Path(path).resolve()
    for folder in (start, *start.parents):
        for name, table in (("rulelang.toml", ()), ("pyproject.toml", ("tool", "rulelang"))):
            file = folder / name
            if not file.is_file():
                continue
            data: Any = _parsed(file)
            for key in table:
                data = data.get(key) if isinstance(data, dict) else None
            if data is not None:
                return file, data
    return None


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Failure(Exit.USAGE, f"`{file}` is not TOML: {error}") from None
    except UnicodeDecodeError:
        raise Failure(Exit.USAGE, f"`{file}` is not UTF-8 text") from None
    except OSError as error:
        raise Failure(Exit.USAGE, f"`{file}` can't be read: {error.strerror}") from None


def store(address: str | None, path: str) -> Store:
    """The store for a dry-run of the policy at `path`: the one of the option, else of the settings, else memory."""
    from rulelang.runtime.state import open_store

    where = "--state"
    if address is None:
        file = found(path)
        if file is not None:
            address, where = _checked(*file).state, f"`state` in `{file[0]}`"
    try:
        return open_store(address or "memory:")
    except ValueError as error:
        raise Failure(Exit.USAGE, f"{where}: {error}") from None


def _checked(file: Path, data: dict[str, Any]) -> Any:
    from pydantic import BaseModel, ConfigDict, ValidationError

    class Settings(BaseModel):
        """What `rulelang.toml` may say."""

        model_config = ConfigDict(extra="forbid", strict=True)

        state: str | None = None

    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            known = ", ".join(f"`{field}`" for field in Settings.model_fields)
            raise Failure(Exit.USAGE, f"`{file}` has a setting `{name}` that rulelang does not know; it knows {known}") from None
        raise Failure(Exit.USAGE, f"`{name}` in `{file}`: {first['msg']}") from None
