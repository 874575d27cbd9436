"""What every page starts from: the snapshot, the reader's selection, and how to speak and draw."""

from dataclasses import dataclass
from functools import cached_property

from dashboard.data import Source
from dashboard.format import Format
from dashboard.reference import LOCAL_CHANNELS, Place, Reference, Survey
from dashboard.selection import EVERY_CHANNEL, Selection
from dashboard.texts import Texts
from dashboard.theme import Style


@dataclass(frozen=True)
class Context:
    """One rerun's view of the world; built from the address, never stored."""

    source: Source
    selection: Selection
    refused: tuple[str, ...]
    """Values in the address that this snapshot does not know."""
    reference: Reference
    style: Style

    @property
    def texts(self) -> Texts:
        """The texts in the reader's language."""
        return self.style.texts

    @property
    def format(self) -> Format:
        """Numbers in the reader's language."""
        return self.style.format

    @cached_property
    def survey(self) -> Survey:
        """The survey that the pages show."""
        return self.reference.surveys[self.selection.survey or ""]

    @cached_property
    def after_synthetic(self) -> bool:
        """Whether the survey is real and an earlier one that it can be held against is not."""
        earlier = (
            other
            for other in self.reference.comparable(self.survey).values()
            if other.year < self.survey.year
        )
        return not self.survey.synthetic and any(other.synthetic for other in earlier)

    @property
    def origin(self) -> str:
        """Synthetic or real, in words."""
        if self.survey.synthetic:
            return self.texts("caption.synthetic")
        return self.texts(
            "caption.real_after_synthetic" if self.after_synthetic else "caption.real"
        )

    @cached_property
    def place(self) -> Place:
        """The narrowest place chosen: province, region or nation."""
        return self.reference.place(self.survey, self.selection)

    @cached_property
    def area(self) -> Place:
        """The region or the nation: what the pages that list provinces speak of."""
        return self.reference.place(self.survey, self.selection.but(province=None))

    @cached_property
    def provinces_inside(self) -> list[str]:
        """Codes of the province chosen, or of all in the region chosen, or of all."""
        return [
            code
            for code, place in self.reference.places(self.survey, "province").items()
            if self.selection.province in (None, code)
            and self.selection.region in (None, place.region_code)
        ]

    @cached_property
    def channel_labels(self) -> dict[str, str]:
        """Channel labels by code."""
        frame = self.reference.channels(self.survey)
        return dict(zip(frame["channel"], frame["label"], strict=True))

    @cached_property
    def channel_choices(self) -> dict[str, str]:
        """Channel labels by code, no two alike: a group and its only channel go by one name elsewhere."""
        frame = self.reference.channels(self.survey)
        groups = set(frame.filter(channel_kind="service_group")["channel"])
        return {
            code: self.texts("filter.group", label=label) if code in groups else label
            for code, label in self.channel_labels.items()
        }

    @cached_property
    def item_label(self) -> str:
        """The family chosen, or the overall index."""
        families = self.reference.families(self.survey)
        family = self.selection.family
        return families[family] if family else self.texts("item.overall")

    def is_local(self, channel: str) -> bool:
        """Whether the forms of a channel belong to places."""
        rows = self.reference.channels(self.survey).filter(channel=channel)
        return bool(rows["is_local"].any())

    @property
    def shared_channel(self) -> str:
        """The channel over which a place can be held against the nation.

        Support channels serve the whole country from the centre, so a place's "all" is the nation's
        "local".
        """
        channel = self.selection.channel
        return LOCAL_CHANNELS if channel == EVERY_CHANNEL else channel
