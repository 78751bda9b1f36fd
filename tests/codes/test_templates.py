"""The shop's own templates: read, checked against everything they could be mistaken for."""

from datetime import date
from decimal import Decimal

import pytest

from pos_tui.codes import ItemCode, RefusedCode
from pos_tui.codes.clashes import find_clash, usable
from pos_tui.codes.identify import identify
from pos_tui.codes.templates import TemplateError, parse_template
from pos_tui.reasons import because
from pos_tui.wording.current import in_words
from tests.codes.contexts import TABLE, context, item

COLA = "{name};{price};{shelf_life}"
CHICKEN = "{name},{shelf_life},{price}"


def shop(**templates):
    rows = [{"name": name, "pattern": text} for name, text in templates.items()]
    return context(codes={"template": rows})


def clash(text, *others):
    template = parse_template("mine", text)
    return find_clash(
        template, [parse_template(f"t{i}", o) for i, o in enumerate(others)], TABLE.format
    )


def test_the_makers_cola_and_the_shops_chicken_are_told_apart():
    both = shop(cola=COLA, chicken=CHICKEN)
    cola, chicken = identify("Cola 500;3.50;365", both), identify("烤鸡,2d,38", both)
    assert isinstance(cola, ItemCode)
    assert (cola.template, cola.name, cola.price, cola.shelf_life) == (
        "cola", "Cola 500", 350, (365, "days"),
    )  # fmt: skip
    assert isinstance(chicken, ItemCode)
    assert (chicken.template, chicken.name, chicken.price) == ("chicken", "烤鸡", 3800)
    assert cola.key != chicken.key


def test_weight_dates_and_a_code_of_its_own():
    one = shop(deli="D{code}w{weight}p{produced_on}e{expires_on}")
    found = item("D1042w0.842p2026-11-20e261124", one)
    assert (found.key, found.weight_kg) == ("1042", Decimal("0.842"))
    assert (found.produced_on, found.expires_on) == (date(2026, 11, 20), date(2026, 11, 24))


def test_a_template_that_says_price_0_is_refused():
    assert isinstance(identify("Cola;0;365", shop(cola=COLA)), RefusedCode)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{price}", "x: it must say where the item's name or code stands."),
        ("{colour};{name}", "x: there is no field {colour}; name, code, price,"),
        ("{name}(", "is no regular expression (missing )"),
        ("(?P<nom>x)", "x: there is no field {nom}; name, code, price,"),
        ("{name}.*", "instead of a dot with a repeat"),
        ("X(?P<code>(A+)+);", "a repeat within a repeat, like [A-Z]{1,20}."),
    ],
)
def test_a_template_that_cannot_be_is_refused_in_words(text, what):
    with pytest.raises(TemplateError) as refused:
        parse_template("x", text)
    assert what in in_words(refused.value.reason)


@pytest.mark.parametrize("text", [COLA, CHICKEN, "D{code}w{weight}", "(?P<name>[A-Z]{3})-{price}"])
def test_a_template_with_signs_of_its_own_clashes_with_nothing(text):
    assert clash(text) is None


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (r"(?P<code>\d{8})(?P<price>\d{10})", "payment codes"),
        (r"(?P<code>\d{4,20})", "payment codes"),
        (r"(?P<code>[^;]+)", "payment codes"),
        ("{name}/{shelf_life}/{price}", "payment codes"),
        (r"(?P<code>\d{6})(?P<price>\d{7})", "a maker's bar code"),
        (r"(?P<code>\d{8})", "a maker's bar code"),
        (r"01(?P<code>\d{14})17(?P<expires_on>\d{6})", "a GS1 code"),
        (r"https://id\.gs1\.org/01/(?P<code>\d{14})", "a web address"),
    ],
)
def test_a_template_that_could_be_a_payment_code_is_refused_with_an_example(text, other):
    found = clash(text)
    assert other in in_words(found.values["other"])
    example = found.values["example"]
    assert parse_template("mine", text).pattern.fullmatch(example)
    if other == "payment codes":
        assert any(entry.pattern.fullmatch(example) for entry in TABLE.format)


def test_two_templates_that_overlap_are_refused_with_a_code_that_both_take():
    found = clash("{name};{price};{count}", COLA)
    assert found.values["other"] == because("codes.template_codes", template="t0")
    for text in ("{name};{price};{count}", COLA):
        assert parse_template("x", text).pattern.fullmatch(found.values["example"])


def test_of_two_that_clash_the_first_is_used_on_and_the_second_is_told():
    templates = [parse_template("a", COLA), parse_template("b", "{name};{price};{count}")]
    good, troubles = usable(templates, TABLE.format)
    assert [each.name for each in good] == ["a"]
    assert troubles[0].kind == "codes.clash"
    assert "Template “b” would also take codes of “a”" in in_words(troubles[0])


def test_a_pattern_that_cannot_be_checked_is_not_used():
    good, troubles = usable([parse_template("a", r"(?P<name>x)(?P=name)")], TABLE.format)
    assert not good
    assert troubles[0].kind == "codes.not_checkable"


def test_a_template_beside_a_layout_of_labels_is_refused():
    template = parse_template("mine", r"21(?P<code>\d{5})(?P<price>\d{5})\d")
    found = find_clash(template, (), TABLE.format, ("21IIIIIPPPPPC",))
    assert found
    assert found.values["other"] == because("codes.label_codes", layout="21IIIIIPPPPPC")
    example = found.values["example"]
    assert isinstance(example, str)
    assert len(example) == 13


@pytest.mark.parametrize(
    ("pattern", "scan"),
    [
        (r"X(?P<price>\d+,\d\d);{code}", "X3,50;AB"),
        (r"X(?P<count>[0-9A-Z]+);{code}", "XAB;AB"),
        (r"X(?P<shelf_life>[0-9]+[a-z]+);{code}", "X3years;AB"),
        ("{code};{produced_on};{shelf_life}!", "AB;20260101;9999y!"),
        ("{code};{count}!", "AB;0!"),
    ],
)
def test_data_that_do_not_fit_are_refused_or_read_and_never_end_the_till(pattern, scan):
    found = identify(scan, shop(odd=pattern))
    assert isinstance(found, RefusedCode | ItemCode)
    if "count" in pattern or "[a-z]+" in pattern:
        assert isinstance(found, RefusedCode)
    if "3,50" in scan:
        assert isinstance(found, ItemCode)
        assert found.price == 350


def test_a_very_long_code_is_not_tried_on_a_template():
    assert not isinstance(identify("A" * 2000, shop(one="(?P<code>A+)B?")), ItemCode)
