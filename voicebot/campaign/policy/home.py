"""What a telephone number tells of its owner: home city, province, carrier. Pure; the tables are libphonenumber's.

They know where a number was first given out: its owner may live elsewhere by now, or have taken it to another carrier.
"""

from dataclasses import dataclass

MUNICIPALITIES = ("北京", "天津", "上海", "重庆")
PROVINCES = (
    *MUNICIPALITIES,
    *(
        "河北",
        "山西",
        "内蒙古",
        "辽宁",
        "吉林",
        "黑龙江",
        "江苏",
        "浙江",
        "安徽",
        "福建",
        "江西",
        "山东",
        "河南",
        "湖北",
    ),
    *("湖南", "广东", "广西", "海南", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆"),
)
"""By what the name of a place in China begins."""
KINDS = ("省", "市", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区")
SEVERAL = ("、", "/")
"""Between places that share an area code: which of them it is, nobody knows."""


@dataclass(frozen=True)
class Home:
    """Empty texts where the number does not tell. In Chinese without 省 and 市: 苏州, 江苏, 中国移动."""

    city: str = ""
    province: str = ""
    carrier: str = ""


def home_of(number: str, language: str) -> Home:
    """The home of an E.164 number in the language `zh` or `en`; of a number that is none or not valid nothing is known.

    The first call loads tables of about 100 MB, which takes a second.
    """
    import phonenumbers
    from phonenumbers import carrier, geocoder

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return Home()
    if not phonenumbers.is_valid_number(parsed):
        return Home()
    place = geocoder.description_for_number(parsed, language)
    if place == geocoder.country_name_for_number(parsed, language):
        place = ""  # no more than the country is known
    city, province = _chinese(place) if language == "zh" else _english(place)
    return Home(city, province, carrier.name_for_number(parsed, language))


def _chinese(place: str) -> tuple[str, str]:
    """City and province of 江苏省苏州市, 广西南宁市, 北京市."""
    province = next((name for name in PROVINCES if place.startswith(name)), "")
    if province in MUNICIPALITIES:
        return province, province
    rest = place.removeprefix(province)
    rest = next((rest.removeprefix(kind) for kind in KINDS if rest.startswith(kind)), rest)
    if not province or any(mark in rest for mark in SEVERAL):
        return "", province
    return rest.removesuffix("市").removesuffix("地区"), province


def _english(place: str) -> tuple[str, str]:
    """City and province of "Suzhou, Jiangsu", "Beijing"."""
    city, comma, province = place.partition(", ")
    if not comma:
        return place, place
    return ("" if any(mark in city for mark in SEVERAL) else city), province
