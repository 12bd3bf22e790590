"""Swedish grammar of what returns or has lasted: `varje fredag`, `tredje gången`, `sedan i våras`.

All patterns read the flat text (`classify.timewords.flat`): lower case, without dots. Single words stand in rules.yaml.
"""

import re

from classify.timewords import WEEKDAY

_NUMBER = (
    r"(?:\d{1,3}|ett|en|tva|tre|fyra|fem|sex|sju|atta|nio|tio|elva|tolv|tjugo|flera|manga|nagra|ett par|par|"
    r"ett antal|sa manga|ett halvt)"
)
_DAYS = r"(?:dagar|dygn|kvallar|natter|vecka|veckor|manad|manader|host|hostar|somrar|vintrar|helger|halvar)"
_ORDINAL = (
    r"(?:andra|tredje|fjarde|femte|sjatte|sjunde|attonde|nionde|tionde|elfte|tolfte|femtioelfte|"
    r"\d{1,3}\s?:\s?[ea]|\d{1,2}e)"
)
_MONTH = r"januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
_SEASON = r"varen|sommaren|hosten|vintern|varas|somras|hostas|vintras|host|var|vinter|sommar"
_FEAST = (
    r"jul|julas|julen|allhelgona|allhelgonahelgen|paskas|pingstas|midsomras|nyar|nyaret|midsommar|pask|pasken|"
    r"pingst|trettonhelgen|trettondagen|"
    r"skolstarten|skolavslutningen|jullovet|sportlovet|hostlovet|pasklovet|sommarlovet|lovet|semestern|luciahelgen|"
    r"lucia|"
    r"valborg|mellandagarna|stormen|taket|terminsstarten|snosmaltningen|flytten|ombyggnaden|renoveringen"
)
_SPAN = (
    rf"slutet|borjan|mitten|forra (?:veckan|manaden|aret|\w+en)|lange|lang tid|manader|(?:{_NUMBER}|"
    rf"nagon|nagra)\s+(?:\w+\s+)?"
    r"(?:veck\w+|manad\w*|ar|host\w*|somr\w+|sommar|vint\w+|termin\w*|tid|halvar|generationer)\b|forsta (?:dagen|"
    r"veckan|snon)|"
    r"(?:ditt|ert|vart|mitt|er|var)\s+(?:\w+\s+)?(?:mejl|mail|brev|samtal|besok|mote|svar)\b|sist\b|"
    r"i fjol|ifjol|veckor|dagar|artionden|over (?:en|ett|tva|tre)\b|fore|innan|barnsben|dag ett"
)
_NIGHTS = r"\w*dag(?:ar)?|\w*kvall(?:ar)?|\w*natt|natter|\w*helg(?:er)?|\w*morgon|\w*morgnar"
_THINGS = (
    r"gangen|gang|omgangen|\w*kvallen|\w*natten|helgen|veckan|dagen|manaden|sommaren|hosten|branden|inbrottet|"
    r"rutan|dorren|"
    r"cykeln|"
    r"bilen|incidenten|tillfallet|inbrottsforsoket|lampan|skylten|stolden|handelsen|aret"
)
_ROUND = (
    r"jul|pask|midsommar|valborg|halloween|nyar|manadsskifte|tomning|storhelg|loning|skoldag|"
    r"vecka|veckor|manad|sommar|host|var|vinter|rast|lov|gang|dagar i veckan|termin|lunch|match|hemmamatch|lektion"
)
_DONE = (
    r"\w{3,}(?:ad|at|ade|ats|ades|ard|ord|ost)|brak\w*|problem\w*|inbrott|brand|sonder|klotter|skrap|fest|eldat|ute|"
    r"har|nu|"
    r"i natt|i gar|i kvall|i helgen|samma|trasig\w*|krossad\w*|borta"
)
# What people do, whether it disturbs or not: with `alltid` or `numera` it is a habit of theirs.
_DOING = (
    r"(?:sitter|star|kor|skriker|brakar|samlas|hanger|dricker|super|slanger|parkerar|springer|eldar|spelar|roker|"
    r"saljer|haller|"
    r"skjuter|busar|stor|kastar|kommer|gor|stjal|rusar|tjuter|raser|drar|ropar|hotar|klottrar|ligger|traffas|moter|"
    r"brinner|gar sonder)"
)
_TO_DO = (
    r"(?:samlas|hanga|kora|salja|dricka|supa|sitta|dyka upp|komma|elda|roka|klottra|braka|kasta|slanga|parkera|"
    r"traffas|stjala|"
    r"snatta|hota|skrika|rasa|tjuvkora|handla|langa|anvandas|bli)"
)
_EVERY = (
    r"\b(?:(?:varje|varenda|vareviga|varannan|vart?\s(?:tredje|fjarde|femte|fjortonde|annan))\s+(?:(?!gang\b)\w+\s+)?|"
    r"alla\s+(?!helgons|hjartans|var\b))"
    rf"(?:{_NIGHTS}|{_ROUND})\b|\b(?:varje|varenda|vartannat)\s+ar\b|"
    r"\bvar\s(?:dag|gang|kvall|natt|vecka|eviga\s\w+)\b(?!\s(?:ett|tva|nar|nagon))|"
    rf"(?<!natten )\b{WEEKDAY}\s(?:till\s)?{WEEKDAY}\b"
)
_DAYTIMES = r"\b(?<!bada )(?:pa\s+)?(?:\w*kvallarna|natterna|helgerna|morgnarna|eftermiddagarna|kvallstid|nattetid)\b"
_NTH = (
    rf"\b{_ORDINAL}\s+(?:\w+\s+)?(?:{_THINGS}|{WEEKDAY}en)\b|"
    r"\bfor\s+(?!forsta|enda|sista)\w+\s+gangen\b|"
    rf"\b{_ORDINAL}\s+\w+(?:n|et)\s+(?:i \w+\s+)?(?:i\s+(?:host|ar|sommar|vinter|var|manaden|rad)|sedan|sen|"
    r"pa\s+(?:kort\s+tid|en|ett|"
    rf"{_NUMBER})|den har|denna|nu)\b"
)
_TIMES = (
    rf"\b{_NUMBER}\s+(?:natter|dagar|kvallar|helger|ganger|tillfallen)\s+(?:sedan|sen)\s+(?:(?:den\s+)?\d|dess)|"
    rf"\b{_NUMBER}\s+ganger\s+(?:sedan|sen|den|de|senaste|om|per|(?:pa|i|under)\s+(?:en|ett|{_NUMBER}|{_SEASON}|ar)\b)"
)
_RATE = (
    rf"\b(?:{_NUMBER}|nagon)\s+(?!kr\b|kronor|bussar|turer|tag\b)(?:\w+\s+)?(?:i\s+veckan|per\s+(?:dag|vecka|"
    rf"manad|natt|kvall|"
    rf"helg|ar)|"
    r"om\s+(?:dagen|aret)|i\s+manaden)\b|\bi\s+(?:rad|foljd)\b|\bpa raken\b"
)
_SINCE = (
    r"\b(?:sedan|sen|alltsedan)\s+(?:i\s+|borjan av\s+|slutet av\s+|mitten av\s+|den\s+forsta\s+)?"
    rf"(?:{_MONTH}|{_SEASON}|{_FEAST}|{_SPAN})\b"
)
# `har slutat fungera efter vattenskadan i juli`
_SINCE_THEN = (
    r"\b(?:har|ar)\s[^.!?\n]{2,60}\befter\s+(?:\w+\s+){1,2}i\s+"
    rf"(?:{_MONTH}|varas|somras|hostas|vintras|fjol)\b"
)
_SINCE_WHEN = (
    r"\b(?:sedan|sen)\s+(?!nagon|jag|vi|de|dom)(?:\w+\s+){1,2}(?:borja|borjade|startade|slutade|stangdes?|flyttade|"
    r"lades ner|lade ner|"
    r"rasade|brann|foll|gick sonder|gick i konkurs|konkade|forsvann|blaste)\b"
)
_NEARLY = r"(?:snart\s+|minst\s+|over\s+|drygt\s+|nastan\s+|de senaste\s+|sakert\s+|mer an\s+|gott och val\s+)?"
_FOR_LONG = (
    rf"\b(?:i|under|over)\s+{_NEARLY}{_NUMBER}\s+(?:\w+\s+)?{_DAYS}\b(?!\s+sedan)|"
    rf"\bi\s+{_NEARLY}{_NUMBER}\s+ar\b"
)
# A state that has lasted, told without a date: `har legat dar lange`.
_LASTED = (
    r"\b(?:har|hade)\s+(?:\w+\s+){0,4}?(?:legat|statt|varit|saknat|suttit|hangt|funnits|pagatt|lutat|lackt|blinkat|"
    r"fatt)\s+"
    r"(?:\w+\s+){0,4}?(?:(?<!sa )lange|lang tid|en evighet|evigheter|ett (?:bra |langt )?tag|halva livet)\b"
)
_LASTED_FOR = (
    r"\bhar\s+(?:\w+\s+){0,3}(?:varit|saknat|legat|statt|suttit|hangt|fattats)\b[^.!?\n]{0,70}\b"
    rf"for\s+{_NUMBER}\s+(?:vecka|veckor|manad|manader|ar)\s+se(?:da)?n\b"
)
_WHOLE = (
    r"\b(?:hela|de senaste|senaste|den senaste)\s+(?:\w+\s+)?(?:sommaren|hosten|vintern|varen|veckan|veckorna|"
    r"manaden|manaderna|aret|aren|juli|juni|augusti|terminen)\b|\b(?:den )?senaste tiden\b|"
    r"\bde (?:har )?senaste (?:[\w-]+ ){1,2}(?:\w+(?:en|na))\b"
)
_BEFORE_TOO = (
    r"\b(?:forra|i fjol)\b\s*(?:\w+\s+)?(?:ocksa|med\b|likadant)|"
    r"\b(?:bade|redan|aven|ocksa)\s+i\s+(?:fjol|forfjol)\b|"
    r"\b(?:samma|likadan\w*|identisk\w*|liknande|motsvarande|precis som|exakt som)\b(?:(?!sedan)[^.!?\n]){0,60}?"
    r"\b(?:i\s+(?:varas|somras|hostas|vintras|fjol)|forra\s+\w+|sist\b|(?<!sedan )tidigare)|"
    r"\btidigare\b[^.!?\n]{0,40}\bsamma\b|"
    r"\btidigare\s+(?:\w+\s+)?(?:larm|incident\w*|handelse\w*|inbrott\w*|brand\w*|stold\w*|anmalning\w*|attacker|"
    r"tillfallen)\b|"
    r"\b(?:natter|natten|dagar|dagen|kvallar|kvallen|veckor|veckan|gangen)\s+(?:fore|innan|dessforinnan|tidigare)\s+"
    r"(?:ocksa|med|likadant)\b|"
    rf"\b(?:i|under|forra)\s+(?:{_MONTH}|fjol|somras|varas|hostas|vintras|manaden|veckan|aret)\s+(?:hande|skedde|"
    rf"drabbades|var det)\b"
)
_BEFORE_TOO_GATE = "forra|fjol|varas|somras|hostas|vintras|sist|tidigare|fore|innan|hande|skedde|drabbades|var det"
_THEN_TOO = (
    r"\bi ?gar (?:och|o|samt) i ?forrgar\b|\bi forrgar och i gar\b|\bforra (?:veckan|manaden|helgen) (?:var|hande)\b"
)
_MANY = (
    rf"\b{_NUMBER}\s+(?:inbrott|brander|stolder|incidenter|handelser)\s+pa\b|"
    rf"\b{_NUMBER}\s+\w+\s+pa\s+(?:bara\s+|mindre an\s+)?(?:{_NUMBER}|samma)\s+(?:dagar|vecka|veckor|manad|manader|"
    rf"kvallar|natter)\b"
)
_LIKE_BEFORE = (
    r"\blikadant\b[^.!?\n]{0,30}\b(?:fore|innan|forra|sist)\b|"
    r"\b(?:sett|gjort|hant|skett|gor)\b[^.!?\n]{0,30}\bforut\b|"
    rf"\bfor\s+{_NUMBER}\s+(?:veckor|manader|dagar)\s+se(?:da)?n\s+borjade\b|"
    r"\b(?:sedan|sen)\s+(?:jag|vi)\s+(?:sa|klagade|anmalde|ringde|flyttade|vittnade|skrev)\b[^.!?\n]{0,60}\bhar\b|"
    r"\b(?:aven|ocksa)\s+i\s?(?:dag|natt|gar|kvall|morse)\b|"
    r"\b(?:flera|manga|andra|nagra)\s+(?:\w+\s+){1,2}har\s+(?:ocksa|aven)\s+(?:blivit|fatt|drabbats|rakat)\b|"
    r"\b(?:var|blev|har|hade|fick|kom|satt|stod|lag)\s+(?:det|de|dom|nagon|samma)\b[^.!?\n]{0,60}\bigen[.!,]|"
    r"\b(?:slangs|kastas|dumpas|stjals|klottras|hander|sker|ar det|blir det)\b[^.!?\n]{0,60}\bhela tiden\b|"
    r"\bnu ar (?:det|den|de) (?:(?!hel|lag|opp|bra|fin|ren|tyst|som|ok)\w+ ){1,3}igen\b|"
    r"(?:\b(?:man|tis|ons|tors|fre|lor|son)(?:dag)?\b[^.!?\n]{0,12}){2}\b(?:tis|ons|tors|fre|lor|son)(?:dag)?\b"
)
_TOLD_OFTEN = (
    r"\b(?:sagt|papekat|patalat|larmat|klagat|anmalt|rapporterat|skrivit|ringt|mejlat|tjatat|skickat)\b"
    r"(?:(?!polis|112|\bsos\b|snut)[^.!?\n]){0,40}\b"
    rf"(?:{_NUMBER}|\w+e|otaliga)\s+(?:ganger|ggr|gangen|moten|tillfallen|omgangar)\b"
)
_HABITUAL = (
    rf"\b{_DOING}\s+(?:\w+\s+){{0,2}}(?:alltid|hela tiden|jamt|numera|nastan jamt)\b|"
    rf"\b(?!ligger){_DOING}\s+fortfarande\b|\bfortfarande\s+(?!ligger){_DOING}\b|"
    rf"\b(?:numera|alltid)\s+(?:\w+\s+)?{_DOING}\b|\bhar borjat\s+(?:\w+\s+){{0,2}}{_TO_DO}\b"
)
# `I somras, i september och nu.`
_WHEN = (
    rf"(?:i\s(?:{_MONTH}|varas|somras|hostas|vintras|fjol|{WEEKDAY}s|gar|forrgar)|"
    r"forra\s(?:veckan|helgen|manaden|aret))"
)
_AND_NOW = (
    rf"\b{_WHEN}(?:,\s(?:och\s|sen\s)?{_WHEN})*,?\s(?:och|samt)\s(?:nu|sen|sedan|igen|aven|ocksa)?\s?(?:nu\b|{_WHEN})"
)
# `dagen efter står det nya säckar där`, `två dagar senare ser det likadant ut`
_LATER_SAME = (
    rf"\b(?:dagen|kvallen|veckan|(?:{_NUMBER})\s(?:dagar|veckor|dygn|timmar))\s(?:efter|senare)\s(?:\w+\s){{0,4}}?"
    r"(?:likadant|samma|nytt|nya|igen|tillbaka|fullt)\b"
)
# `numera tar de omvägen`, `ingen vågar gå där längre`
_NO_LONGER = (
    r"\b(?:tar|gar|cyklar|undviker|kor|valjer|vander|slapper|"
    r"skjutsar)\b(?! jag)(?:(?! igen\b)[^.!?\n,]){0,40}\bnumera\b|"
    r"\b(?:vi|man|ingen|inga|barnen|folk|ungarna|eleverna|kunderna|gasterna|personalen|manga|flera|de|tanterna|"
    r"grannarna)\b"
    r"[^.!?\n]{0,30}\b(?:vagar|torst?|tors|orkar|vill|kan)\b[^.!?\n]{0,60}\blangre\b"
    r"(?! (?:fram|bort|in|ut|upp|ner|an|tid))"
)
_ALL_THE_MORE = (
    r"\ballt (?:grovre|varre|fler|oftare|tatare|mer|fracka\w*|fr\w+are|hog\w+re|aggressivare|stokigare|samre)\b"
)
_AS_SOON_AS = (
    r"\bsa (?:fort|snart)\b(?!\s(?:som|det gar|det bara|jag|vi|ni|nagon)\b)[^.!?\n]{3,80}?\b(?:ar|kommer|borjar|"
    r"satter|dyker|star|blir|kor|samlas|drar|"
    r"ligger|sitter|malar|klottras|slangs|dumpas|hander|smaller)\b"
)
# `är avstängda sen bygget drog igång`: Swedish puts the subject before the verb after `sedan` in this sense only.
# It counts where what stands ahead lasts (the group's name says so).
_SINCE_SUBJECT = (
    r"\b(?P<lasting>sedan|sen)\s(?:den\s|det\s|de\s)?(?!nagon)\w{3,}(?:n|t|na|ns)\s"
    r"(?:drog|gick|kom|tog|slog|blev|byggdes|brots|rev|revs|sattes|for|akte|dog|sade|sa|gav|sprang|brast|"
    r"gravde\w*|\w{3,}(?:ade|dde|kte|pte|ste|tte|lde|nde|rde)s?)\b"
)
_REPORTED_BEFORE = (
    r"\b(?:fel)?(?:anmal\w*|rapporter\w*|papekat\w*|larmat\w*|mejlat\w*|mailat\w*|skrivit|ringt)\b[^.!?\n]{0,40}"
    rf"\bi\s(?:{_MONTH}|varas|somras|hostas|vintras|fjol)\b[^.!?\n]{{0,30}}\b(?:igen|en gang till|och)\b"
)
_EARLIER_IN = rf"\btidigare\s(?:i\s)?(?:{_SEASON}|ar|denna \w+|den har \w+)\s(?:har|var|lag|fick|hade)\b"
# `har blivit avstjälpningsplats för hela kvarteret`
_BECOME = (
    r"\bhar (?:\w+ )?blivit (?:[\w-]+ ){0,3}?\w*(?:plats|rum|tipp|hall|bana|stalle|punkt|toalett|tillhall|"
    r"vardag|vana|tradition|nojesfalt|"
    r"genomfart|regel|nattklubb|kyrkogard|upplag|lager|daghem|vardagsmat)(?:en|et|n)?\b"
)
_MONTHS_THROUGH = rf"\bfran\s(?:{_MONTH}|maj|juni|april)\still\s(?:{_MONTH}|sept|okt)\b"
_BEGAN_THEN = (
    r"\b(?:det|allt) (?:borjade|startade) med\b.{5,160}?\b"
    r"(?:sedan|sen|darefter|nu|i helgen|i gar|igar|forra|numera|senast)\b"
)
_DAYS_LATER_AGAIN = rf"\befter (?:ett par|nagra|{_NUMBER}) (?:dygn|dagar|veckor|timmar|dar)\b[^.!?\n]{{0,50}}\bigen\b"
# Pattern, weight, rule, gate: one of its parts stands in every text in which the pattern can match.
_GRAMMAR: tuple[tuple[str, float, str, str], ...] = (
    (
        _EVERY,
        2.0,
        "varje …",
        "varje|vare|varannan|vartannat|var t|var f|vart |alla |var dag|var kv|var na|var ve|var ga|dag till|dag ons",
    ),
    (rf"\b{WEEKDAY}ar(?:na)?\b", 2.0, "på fredagar", "dagar"),
    (_DAYTIMES, 2.0, "på kvällarna", "arna|erna|kvallstid|nattetid"),
    (
        r"\bpa\s+(?:vardagar(?:na)?|kvallar|natter|helger)\b|\bkvallar och helger\b",
        2.0,
        "på kvällar",
        "dagar|llar|tter|lge",
    ),
    (_NTH, 2.0, "tredje gången", "gangen|ndra|dje|rde|mte|tte|fte|nde|:e|: e|:a|: a|0e|1e|2e|3e|4e|5e|6e|7e|8e|9e"),
    (_TIMES, 2.0, "flera gånger på …", "ganger|sedan|sen "),
    (_RATE, 2.0, "i rad", "i rad|i foljd|raken|i veckan|per |om dagen|om aret|i manaden"),
    (_SINCE, 2.0, "sedan …", "sedan|sen"),
    (_SINCE_THEN, 2.0, "efter … i juli", "efter"),
    (_SINCE_WHEN, 2.0, "sedan något ändrades", "sedan|sen"),
    (_FOR_LONG, 2.0, "i flera veckor", "dagar|dygn|kvallar|natter|veck|manad|host|somrar|vintrar|helger|halvar| ar"),
    (_LASTED, 2.0, "har legat länge", "lange|lang tid|evighet|tag|halva livet"),
    (_LASTED_FOR, 2.0, "har varit sedan", "vecka|veckor|manad| ar "),
    (_WHOLE, 2.0, "hela sommaren", "hela|senaste"),
    (_BEFORE_TOO, 2.0, "även förra året", _BEFORE_TOO_GATE),
    (r"\bfortfarande\s+inte\b|\bannu inte\s+(?:lagad|lagat|atgardat)", 2.0, "fortfarande inte", "fortfarande|annu"),
    (r"\b(\w{4,}re) och \1\b", 2.0, "värre och värre", "re och"),
    (rf"\bfor\s+(?:\w+\s+)?{_NUMBER}\s+ar\s+sedan\b", 1.0, "för år sedan", "ar sedan"),
    (
        r"\b(\w*dag|\w*kvall|natt|\w*helg|vecka|manad|ar|sommar|gang|rast|morgon) efter \1\b",
        2.0,
        "lördag efter lördag",
        " efter ",
    ),
    (_THEN_TOO, 2.0, "också då", "forrgar|forra"),
    (rf"\b(?:{_DONE})\s+igen\b", 1.0, "… igen", "igen"),
    (r"\A(?!hej)(?:(?:re|sv|vb|fw|fwd):\s*)*[^\n]{2,40}\s+igen\b[!.?]*\n", 1.0, "ämnet: … igen", "igen"),
    (
        _LIKE_BEFORE,
        2.0,
        "likadant förut",
        "likadant|nu ar |tis|ons|fre|forut|borjade|sedan|sen |aven|ocksa|igen|hela tiden",
    ),
    (_TOLD_OFTEN, 2.0, "sagt till flera gånger", "ganger|ggr|gangen|moten|tillfallen|omgangar"),
    (r"\bsamma\s+(?:person|kille|killar|gang|man|typ|snubbe|kvinna|bil)\s+som\b", 1.0, "samma som", "samma"),
    (r"\bforst\b[^.!?\n]{2,60}[,;]\s*(?:nu|sen|sedan)\b", 1.0, "först …, nu …", "forst"),
    (_MANY, 2.0, "flera på kort tid", "inbrott|brander|stolder|incidenter|handelser|dagar|veck|manad|kvallar|natter"),
    (_AND_NOW, 2.0, "i somras och nu", "nu|i |forra"),
    (_LATER_SAME, 2.0, "dagen efter likadant", "efter|senare"),
    (_NO_LONGER, 2.0, "vågar inte längre", "numera|langre"),
    (_ALL_THE_MORE, 2.0, "allt fler", "allt "),
    (_AS_SOON_AS, 2.0, "så fort …", "sa fort|sa snart"),
    (_SINCE_SUBJECT, 2.0, "sedan något ändrades", "sedan|sen"),
    (_REPORTED_BEFORE, 2.0, "anmält tidigare", "igen|en gang till|och"),
    (_BECOME, 2.0, "har blivit ett tillhåll", "blivit"),
    (_MONTHS_THROUGH, 2.0, "från maj till september", "fran"),
    (_BEGAN_THEN, 2.0, "det började med …, sedan …", "borjade|startade"),
    (_DAYS_LATER_AGAIN, 2.0, "efter några dagar igen", "igen"),
    (_EARLIER_IN, 2.0, "tidigare i år", "tidigare"),
    (_HABITUAL, 2.0, "gör det alltid", "alltid|hela tiden|jamt|numera|har borjat|fortfarande"),
)
# With what must stand in the text at all before the pattern is tried.
PATTERNS = tuple((re.compile(pattern), weight, rule, gate.split("|")) for pattern, weight, rule, gate in _GRAMMAR)
