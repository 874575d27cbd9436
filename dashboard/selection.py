"""What the reader has chosen: one frozen value that mirrors the address of the page.

The address is the only door. Widgets show what it says and, when moved, write to it; nothing else keeps
a choice. So a bookmark opens the same figures, and the browser's back and forward buttons work.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from dashboard.format import Language
from dashboard.texts import LANGUAGES

EVERY_CHANNEL = "all"
OVERALL = "overall"


@dataclass(frozen=True)
class Selection:
    """The shared filters. None stands for "not narrowed" (or, for the survey, "the default one")."""

    survey: str | None = None
    region: str | None = None
    province: str | None = None
    channel: str = EVERY_CHANNEL
    family: str | None = None
    lang: Language = "vi"
    release: str | None = None
    """A release, or a snapshot, that is read instead of the one that serves."""

    @classmethod
    def from_address(cls, parameters: Mapping[str, str]) -> "Selection":
        """Read the parameters of an address; unknown ones are left alone, empty ones are absent."""
        given = {
            field.name: parameters[field.name]
            for field in fields(cls)
            if parameters.get(field.name)
        }
        if given.get("lang") not in LANGUAGES:
            given.pop("lang", None)
        return cls(**given)  # type: ignore[arg-type]  # the one literal was checked above

    def to_address(self) -> dict[str, str]:
        """The parameters that name this selection; what is at its default is left out."""
        start = asdict(Selection())
        return {name: value for name, value in asdict(self).items() if value != start[name]}

    def but(self, **changes: Any) -> "Selection":
        """This selection with some choices changed."""
        return replace(self, **changes)

    @property
    def item(self) -> str:
        """The item whose index the pages speak of: a factor family, or the overall index."""
        return self.family or OVERALL
