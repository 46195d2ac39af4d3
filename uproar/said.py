"""Texts with blanks that are filled in, and can be said in another language."""

from collections.abc import Mapping
from typing import Self

Value = str | int | float


class Said(str):
    """A text for people, in English; `template` with `values` in its {blanks} is how it came about.

    Numbers are written with separators, and with one decimal if they have any.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, Value]

    def __new__(cls, template: str, **values: Value) -> Self:
        """Fill the blanks of a template."""
        said = super().__new__(cls, filled(template, values))
        said.template, said.values = template, values
        return said


def filled(template: str, values: Mapping[str, Value], *, thousands: str = ",", point: str = ".") -> str:
    """A template with its blanks filled in; `thousands` and `point` separate the digits of numbers."""
    separators = str.maketrans({",": thousands, ".": point})

    def written(value: Value) -> str:
        if isinstance(value, str):
            return value
        return (f"{value:,.1f}" if isinstance(value, float) else f"{value:,}").translate(separators)

    return template.format(**{name: written(value) for name, value in values.items()})
