"use strict";
// Shows what the till sends, whole each time, and nothing that may be old. Every text is set as
// text. Asks for no address but its own.
const LOST_AFTER_MS = 5000;
const TRY_EVERY_MS = 2500;
const NOTICE_MS = 8000;
const SETTLED_MS = 10000; // a page that has just been loaded is not loaded again

const root = document.documentElement;
const part = (id) => document.getElementById(id);
let source = null;
let opened = 0;
let heard = null; // when the server last said anything: by the page's clock, and by the day's
let isTillThere = false;
let shown = null;
let notice = 0;

function connect() {
  if (source) source.close();
  opened = performance.now();
  source = new EventSource("events");
  source.onmessage = (event) => { show(JSON.parse(event.data)); hear(); };
  source.addEventListener("beat", (event) => { hear(); follow(event.data); });
  source.onerror = () => { root.dataset.link = "off"; };
}

function hear() {
  heard = [performance.now(), Date.now()];
  root.dataset.link = isTillThere ? "on" : "off";
}

// A tablet that slept may have stopped one of the two clocks.
function silence() {
  if (!heard) return Infinity;
  return Math.max(performance.now() - heard[0], Date.now() - heard[1]);
}

function look() {
  if (silence() <= LOST_AFTER_MS) return;
  root.dataset.link = "off";
  shown = null;
  root.dataset.view = "moment";
  if (performance.now() - opened > TRY_EVERY_MS) connect();
}

function follow(version) {
  if (version !== root.dataset.version && performance.now() > SETTLED_MS) location.reload();
}

function show(page) {
  follow(page.version);
  root.lang = page.language;
  part("moment").firstChild.textContent = page.one_moment;
  isTillThere = page.link === "live";
  shown = page.snapshot ? page : null;
  if (!shown) {
    root.dataset.view = "moment";
    return;
  }
  draw();
}

function draw() {
  const now = shown.snapshot;
  const lines = now.lines || [];
  root.dataset.state = now.state || "idle";
  root.dataset.view = lines.length ? "listed" : "alone";
  part("shop").firstChild.textContent = now.shop || "";
  part("seq").textContent = now.seq;
  part("say").textContent = now.say || "";
  part("saved").textContent = shown.saved;
  part("pieces").textContent = lines.length ? now.pieces || "" : "";
  tell();
  makeRoom();
  list(lines, now);
}

// What there is to say and to pay stands whole, above it at least a line: smaller where it must be.
function makeRoom() {
  for (let scale = 1; scale > 0.45; scale -= 0.09) {
    root.style.setProperty("--scale", scale);
    amounts();
    const seen = Array.from(part("sale").children).filter((each) => each.offsetHeight);
    if (!seen.length) return;
    const top = Math.min(...seen.map((each) => each.getBoundingClientRect().top));
    const bottom = Math.max(...seen.map((each) => each.getBoundingClientRect().bottom));
    const room = part("sale").parentNode.getBoundingClientRect();
    const line = 3.2 * parseFloat(getComputedStyle(root).fontSize);
    const isTight = root.dataset.view === "listed" && part("goods").clientHeight < line;
    if (!isTight && top >= room.top - 1 && bottom <= room.bottom + 1) return;
  }
}

function make(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

function signed(amount) {
  return amount.replace(/^-/, "−");
}

function row(line, isNewest) {
  const item = make("li", isNewest ? "newest" : "");
  const text = item.appendChild(make("div", "goods-text"));
  const name = text.appendChild(make("div", "name"));
  name.appendChild(make("bdi", "", line.name));
  if (line.quantity) name.appendChild(make("span", "quantity", line.quantity));
  if (line.offer || line.saved) {
    const off = text.appendChild(make("div", "off-this"));
    off.appendChild(make("bdi", "offer", line.offer || ""));
    if (line.saved) off.appendChild(make("span", "saving", "−" + line.saved));
  }
  item.appendChild(make("div", "actual", signed(line.actual)));
  return item;
}

// As many lines as there is room for, around the newest; how many others there are is said.
function list(lines, now) {
  const box = part("lines");
  const latest = now.latest === undefined ? -1 : now.latest;
  box.textContent = "";
  part("earlier").textContent = part("later").textContent = "";
  const rows = lines.map((line, index) => box.appendChild(row(line, index === latest)));
  if (!rows.length) return;
  const heights = rows.map((each) => each.offsetHeight);
  let before = now.earlier || 0;
  let behind = now.later || 0;
  for (let tries = 0; tries < 3; tries++) {
    say("earlier", before);
    say("later", behind);
    const [from, to] = around(latest < 0 ? rows.length - 1 : latest, heights, box.clientHeight);
    rows.forEach((each, index) => { each.hidden = index < from || index > to; });
    const isSame = before === (now.earlier || 0) + from && behind === (now.later || 0) + rows.length - 1 - to;
    before = (now.earlier || 0) + from;
    behind = (now.later || 0) + rows.length - 1 - to;
    if (isSame) break;
  }
}

function say(id, count) {
  part(id).textContent = count ? shown[id].replace("{count}", count) : "";
}

function around(place, heights, room) {
  let from = place, to = place, used = heights[place];
  const grow = (limit, down) => {
    while (down ? to < heights.length - 1 : from > 0) {
      const more = heights[down ? to + 1 : from - 1];
      if (used + more > limit) return;
      used += more;
      if (down) to++; else from--;
    }
  };
  grow(room / 2, true);
  grow(room, false);
  grow(room, true);
  return [from, to];
}

function amounts() {
  const box = part("amounts");
  box.textContent = "";
  shown.amounts.forEach((each, index) => {
    const pair = box.appendChild(make("div", index ? "" : "large"));
    pair.appendChild(make("dt", "", each.label));
    const amount = pair.appendChild(make("dd", "", signed(each.amount)));
    fit(amount);
  });
}

// An amount stands on one line, whole.
function fit(amount) {
  const room = amount.clientWidth;
  if (amount.scrollWidth > room && room > 0) {
    const size = parseFloat(getComputedStyle(amount).fontSize);
    amount.style.fontSize = Math.floor(size * room / amount.scrollWidth * 0.97) + "px";
  }
}

function tell() {
  const notices = shown.snapshot.notices || [];
  const text = notices.length ? notices[notice % notices.length] : "";
  const box = part("notice");
  if (box.firstChild.textContent === text) return;
  box.firstChild.textContent = text;
  box.classList.remove("changed");
  void box.offsetWidth; // so that it arrives again
  box.classList.add("changed");
}

setInterval(look, 500);
setInterval(() => { notice++; if (shown) tell(); }, NOTICE_MS);
addEventListener("resize", () => { if (shown) draw(); });
addEventListener("pageshow", look);
document.addEventListener("visibilitychange", look);
connect();
