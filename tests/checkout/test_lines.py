"""The lines of a list at a moment: what later acts do never changes them, and little is copied."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pos_tui.checkout.line import ListedItem, SettlementLine
from pos_tui.checkout.lines import LineList

ITEM = ListedItem(1, "1001", "Bread", "", 100)


def line(number):
    return SettlementLine(number, ITEM, Decimal(1), 100, 100)


acts = st.lists(
    st.tuples(st.sampled_from(["append", "put", "pop", "look"]), st.integers(0, 10**6)),
    max_size=400,
)


@given(acts)
def test_every_look_keeps_what_stood_there(acts):
    listed, plain, looks = LineList(), [], []
    for number, (act, where) in enumerate(acts):
        if act == "append":
            listed.append(line(number))
            plain.append(line(number))
        elif act == "put" and plain:
            listed.put(where % len(plain), line(number))
            plain[where % len(plain)] = line(number)
        elif act == "pop" and plain:
            assert listed.pop(where % len(plain)) == plain.pop(where % len(plain))
        else:
            looks.append((listed.now(), list(plain)))
    looks.append((listed.now(), plain))
    for seen, stood in looks:
        assert list(seen) == stood
        assert len(seen) == len(stood)
        assert [seen[index] for index in range(-len(stood), len(stood))] == stood + stood
        assert seen[1:3] == stood[1:3]


def test_a_scan_onto_a_long_list_shares_all_but_the_last_lines():
    listed = LineList()
    for number in range(10_000):
        listed.append(line(number))
    before = listed.now()
    listed.append(line(10_000))
    after = listed.now()
    shared = sum(a is b for a, b in zip(before._chunks, after._chunks, strict=False))
    assert shared == len(before._chunks) - 1
    assert len(before) == 10_000
