"""How likely a text is: whether bytes that were read in some encoding make words of a script.

Each reading gets points: what a text of its script has often adds to them, what such a text hardly
has takes away. Wrong readings end far below zero, so a few words are enough.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

Script = Literal["han", "kana", "hangul", "latin", "cyrillic", "greek", "hebrew", "arabic", "thai"]

_LONGEST = 20_000  # characters that are looked at
_WORD = re.compile(r"[^\W\d_]+")
_LATIN_SIGNS = frozenset("€£¢°½¼¾²³®©™–—‘’“”…•«»×·´§ºª¿¡¥µ\u00a0")

# What stands most often in names of goods, in both ways of writing Chinese.
_HAN = frozenset(
    "的一是不了人我在有大小中新老上下天子个年全家香奶牛鲜纯酸甜苦辣咸果味品质原装特级精选经典"
    "水油盐酱醋茶酒米面粉包饼干糖糕点心豆腐皮蛋肉鸡鸭鱼虾蟹羊猪排骨肠火腿罐头海苔菜青白红黑黄绿蓝紫"
    "苹香蕉梨桃橙橘柠檬葡萄草莓西瓜芒菠萝椰枣花生核桃仁瓜葵杏坚芝麻玉高粱小麦燕荞薯土萝卜番茄"
    "洗衣发液露皂粉膏牙刷毛巾纸抽卷湿面手帕卫生巾护肤沐浴霜清洁剂厨房垃圾袋保鲜膜杯盒瓶罐听"
    "可乐雪碧啤百威岛汽饮料果汁矿泉纯净绿红乌龙咖啡巧克力薄荷口胶棒冰淇淋雪糕布丁冻蜂蜜"
    "方便速食泡拉条线丝团汤粥米饭锅底调料鸡精胡椒孜然花椒八角桂皮辣椒蒜姜葱生抽老陈"
    "铅笔本子橡皮尺胶水剪刀电池灯泡插座线充打火机烟软硬盒装大号中小男女童式型款套只片支"
    "克千公斤升毫双三四五六七八九十百元号件箱提条把根块份加多力健康营养美国日产进口地道农家"
    "山东北京上海广州台湾四川南方北风味独立旺达利统康师傅娃哈农夫蒙伊光明双汇金龙鱼福临门王老吉"
    "名称条码价格单位售价零商品编类别规格库存有效期生产日供应商备注会员姓电话"
    "臺灣鮮純鹹質裝級選經鹽醬麵餅雞鴨魚蝦豬腸頭蘋檸葡萄藍綠紅黃蘿蔔馬鈴薯蕃麥燕花椰棗堅"
    "洗髮護膚潔劑廚垃圾膠紙捲濕衛牙膏飲礦淨烏龍啡雪淇淋蜜速線團湯鍋調電燈軟盒號條塊養產進農風"
    "價格單位條碼類別規庫備註會員話編號貨"
)
_KANJI = frozenset(
    "牛乳水茶酒米肉魚卵菜果物大小中白黒赤青甘辛塩味油粉麦豆豚鶏生食品用日本国産新鮮名前価格商品数量"
    "税込円単位個入袋箱本枚缶瓶冷凍温特選濃厚天然無糖低脂肪野菜山海苺桃梨栗柿林檎葡萄緑紅煎餅飯"
)
_HANGUL = frozenset(
    "이가나다라마바사아자차카타파하고구기김개거과그국권금남내노누는니단당대더도동두드들람래량로료루르리"
    "면명무물미민밥버보부비상색생서석선설소수스시식신심쌀씨어여연영오용우운원유육은을음의인일입잎장전"
    "정제조주중즙지진찬참채천청초추치칩카커코콜크키탕터트판팩포표품프피한해호화우유빵과자라면음료수"
    "맥주소금설탕상품이름가격단위바코드번호재고분류규격비고"
)
_VOWELS: dict[Script, frozenset[str]] = {
    "cyrillic": frozenset("аеёиоуыэюяіїє"),
    "greek": frozenset("αεηιουωάέήίόύώϊϋΐΰ"),
}

_SCRIPT_NAMES: dict[Script, str] = {
    "latin": "LATIN",
    "cyrillic": "CYRILLIC",
    "greek": "GREEK",
    "hebrew": "HEBREW",
    "arabic": "ARABIC",
    "thai": "THAI",
}


class Likelihood(Struct, frozen=True):
    """How likely a reading is: all points together, and those of one sign or word on average."""

    points: float
    average: float


def likelihood(text: str, script: Script) -> Likelihood:
    """How likely a text is one of this script; what is ASCII does not count."""
    text = text[:_LONGEST]
    signs = [sign for sign in text if not sign.isascii()]
    if not signs:
        return Likelihood(0, 0)
    if script in ("han", "kana", "hangul"):
        given = [_SIGNS[script](sign) for sign in signs]
        torn = 4 * len(re.findall(r"[a-z](?![!-~])\w[a-z]", text))  # Cr鑝e
        torn += 2 * len(re.findall(r"(?![!-~])\w[a-z]\b", text))  # 草速y
        points = sum(given) - torn
    else:
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Mn")
        words = [word for word in _WORD.findall(text) if not word.isascii()]
        other = [sign for sign in text if not sign.isascii() and not sign.isalpha()]
        given = [_word(word, script) for word in words]
        given += [0.0 if sign in _LATIN_SIGNS else -1.5 for sign in other]
        points = sum(given) - 2 * len(re.findall(r"[^\W\d_][^\w\s!-~’·][^\W\d_]", text))
        points -= _odd_vowels(words, script)
    return Likelihood(points, points / max(1, len(given)))


def is_printable_text(text: str) -> bool:
    """Whether a text has no control characters beyond ASCII and no sign that is unknown."""
    kinds = {sign: unicodedata.category(sign) for sign in set(text[:_LONGEST])}
    return not any(
        kind in ("Cn", "Cs", "Co") or (kind == "Cc" and "\x7f" <= sign <= "\x9f")
        for sign, kind in kinds.items()
    )


def _han(sign: str) -> float:
    if sign in _HAN:
        return 1.8
    if "\u4e00" <= sign <= "\u9fff":
        return -0.7 if _is_taught_in_schools(sign) else -1.5
    return 0.0 if unicodedata.category(sign)[0] in "PNSZ" else -3.0


def _is_taught_in_schools(sign: str) -> bool:
    """Whether a character stands among the common ones, with which both standards begin."""
    simplified = sign.encode("gb2312", "replace")
    traditional = sign.encode("big5", "replace")
    return b"\xb0" <= simplified[:1] <= b"\xd7" or b"\xa4" <= traditional[:1] <= b"\xc6"


def _kana(sign: str) -> float:
    if "\u3040" <= sign <= "\u30ff":
        return 1.0
    if sign in _KANJI:
        return 1.5
    if "\uff61" <= sign <= "\uff9f":  # of half width, which other encodings' letters become
        return -0.3
    if "\u4e00" <= sign <= "\u9fff":
        return -0.8
    return 0.0 if unicodedata.category(sign)[0] in "PNSZ" else -3.0


def _hangul(sign: str) -> float:
    if sign in _HANGUL:
        return 2.0
    if "\uac00" <= sign <= "\ud7a3":
        return -0.9
    return 0.0 if unicodedata.category(sign)[0] in "PNSZ" else -3.0


_SIGNS: dict[str, Callable[[str], float]] = {"han": _han, "kana": _kana, "hangul": _hangul}


def _word(word: str, script: Script) -> float:
    """One point for a word as such words are, minus three for one that is none."""
    if len(word) == 1:
        return 0.0
    foreign = sum(1 for sign in word if not _is_of(sign, script))
    has_cases = script in ("latin", "cyrillic", "greek")
    if foreign or (has_cases and not (word.isupper() or word[1:].islower())):
        return -3.0
    if script == "latin":
        odd = sum(1 for sign in word if not sign.isascii())
        return 1.0 if odd == 1 or odd * 2 <= len(word) else -3.0
    return 1.0


def _is_of(sign: str, script: Script) -> bool:
    if sign.isascii():
        return script == "latin"
    name = unicodedata.name(sign, "")
    if sign in "Ѕѕ":  # of one language, and what other encodings' letters become
        return False
    return name.startswith(_SCRIPT_NAMES[script]) or (script == "latin" and sign in "ºªµ")


def _odd_vowels(words: list[str], script: Script) -> float:
    """What a text loses whose share of vowels is none of a language of this script."""
    letters, vowels = "".join(words).lower(), _VOWELS.get(script, frozenset())
    if len(letters) < 4 or not vowels:
        return 0.0
    share = sum(1 for sign in letters if sign in vowels) / len(letters)
    return 0.0 if 0.25 <= share <= 0.65 else 3.0 * len(words)
