"""Languages of audio and text: the codes in files as BCP 47 tags, and their names."""

import functools
import re

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext

MAX_TAG_LENGTH = 35  # characters; RFC 5646, 4.4.1
TAG = re.compile(
    r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?((?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)", re.ASCII
)
"""Language, script, region and variants, in lower case. Viewers do not choose by other subtags."""
NO_LANGUAGE = {"und", "mul", "zxx", "mis", "xx", "unk"}
"""Undetermined, several, none, uncoded, and codes of tools for an unknown language."""
RESERVED = re.compile(r"q[a-t][a-z]")
"""For private use: ISO 639-2 gives no language to these."""

# ISO 639-2: the code in files, the BCP 47 tag, the English name. If a language has a separate bibliographic code,
# both codes are listed.
CODES = """
aar aa Afar|abk ab Abkhazian|afr af Afrikaans|aka ak Akan|alb sq Albanian|sqi sq Albanian|amh am Amharic
ara ar Arabic|arg an Aragonese|arm hy Armenian|hye hy Armenian|asm as Assamese|ava av Avaric|ave ae Avestan
aym ay Aymara|aze az Azerbaijani|bak ba Bashkir|bam bm Bambara|baq eu Basque|eus eu Basque|bel be Belarusian
ben bn Bengali|bis bi Bislama|bod bo Tibetan|tib bo Tibetan|bos bs Bosnian|bre br Breton|bul bg Bulgarian
bur my Burmese|mya my Burmese|cat ca Catalan|ces cs Czech|cze cs Czech|cha ch Chamorro|che ce Chechen
chi zh Chinese|zho zh Chinese|cmn zh Chinese|chu cu Church Slavic|chv cv Chuvash|cor kw Cornish|cos co Corsican
cre cr Cree|cym cy Welsh|wel cy Welsh|dan da Danish|deu de German|ger de German|div dv Divehi|dut nl Dutch
nld nl Dutch|dzo dz Dzongkha|ell el Greek|gre el Greek|eng en English|epo eo Esperanto|est et Estonian|ewe ee Ewe
fao fo Faroese|fas fa Persian|per fa Persian|fij fj Fijian|fin fi Finnish|fra fr French|fre fr French
fry fy Western Frisian|ful ff Fulah|geo ka Georgian|kat ka Georgian|gla gd Gaelic|gle ga Irish|glg gl Galician
glv gv Manx|grn gn Guarani|guj gu Gujarati|hat ht Haitian Creole|hau ha Hausa|heb he Hebrew|her hz Herero
hin hi Hindi|hmo ho Hiri Motu|hrv hr Croatian|scr hr Croatian|hun hu Hungarian|ibo ig Igbo|ice is Icelandic
isl is Icelandic|ido io Ido|iii ii Sichuan Yi|iku iu Inuktitut|ile ie Interlingue|ina ia Interlingua
ind id Indonesian|ipk ik Inupiaq|ita it Italian|jav jv Javanese|jpn ja Japanese|kal kl Kalaallisut|kan kn Kannada
kas ks Kashmiri|kau kr Kanuri|kaz kk Kazakh|khm km Khmer|kik ki Kikuyu|kin rw Kinyarwanda|kir ky Kyrgyz|kom kv Komi
kon kg Kongo|kor ko Korean|kua kj Kuanyama|kur ku Kurdish|lao lo Lao|lat la Latin|lav lv Latvian|lim li Limburgish
lin ln Lingala|lit lt Lithuanian|ltz lb Luxembourgish|lub lu Luba-Katanga|lug lg Ganda|mac mk Macedonian
mkd mk Macedonian|mah mh Marshallese|mal ml Malayalam|mao mi Maori|mri mi Maori|mar mr Marathi|may ms Malay
msa ms Malay|mlg mg Malagasy|mlt mt Maltese|mon mn Mongolian|nau na Nauru|nav nv Navajo|nbl nr South Ndebele
nde nd North Ndebele|ndo ng Ndonga|nep ne Nepali|nno nn Norwegian Nynorsk|nob nb Norwegian Bokmål|nor no Norwegian
nya ny Chichewa|oci oc Occitan|oji oj Ojibwa|ori or Odia|orm om Oromo|oss os Ossetian|pan pa Punjabi|pli pi Pali
pol pl Polish|por pt Portuguese|pus ps Pashto|que qu Quechua|roh rm Romansh|ron ro Romanian|rum ro Romanian
run rn Rundi|rus ru Russian|sag sg Sango|san sa Sanskrit|sin si Sinhala|slk sk Slovak|slo sk Slovak|slv sl Slovenian
sme se Northern Sami|smo sm Samoan|sna sn Shona|snd sd Sindhi|som so Somali|sot st Southern Sotho|spa es Spanish
srd sc Sardinian|srp sr Serbian|scc sr Serbian|ssw ss Swati|sun su Sundanese|swa sw Swahili|swe sv Swedish
tah ty Tahitian|tam ta Tamil|tat tt Tatar|tel te Telugu|tgk tg Tajik|tgl tl Tagalog|tha th Thai|tir ti Tigrinya
ton to Tonga|tsn tn Tswana|tso ts Tsonga|tuk tk Turkmen|tur tr Turkish|twi tw Twi|uig ug Uyghur|ukr uk Ukrainian
urd ur Urdu|uzb uz Uzbek|ven ve Venda|vie vi Vietnamese|vol vo Volapük|wln wa Walloon|wol wo Wolof|xho xh Xhosa
yid yi Yiddish|yor yo Yoruba|zha za Zhuang|zul zu Zulu|fil fil Filipino|gsw gsw Swiss German|haw haw Hawaiian
yue yue Cantonese|ast ast Asturian|hsb hsb Upper Sorbian|dsb dsb Lower Sorbian|sgn sgn Sign language
ase ase American Sign Language|bfi bfi British Sign Language|gsg gsg German Sign Language|ckb ckb Central Kurdish
nds nds Low German|fur fur Friulian|scn scn Sicilian|grc grc Ancient Greek|tlh tlh Klingon|syr syr Syriac
"""
OWN_NAMES = {"zh": "中文"}
"""Names of languages that Django knows only with a script."""
OLD_TAGS = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "sh": "sr"}


@functools.cache
def _table() -> tuple[dict[str, str], dict[str, str]]:
    """Return ({code: tag}, {tag: English name}) of CODES."""
    tags, names = {}, {}
    for entry in CODES.strip().replace("\n", "|").split("|"):
        code, tag, name = entry.split(" ", 2)
        tags[code] = tag
        names[tag] = name
    return tags, names


def known_languages() -> set[str]:
    """Return the tags of all languages and written forms that have a name."""
    named = {normalize_language(tag) for tag, info in LANG_INFO.items() if "name_local" in info}
    return {tag for tag in named | set(_table()[1]) if tag}


def normalize_language(code: object) -> str:
    """Return the BCP 47 tag of a language code of a file ("ger", "deu", "pt_BR", "en"); "" if it names no language.

    `code` may be hostile, or None. Script, region and variants are kept; other subtags make it no language.
    """
    bare = str(code or "").strip().replace("_", "-").lower()
    found = TAG.fullmatch(bare) if len(bare) <= MAX_TAG_LENGTH else None
    if found is None or found[1] in NO_LANGUAGE or RESERVED.fullmatch(found[1]):
        return ""
    language, script, region, variants = found.groups()
    language = _table()[0].get(language, OLD_TAGS.get(language, language))
    parts = [language, (script or "").title(), (region or "").upper()]
    return "-".join(part for part in parts if part) + variants


def language_name(tag: str) -> str:
    """Return the name of the language `tag` for a menu: its native name, else the English one, else the tag.

    A script or region for which Django has no name is added: "Deutsch (AT)". "" for no tag.
    """
    normal = normalize_language(tag)
    if not normal:
        return ""
    if own := _own_name(normal):
        return own
    language, _dash, rest = normal.partition("-")
    name = _own_name(language) or _table()[1].get(language, language)
    return f"{name} ({rest})" if rest else name


def translated_language_name(tag: str) -> str:
    """Return the name of the language `tag` in the active language, else in English; "" for no tag.

    A script or region for which Django has no name is added: "German (AT)".
    """
    normal = normalize_language(tag)
    language, _dash, rest = normal.partition("-")
    info = LANG_INFO.get(normal.lower(), {})
    if "name" not in info:
        info = LANG_INFO.get(language, {})
    else:
        rest = ""
    name = gettext(info["name"]) if "name" in info else _table()[1].get(language, language)
    name = name[:1].upper() + name[1:]
    return f"{name} ({rest})" if rest else name


def _own_name(tag: str) -> str:
    info = LANG_INFO.get(tag.lower(), {})
    name = info.get("name_local", "") or OWN_NAMES.get(tag, "")
    # With a capital, because the name is an entry of a menu: "Français" beside "Deutsch".
    return name[:1].upper() + name[1:]
