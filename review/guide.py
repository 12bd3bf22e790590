"""The sheet Så här gör du: short help in plain Swedish, and how often the program was right."""

from review.agreement import Month, lines

GUIDE = (
    ("Så här gör du", ""),
    ("1. Läs raden", "De mest brådskande och de mest osäkra står överst. Under Varför ser du orden som avgjorde."),
    ("2. Rätta det som är fel", "Fyll i de gröna kolumnerna (✎). En tom cell betyder att det som står stämmer."),
    ("3. Godkänn", "Välj Ja när raden stämmer, rättad eller inte. Ej rapport sorterar bort den."),
    ("4. Spara och stäng", "Programmet läser det du sparat och skriver filen på nytt när den är stängd."),
    ("", ""),
    ("Meddelande", "Här står om något inte gick att läsa eller om två har ändrat samma sak. Inget försvinner."),
    ("Ingen", "Skriv ingen i Rätt ort, Rätt plats, Rätt tid eller Även kategori för att ta bort det som står där."),
    ("Text i lägesbilden", "Det som får citeras i utskicket, utan personuppgifter. Skriv ingen om inget ska citeras."),
    ("Spärren", "Innan något skickas söks hela utskicket igenom. Finns personuppgifter kvar går det inte iväg."),
    ("Slå ihop med", "Referensen till en rapport om samma händelse. Båda rapporterna finns kvar."),
    ("Dela", "Referensen till den som inte är samma händelse, eller Ja för alla under Troligen samma som."),
    ("Ej rapporter", "Automatiska svar, frågor och mejl som inte gick att läsa. Är något en rapport ändå: välj Ja."),
    ("Lägg till", "För det som ringdes in eller sågs ute. Skriv vad som hänt; resten föreslår programmet."),
    ("Åtgärder", "Vad som görs, var, av vem och när. Här ändrar du direkt i raden."),
    ("Återkommande problem", "Bedöm om problemet är långsiktigt. Bedömningen och vem som gjorde den sparas."),
    ("", ""),
    ("▲ △ ○ ▽", "Akut, hög, normal, låg brådska."),
    ("?", "Programmet är osäkert (gult)."),
    ("✎", "Någon har rättat (blått). I rubriken: här kan du skriva (grönt)."),
    ("Ta bort en rad", "Tar inte bort rapporten: raden kommer tillbaka. Välj Ej rapport under Godkänn i stället."),
    (
        "Sortera",
        "Raderna är redan sorterade. Filtrera går alltid; för att sortera tar du bort bladets skydd.",
    ),
    ("Personuppgifter", "Filen innehåller personuppgifter. Låt den ligga i den delade mappen och mejla den inte."),
)


def guide(figures: tuple[Month, ...]) -> tuple[tuple[str, str], ...]:
    """The lines of the sheet: heading and text; figures below where there are any."""
    head = (("", ""), ("Hur ofta programmet haft rätt", "Andel godkända rader som ingen behövde ändra."))
    return (*GUIDE, *head, *lines(figures)) if figures else GUIDE
