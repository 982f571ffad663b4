"""What can go wrong, as classes: whose fault it is decides the class, and the class the exit code."""

from __future__ import annotations

from pathlib import Path


class ExtractError(Exception):
    """Any failure that this package reports in words."""


class RulesError(ExtractError):
    """Rules that cannot be used. Carries every fault found, each naming its file and entry."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        heading = "1 fault in the rules" if count == 1 else f"{count} faults in the rules"
        super().__init__("\n".join([heading + ":", *(f"  {fault}" for fault in self.faults)]))

    def __reduce__(self) -> tuple[type[RulesError], tuple[list[str]]]:
        """Errors come from other processes, made again of what they were made of."""
        return type(self), (list(self.faults),)


class InputError(ExtractError):
    """An input that cannot be read. `where` is a path or a record in one."""

    def __init__(self, where: str | Path, reason: str) -> None:
        self.where = str(where)
        self.reason = reason
        super().__init__(f"{self.where}: {reason}")

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str]]:
        """As for RulesError."""
        return type(self), (self.where, self.reason)


class ArgumentError(ExtractError, ValueError):
    """An argument of a function of the library that means nothing. `name` is that of the argument."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"{name}: {reason}")

    def __reduce__(self) -> tuple[type[ArgumentError], tuple[str, str]]:
        """As for RulesError."""
        return type(self), (self.name, self.reason)


class MissingLibraryError(ExtractError, ImportError):
    """A library that is not installed. Its text says how to install it."""


class OutputError(ExtractError):
    """A place that cannot be written."""

    def __init__(self, path: str | Path, reason: str) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(f"{self.path}: {reason}")

    def __reduce__(self) -> tuple[type[OutputError], tuple[str, str]]:
        """As for RulesError."""
        return type(self), (self.path, self.reason)


class TooManyErrorsError(ExtractError):
    """More articles have failed than the user allows."""


class InternalError(ExtractError):
    """A broken promise of this package itself, such as an offset that does not slice back."""
