"""What the digest prints of the rules: categories, urgencies and localities in their order."""

from digest.labels import Labels

CATEGORIES = (
    ("vald_hot", "Våld, hot och trakasserier"),
    ("brand", "Brand och eldning"),
    ("narkotika", "Narkotika"),
    ("stold", "Stöld och inbrott"),
    ("skadegorelse", "Skadegörelse"),
    ("klotter", "Klotter"),
    ("trafik", "Trafik och buskörning"),
    ("ordningsstorning", "Ordningsstörning"),
    ("alkohol", "Alkohol och berusning"),
    ("nedskrapning", "Nedskräpning och dumpning"),
    ("otrygg_plats", "Otrygg plats"),
    ("ovrigt", "Övrigt"),
)
URGENCIES = (("akut", "Akut"), ("hog", "Hög"), ("normal", "Normal"), ("lag", "Låg"))


def labels() -> Labels:
    """The labels in printed order."""
    return Labels(CATEGORIES, URGENCIES)
