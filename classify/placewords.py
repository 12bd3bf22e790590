"""Words that stand before the name of a place: prepositions, bearings, and what leads there."""

from classify.sentences import word_set

# `söder om Lilla Ryd`, `kallat Smedjan`
BEARINGS = word_set("norr söder öster väster nordost nordväst sydost sydväst nordöst sydöst utsidan sidan")
CALLED = word_set("kallas kallad kallat kallade")
# What leads to a place belongs to it: `ingången till Konsum`.
PARTS = word_set(
    "trappan infarten utfarten ingången entrén vägen avfarten porten dörren grinden nyckeln bron gången bommen"
)
DIRECTIONS = word_set("norra södra östra västra övre nedre stora lilla gamla nya yttre inre")
PLACE_PREPOSITIONS = word_set(
    "i på vid utanför bakom utmed längs längsmed genom under inne framför nedanför ovanför kring runt bredvid hos "
    "omkring förbi intill inom över invid mellan bortom inuti nära emot nedför uppför nerför objekt utefter ute "
    "innanför inpå"
)
