"""The files of a policy: finds them, reads them, and puts in place what `use` brings in."""

from __future__ import annotations

import os.path
from dataclasses import dataclass, field
from pathlib import Path

from rulelang.compiler import nodes
from rulelang.compiler.diagnostics import Diagnostics
from rulelang.compiler.parse import parse
from rulelang.compiler.source import Source, Span
from rulelang.compiler.wording import code, did_you_mean


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a list's file and where it stands."""

    text: str
    span: Span


@dataclass(slots=True)
class Loaded:
    """The declarations of a policy in order, those of used files at the place of their `use`.

    `folder` is where its files are, as the user named it (None for a text that has no folder), `files` reads more of them.
    """

    name: str
    folder: str | None
    files: Files
    declarations: list[nodes.Declaration] = field(default_factory=list)
    was_read: bool = False
    """Whether any file of rules could be read."""
    incomplete: bool = False
    """Whether recovery lost a name in one of the files, so that unknown names prove nothing."""
    rules_incomplete: bool = False
    """The same for the names of rules and groups."""

    @property
    def sources(self) -> list[Source]:
        return self.files.sources


class Files:
    """Reads the files of one policy; no file outside `folder`, wherever links lead. Every problem is a diagnostic."""

    def __init__(self, folder: str | None, diagnostics: Diagnostics) -> None:
        self.sources: list[Source] = []
        self._folder = folder
        self._root = None if folder is None else Path(folder).resolve()
        self._diagnostics = diagnostics
        self._lists: dict[Path, tuple[Line, ...] | None] = {}

    def resolve(self, path: nodes.Text) -> tuple[Path, str] | None:
        """The file that a text in the source names, with its name for the user; None where it may not or can't be read."""
        here = path.span.source.name
        if self._folder is None or self._root is None:
            self._missing(path, f"{code(path.value)} can't be found, because this text is no file and has no folder.", None)
            return None
        if not path.value.strip() or "\0" in path.value:
            self._missing(path, "A file's name is needed here.", 'Write it between quotes, such as "lists/words.txt".')
            return None
        # Only what the user sees is put together from names; what is opened is resolved, links and `..` included.
        display = os.path.normpath((Path(self._folder) if here == "-" else Path(here).parent) / path.value)
        try:
            real = Path(display).resolve()
            if not real.is_relative_to(self._root):
                self._diagnostics.add(
                    "outside-folder",
                    path.span,
                    f"{code(path.value)} lies outside the policy's folder.",
                    f"Put the file inside {code(str(self._root.name or self._root))} and name it relative to this file.",
                )
                return None
            if real.is_file():
                return real, display
            if real.is_dir():
                self._missing(path, f"{code(path.value)} is a folder.", "Name one file in it.")
                return None
            near = [name.name for name in real.parent.iterdir()] if real.parent.is_dir() else []
        except (OSError, RuntimeError) as error:
            self._missing(path, f"{code(path.value)} can't be read: {_reason(error)}.", None)
            return None
        help = did_you_mean(real.name, near) or "Its name is relative to the file that names it."
        self._missing(path, f"There is no file {code(path.value)}.", help)
        return None

    def rules(self, file: Path, display: str, span: Span | None) -> nodes.File | None:
        """The tree of a file of rules; `span` is where it is named, None for a file that the user named."""
        source = self.read(file, display, span)
        return None if source is None else parse(source, self._diagnostics)

    def lines(self, path: nodes.Text) -> tuple[Line, ...] | None:
        """The entries of a list's file: a line each, without blanks at its ends, empty lines, and lines that begin with `#`."""
        found = self.resolve(path)
        if found is None:
            return None
        file, display = found
        if file not in self._lists:
            source = self.read(file, display, path.span, is_list=True)
            self._lists[file] = None if source is None else _entries(source)
        return self._lists[file]

    def read(self, file: Path, display: str, span: Span | None, *, is_list: bool = False) -> Source | None:
        """A file as a source, without a byte order mark; None, and a diagnostic, where it can't be read."""
        try:
            data = file.read_bytes()
        except OSError as error:
            self._report_at(span, "missing-file", display, f"{code(display)} can't be read: {_reason(error)}.")
            return None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            # The decoder counts from behind the byte order mark, where there is one.
            start = error.start + len(data) - len(error.object)
            line = data.count(b"\n", 0, start) + 1
            message = f"{code(display)} is not UTF-8 text: byte 0x{data[start]:02x} on line {line} (byte {start + 1} of the file)."
            self._report_at(span, "bad-encoding", display, message, "Save the file as UTF-8.")
            return None
        source = Source(display, text, is_list)
        self.sources.append(source)
        return source

    def report(self, slug: str, file: Path, message: str, help: str | None = None) -> None:
        """Says something about a file that has no text to point at."""
        source = Source(str(file), "")
        self.sources.append(source)
        self._diagnostics.add(slug, Span(source, 0, 0), message, help)

    def _report_at(self, span: Span | None, slug: str, display: str, message: str, help: str | None = None) -> None:
        if span is None:
            self.report(slug, Path(display), message, help)
        else:
            self._diagnostics.add(slug, span, message, help)

    def _missing(self, path: nodes.Text, message: str, help: str | None) -> None:
        self._diagnostics.add("missing-file", path.span, message, help)


def load(path: Path | str, diagnostics: Diagnostics) -> Loaded:
    """The policy at `path`: a file of rules, or a folder with its `.rules` files in the order of their names."""
    given = Path(path)
    is_folder = _kind(given) == "folder"
    folder = given if is_folder else given.parent
    files = Files(str(folder), diagnostics)
    name = (given.resolve() if given.name in {"", "..", "."} else given).stem
    loaded = Loaded(name, str(folder), files)
    shown = code(str(given))
    if _kind(given) is None:
        help = "Name a `.rules` file, or a folder that holds some."
        files.report("missing-file", given, f"There is no file {shown}.", help)
        return loaded
    try:
        members = _members(given) if is_folder else [given]
    except OSError as error:
        files.report("missing-file", given, f"{shown} can't be read: {_reason(error)}.", "Name another folder.")
        return loaded
    if not members:
        files.report("missing-file", given, f"The folder {shown} holds no `.rules` file.", "Name another folder or a file.")
    bring = _Bringing(loaded, diagnostics, {member.resolve() for member in members})
    for member in members:
        real = member.resolve()
        if is_folder and not real.is_relative_to(given.resolve()):
            message = f"{code(str(member))} is a link that leads outside the policy's folder."
            files.report("outside-folder", member, message, "Put the file itself into the folder.")
        else:
            bring.file(real, os.path.normpath(member), None)
    return loaded


def load_text(text: str, name: str, folder: Path | str | None, diagnostics: Diagnostics) -> Loaded:
    """A policy that is one text; the files that it names are those of `folder`, where there is one."""
    files = Files(None if folder is None else str(folder), diagnostics)
    file = None if folder is None or name == "-" else Path(folder) / name
    source = Source(name if file is None else os.path.normpath(file), text.removeprefix("\ufeff"))
    files.sources.append(source)
    loaded = Loaded(Path(name).stem, None if folder is None else str(folder), files)
    bring = _Bringing(loaded, diagnostics, set())
    bring.text(parse(source, diagnostics), None if file is None else file.resolve())
    return loaded


def _kind(path: Path) -> str | None:
    try:
        return "folder" if path.is_dir() else "file" if path.is_file() else None
    except (OSError, ValueError):
        # A name that no file can have.
        return None


def _members(folder: Path) -> list[Path]:
    return sorted((file for file in folder.iterdir() if file.suffix == ".rules" and file.is_file()), key=lambda file: file.name)


class _Bringing:
    """Brings the declarations of files into the policy, each file once."""

    def __init__(self, loaded: Loaded, diagnostics: Diagnostics, members: set[Path]) -> None:
        self._loaded = loaded
        self._diagnostics = diagnostics
        self._members = members
        self._done: set[Path] = set()
        self._open: list[Path] = []

    def file(self, file: Path, display: str, use: nodes.Use | None) -> None:
        if file in self._open:
            assert use is not None
            circle = " uses ".join(code(each.name) for each in [*self._open[self._open.index(file) :], file])
            self._diagnostics.add(
                "circular-use", use.span, f"Files use each other in a circle: {circle}.", "Take one of these `use` lines out."
            )
            return
        if file in self._done:
            return
        self._done.add(file)
        self._open.append(file)
        tree = self._loaded.files.rules(file, display, None if use is None else use.path.span)
        if tree is None:
            self._loaded.incomplete = True
        else:
            self.tree(tree, is_member=file in self._members)
        self._open.pop()

    def text(self, tree: nodes.File, file: Path | None) -> None:
        """Brings a text that was not read from `file`, but stands for it where there is one."""
        if file is not None:
            self._done.add(file)
            self._open.append(file)
        self.tree(tree, is_member=True)

    def tree(self, tree: nodes.File, *, is_member: bool) -> None:
        self._loaded.was_read = True
        self._loaded.incomplete |= tree.incomplete
        self._loaded.rules_incomplete |= tree.rules_incomplete
        for declaration in tree.declarations:
            if isinstance(declaration, nodes.Use):
                self._use(declaration)
            elif is_member or not isinstance(declaration, nodes.Settings | nodes.Test):
                self._loaded.declarations.append(declaration)
            else:
                what = "Settings stand" if isinstance(declaration, nodes.Settings) else "A test stands"
                self._diagnostics.add(
                    "misplaced-declaration",
                    declaration.span,
                    f"{what} in a file that is brought in with `use`, where only lists, finders, lets, rules and groups count.",
                    "Move this into the policy's own file.",
                )

    def _use(self, use: nodes.Use) -> None:
        found = self._loaded.files.resolve(use.path)
        if found is None:
            self._loaded.incomplete = True
            return
        self.file(*found, use)


def _entries(source: Source) -> tuple[Line, ...]:
    entries = []
    offset = 0
    for line in source.text.split("\n"):
        text = line.strip()
        if text and not text.startswith("#"):
            start = offset + line.index(text)
            entries.append(Line(text, Span(source, start, start + len(text))))
        offset += len(line) + 1
    return tuple(entries)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else "its name leads in a circle").lower()
