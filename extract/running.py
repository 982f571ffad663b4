"""A run as a function: what `extract.run` is. The command line builds its options here too."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from extract.arguments import PathLike, check_choice, check_count, check_seconds, given_path, maybe_path
from extract.dataset_run import Options, ProgressTold
from extract.dataset_run import run as run_dataset
from extract.errors import ArgumentError, OutputError
from extract.limits import DEFAULT_MAX_ARTICLE_BYTES, DEFAULT_MAX_ARTICLE_SECONDS, DEFAULT_ROWS_PER_PART
from extract.location import is_url
from extract.models import FailedDocument
from extract.records import choose_columns
from extract.report import Report
from extract.sources import STANDARD_INPUT, Filters, IdFrom, Kind

StdinFormat: TypeAlias = Literal["text", "html", "jsonl", "csv"]
IdSource: TypeAlias = Literal["name", "path"]
EngineName: TypeAlias = Literal["local", "ray"]

_STDIN_FORMATS = ("text", "html", "jsonl", "csv")


@dataclass(frozen=True, slots=True, repr=False)
class RunResult:
    """What a run did. Its tables are in the folder `out`; `extract.load(result.out)` reads them."""

    out: Path
    # Articles and facts in the tables.
    documents: int
    facts: int
    # Articles that could not be read, with the reason; they stand in the table of documents too.
    failed: tuple[FailedDocument, ...]
    # doc_ids of articles without text.
    empty: tuple[str, ...]
    # doc_id and what is doubtful about its input.
    warnings: tuple[tuple[str, str], ...]
    # doc_ids of the metadata that no input has.
    unknown_ids: tuple[str, ...]
    # Articles whose rows were taken over: from the run before, from a run that was stopped.
    reused: int
    resumed: int

    @classmethod
    def of(cls, out: Path, report: Report) -> RunResult:
        """Makes it of the report of a run."""
        return cls(
            out=out,
            documents=report.documents,
            facts=report.facts,
            failed=tuple(report.failed),
            empty=tuple(report.empty),
            warnings=tuple(report.warnings),
            unknown_ids=tuple(report.unknown_ids),
            reused=report.reused,
            resumed=report.resumed,
        )

    def __repr__(self) -> str:
        lists = {"failed": self.failed, "empty": self.empty, "warnings": self.warnings}
        counts = {"documents": self.documents, "facts": self.facts}
        counts |= {name: len(items) for name, items in lists.items()}
        counts |= {"unknown_ids": len(self.unknown_ids), "reused": self.reused, "resumed": self.resumed}
        # The rest says something only where it is there.
        told = [f"{name}={n}" for name, n in counts.items() if n or name in ("documents", "facts", "failed")]
        return f"<RunResult {str(self.out)!r}: {', '.join(told)}>"


def run_options(
    inputs: PathLike | Iterable[PathLike],
    out: PathLike = "out",
    *,
    rules: PathLike | None = None,
    metadata: PathLike | None = None,
    include: str | Iterable[str] = (),
    exclude: str | Iterable[str] = (),
    stdin_format: StdinFormat = "text",
    text_column: str = "",
    id_column: str = "",
    date_column: str = "",
    id_from: IdSource = "name",
    max_article_bytes: int = DEFAULT_MAX_ARTICLE_BYTES,
    max_article_seconds: float = DEFAULT_MAX_ARTICLE_SECONDS,
    workers: int | Literal["auto"] = "auto",
    resume: bool = False,
    cache: bool = True,
    max_errors: int | None = None,
    rows_per_part: int = DEFAULT_ROWS_PER_PART,
    engine: EngineName = "local",
    ray_address: str | None = None,
) -> Options:
    """Gives the options of a run, as `run` takes them. Raises ArgumentError for those that mean nothing."""
    check_choice("stdin_format", stdin_format, _STDIN_FORMATS)
    check_choice("id_from", id_from, tuple(IdFrom))
    check_choice("engine", engine, ("local", "ray"))
    if workers != "auto":
        check_count("workers", workers, 1)
    check_count("max_article_bytes", max_article_bytes, 0)
    check_seconds("max_article_seconds", max_article_seconds)
    check_count("max_errors", max_errors, 0)
    check_count("rows_per_part", rows_per_part, 1)
    if is_url(os.fspath(out)):
        raise OutputError(os.fspath(out), "is a URL; tables are written to a folder of this machine")
    return Options(
        tuple(given if given == STANDARD_INPUT else given_path(given) for given in _several(inputs)),
        Path(given_path(out)),
        maybe_path(rules),
        maybe_path(metadata),
        Filters(tuple(map(str, _several(include))), tuple(map(str, _several(exclude)))),
        Kind(stdin_format),
        choose_columns(text_column, id_column, date_column),
        max_article_bytes,
        IdFrom(id_from),
        workers=None if workers == "auto" else workers,
        resume=resume,
        cache=cache,
        max_errors=max_errors,
        rows_per_part=rows_per_part,
        ray=engine == "ray",
        ray_address=ray_address,
        max_article_seconds=max_article_seconds,
    )


def run(
    inputs: PathLike | Iterable[PathLike],
    out: PathLike = "out",
    *,
    rules: PathLike | None = None,
    metadata: PathLike | None = None,
    include: str | Iterable[str] = (),
    exclude: str | Iterable[str] = (),
    stdin_format: StdinFormat = "text",
    text_column: str = "",
    id_column: str = "",
    date_column: str = "",
    id_from: IdSource = "name",
    max_article_bytes: int = DEFAULT_MAX_ARTICLE_BYTES,
    max_article_seconds: float = DEFAULT_MAX_ARTICLE_SECONDS,
    workers: int | Literal["auto"] = "auto",
    resume: bool = False,
    cache: bool = True,
    max_errors: int | None = None,
    rows_per_part: int = DEFAULT_ROWS_PER_PART,
    engine: EngineName = "local",
    ray_address: str | None = None,
    progress: bool | ProgressTold = False,
) -> RunResult:
    """Reads articles and writes their tables into the folder `out`, as `extract run` does.

    `inputs` is a file, folder or URL, or several of them; every option means what the option of the command
    line of the same name does, and has its default. `~` is the home folder. With `progress` a bar is shown
    on standard error, or a function is called with documents done, documents in all (None while that is not
    known) and bytes read. Workers import nothing of the caller, so no `if __name__ == "__main__"` is needed.

    An article that cannot be read stands in `failed` of the result, and the rest goes on. A run that is
    stopped leaves the older tables whole; the same call with `resume=True` goes on where it was.

    Raises ArgumentError for an option that means nothing, RulesError, InputError and OutputError before any
    article is read, InputError where there is none to read, and TooManyErrorsError above `max_errors`; all
    are ExtractErrors.
    """
    options = run_options(
        inputs,
        out,
        rules=rules,
        metadata=metadata,
        include=include,
        exclude=exclude,
        stdin_format=stdin_format,
        text_column=text_column,
        id_column=id_column,
        date_column=date_column,
        id_from=id_from,
        max_article_bytes=max_article_bytes,
        max_article_seconds=max_article_seconds,
        workers=workers,
        resume=resume,
        cache=cache,
        max_errors=max_errors,
        rows_per_part=rows_per_part,
        engine=engine,
        ray_address=ray_address,
    )
    if not isinstance(progress, bool):
        return RunResult.of(options.out, run_dataset(options, progress))
    from extract.display import Progress

    with Progress(quiet=not progress) as bar:
        return RunResult.of(options.out, run_dataset(options, bar.update))


def _several(given: PathLike | Iterable[PathLike]) -> list[PathLike]:
    """Gives one thing or several as a list."""
    if isinstance(given, (str, os.PathLike)):
        return [given]
    if hasattr(given, "columns"):
        reason = "a table is no input: write it to a file, or read each text with extract.extract"
        raise ArgumentError("inputs", reason)
    return list(given)
