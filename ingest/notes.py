"""Short codes that a report or a message carries, each with the Swedish sentence that staff see."""

NOTES: dict[str, str] = {
    "addresses_several": "Flera avsändare i From-fältet.",
    "attached_mail": "Har ett annat mejl bifogat.",
    "attachments_cut": "Fler bilagor eller delar än vad som läses.",
    "charset_repaired": "Fel teckenkodning i mejlet, rättad.",
    "date_replaced": "Mejlets datum saknas eller är orimligt; mottagningstiden gäller.",
    "dmarc_fail": "Avsändaren kunde inte bekräftas (DMARC underkänd).",
    "encrypted": "Kan inte läsas: krypterat.",
    "form_unknown": "Ser ut som ett formulär men passar ingen känd mall; läst som fritext.",
    "forward_inside": "Berättar om ett mejl som är vidarebefordrat nedanför.",
    "forwarded": "Vidarebefordrat: rapportören är läst inifrån mejlet och inte bekräftad.",
    "html_lost": "HTML-texten gick bara delvis att läsa.",
    "message_id_missing": "Mejlet saknar Message-ID.",
    "no_text": "Mejlet har ingen text.",
    "parser_degraded": "Mejlhuvudet är trasigt; läst med reservmetod.",
    "quote_only": "Hela texten ser ut som ett citat ur ett tidigare mejl.",
    "reporter_unknown": "Avsändaren finns inte i rapportörsregistret.",
    "structure_broken": "Mejlets uppbyggnad är trasig; allt kan inte läsas.",
    "text_cut": "Texten är längre än vad som läses; resten finns i originalet.",
    "tnef_unread": "winmail.dat kunde inte läsas.",
    "too_deep": "Mejlet har fler nivåer än vad som läses.",
}


def in_swedish(code: str) -> str:
    """The sentence for a code; a code without one is shown as it is."""
    return NOTES.get(code, code)
