"""Why WeChat Pay gives no bill, and what to do, in sentences for an operator."""

from __future__ import annotations

NO_BILL = (
    "WeChat Pay has no bill for this day. It is written from 10 o'clock (China time) on the day "
    "after, and only for days with payments. Ask again then."
)
WRITING = "WeChat Pay is still writing the bill of this day. Ask again in an hour."
TOO_LARGE = "The bill is larger than 64 MB. Fetch it from WeChat Pay's merchant website."
SILENT = "WeChat Pay did not give the bill: no clear answer. Ask again in a few minutes."
DAMAGED = "The bill of WeChat Pay did not arrive whole. Ask again in a few minutes."
REFUSED = "WeChat Pay refuses to give the bill ({}). Have the shop's account looked at."
