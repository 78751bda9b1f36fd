"""Offers: what they give in a few characters, when they hold, and what is wrong with one."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    # in a column
    "label_percent_off": N_("−{percent} %"),
    "label_amount_off": N_("−{amount}"),
    "label_special_price": N_("now {price}"),
    "label_tiers": N_("from {count}"),
    "label_n_for_price": N_("{count} for {price}"),
    "label_buy_get_free": N_("{buy}+{get}"),
    "label_buy_get": N_("{buy}+{get} −{percent} %"),
    "label_nth": N_("{nth}. −{percent} %"),
    "label_meal_deal": N_("deal {price}"),
    "label_near_expiry": N_("near expiry"),
    "label_basket_percent": N_("−{percent} % from {over}"),
    "label_basket_amount": N_("−{amount} from {over}"),
    # when it holds
    "times": "{parts}",
    "from_day": N_("from {day:short}"),
    "from_time": N_("from {at:short}"),
    "until_day": N_("until {day:short}"),
    "until_time": N_("until {at:short}"),
    "weekday_1": N_("Mon"),
    "weekday_2": N_("Tue"),
    "weekday_3": N_("Wed"),
    "weekday_4": N_("Thu"),
    "weekday_5": N_("Fri"),
    "weekday_6": N_("Sat"),
    "weekday_7": N_("Sun"),
    # as it is written
    "pieces_or_price": N_(
        "“{text}” may mean pieces or a price. A price has its decimals, like 3 for 2.00; goods given free are an offer of kind buy_get"
    ),
    "no_short": N_("“{text}” is no offer; write it like -10%, -3.00, =4.50 or 2 for 6.00."),
    "no_toml": N_("This is no TOML: {why}."),
    "nested_too_deep": N_("This is nested too deep for a file of offers."),
    "too_many_pieces": N_(
        "“{name}” needs more than {most} pieces of one item; nobody buys so many. Write smaller numbers."
    ),
    "no_such_table": N_("There is no table “{table}” in a file of offers; write [[offer]]."),
    "two_brackets": N_("Write [[offer]] with two brackets, once for each offer."),
    "no_offer_in_file": N_("There is no offer in it; begin each with a line [[offer]]."),
    "twice_in_file": N_("“{name}” stands in it twice; give each a name of its own."),
    "without_name": N_("An offer needs a name; it stands on the receipt."),
    "no_such_kind": N_("“{name}”: there is no kind “{wrong}”; there are {kinds}."),
    "no_such_key": N_("“{name}”: {of_kind} has no key “{field}”; its own are {keys}."),
    "empty": N_("“{name}”: {field} is empty; leave it out, or say what it is."),
    "missing": N_("“{name}”: {field} is missing."),
    "no_weekday": N_("“{name}”: “{word}” is no weekday; write mon, tue, …."),
    "no_hours": N_("“{name}”: “{text}” are no hours; write 17:00-19:00."),
    "wrong_value": N_("“{name}”: {field} = {value}; {why}."),
    "wrong_amount": N_("“{name}”: {field} = {value}; {why}"),
    "write_quoted": N_("write it in quotes, with letters that can be printed"),
    "write_flag": N_("write true or false"),
    "write_whole_number": N_("write a whole number"),
    "write_smaller_number": N_("write a whole number up to {most}"),
    "write_percent": N_("write a number from 0 to 100"),
    "write_percent_decimals": N_("write a number from 0 to 100, with four decimals at most"),
    "write_amount": N_("write an amount like 12.50"),
    "write_list": N_('write a list like ["a", "b"]'),
    "write_groups": N_('write it like [["category:rolls"], ["category:drinks"]]'),
    "write_steps": N_("write it like [{{count = 3, percent = 5}}]"),
    "write_date": N_("write a date like 2026-11-22"),
    "write_year": N_("write a year from {first} to {last}"),
    # as it is meant
    "wrong": N_("“{name}”: {why}."),
    "wrong_for_goods": N_("“{name}” {why}."),
    "no_name": N_("it needs a name, which stands on the receipt"),
    "no_limit": N_("a limit of 0 lets it never apply"),
    "no_limit_total": N_("limit_total = 0 lets it never apply"),
    "least_below_zero": N_("a least quantity or amount is never below zero"),
    "basket_of_same_item": N_("an offer on the basket does not count each product by itself"),
    "several_of_same_item": N_("what is bought from several groups cannot all be the same item"),
    "not_stackable": N_(
        "only percent_off, amount_off, near_expiry and basket offers can be stackable"
    ),
    "stackable_with_limit": N_(
        "a stackable offer on goods has no limit and no group; it comes on top of the others"
    ),
    "takes_nothing_off": N_("it takes nothing off"),
    "n_for_price_of_two": N_("n for a price needs at least 2 pieces"),
    "steps_rise": N_("its steps must rise: count = 3, count = 6, …"),
    "step_gives_one": N_("each step gives either percent or price"),
    "buy_and_get": N_("buy and get are 1 at least"),
    "nth_of_two": N_("nth is 2 at least"),
    "two_groups": N_("a meal deal needs at least two groups"),
    "days_of_steps": N_("each of its steps needs a number of days of its own, from 0 to 3650"),
    "amount_or_percent": N_("it gives either amount or percent"),
    "every_needs": N_("every needs an amount, and over what"),
    "basket_below_zero": N_("a basket of {over} would get {off} off, which is below zero"),
    "percent_too_high": N_("{percent} % off 10.00 would pay the customer; 100 is the most"),
    "percent_of_nothing": N_("0 % takes nothing off"),
    "below_zero": N_("gives below zero: 1 x {code} costs {price}, and {off} would come off"),
    "without_goods": N_("“{name}” can never apply: the shop has no goods that it is on ({terms})."),
    "group_without_goods": N_("“{name}” can never apply: the shop has no goods for {terms}."),
    "saves_nothing": N_("“{name}” can never apply: with {goods} for {amount} it saves nothing."),
    "no_recurrence": N_(
        "“{name}”: “{rule}” is no recurrence rule of days; write one like"
        " FREQ=MONTHLY;BYMONTHDAY=8."
    ),
    "no_day_to_come": N_("“{name}” can never apply: {rule} has no day to come."),
    "has_ended": N_("“{name}” can never apply: it has ended on {day}."),
    "ends_before": N_("“{name}” can never apply: it ends before it starts."),
    "no_day_fits": N_("“{name}” can never apply: no day within three years fits its times."),
}
