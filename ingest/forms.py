"""Form layouts, declared in rules.yaml: how to recognise a form's mail, and which label feeds which field."""

from dataclasses import dataclass

# The fields a layout may feed; labels that feed none are kept under their own text.
FORM_FIELDS = (
    "reference",
    "submitted",
    "role",
    "organisation",
    "reporter_name",
    "reporter_phone",
    "reporter_email",
    "type",
    "occurred",
    "site",
    "locality",
    "coordinates",
    "description",
    "police_report",
    "police_reference",
)


@dataclass(frozen=True, slots=True)
class FormLayout:
    """One declared layout.

    Attributes:
        name: as in rules.yaml.
        subjects: the subject holds one of these (empty: any subject).
        senders: the sender's address is or ends with one of these (empty: any sender).
        labels: all of these labels stand in the body.
        fields: (field of FORM_FIELDS, labels that feed it).
    """

    name: str
    subjects: tuple[str, ...]
    senders: tuple[str, ...]
    labels: tuple[str, ...]
    fields: tuple[tuple[str, tuple[str, ...]], ...]
