// What is seen: the files, how far all is, and what becomes of the words.
import { at, put } from "./elements.js";
import { entries, isOpen, isUp } from "./entries.js";
import { measure } from "./speed.js";
import { now } from "./state.js";
import { percent, say, size, span } from "./words.js";

const title = document.title;
const rows = new WeakMap(); // by entry

export function show() {
  if (now.over) return;
  const list = at("files");
  entries.forEach((entry, place) => {
    const row = rowOf(entry);
    if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
    showEntry(entry, row, place);
  });
  while (list.children.length > entries.length) list.lastElementChild.remove();
  at("batch").hidden = entries.length === 0;
  at("drop").classList.toggle("small", entries.length > 0);
  showTotal();
  showSend();
}

export function rowOf(entry) {
  if (!rows.has(entry)) rows.set(entry, makeRow(entry));
  return rows.get(entry);
}

// The entry in whose row this element is.
export const entryOf = (element) => entries.find((entry) => rowOf(entry).contains(element));

function makeRow(entry) {
  const row = at("file").content.firstElementChild.cloneNode(true);
  row.querySelector(".name").textContent = entry.name;
  row.querySelector("progress").setAttribute("aria-label", entry.name);
  for (const tool of ["up", "down", "remove"]) {
    const button = row.querySelector(`.${tool}`);
    button.title = say(tool, { name: entry.name });
    button.setAttribute("aria-label", button.title);
  }
  return row;
}

function showEntry(entry, row, place) {
  const parts = [".up", ".down", ".says", ".again", "progress"].map((part) => row.querySelector(part));
  const [up, down, says, again, bar] = parts;
  up.setAttribute("aria-disabled", String(place === 0));
  down.setAttribute("aria-disabled", String(place === entries.length - 1));
  bar.value = isUp(entry) / Math.max(1, entry.size);
  bar.hidden = entry.done || Boolean(entry.error);
  again.hidden = Boolean(entry.file) || entry.done;
  says.className = `says${entry.done ? " good" : entry.error || entry.says ? " bad" : ""}`;
  put(says, wordsOf(entry));
}

function wordsOf(entry) {
  if (entry.error) return entry.error;
  if (entry.done) return `${say("in")} · ${size(entry.size)}`;
  if (!entry.file) return entry.says || say("again", { percent: percent(entry.offset, entry.size) });
  if (now.paused && isUp(entry)) return say("paused", { percent: percent(isUp(entry), entry.size) });
  const first = entries.find((one) => one.file && isOpen(one)) === entry;
  if (!isUp(entry) && !first) return `${say("waiting")} · ${size(entry.size)}`;
  return `${percent(isUp(entry), entry.size)} · ${say("of", { done: size(isUp(entry)), total: size(entry.size) })}`;
}

function showTotal() {
  const counted = entries.filter((entry) => !entry.error);
  const total = counted.reduce((sum, entry) => sum + entry.size, 0);
  const up = counted.reduce((sum, entry) => sum + isUp(entry), 0);
  const open = entries.some((entry) => entry.file && isOpen(entry));
  at("total").hidden = !open;
  at("pause").textContent = say(now.paused ? "resume" : "pause");
  at("total-bar").value = up / Math.max(1, total);
  put(at("total-says"), progressWords(up, total));
  document.title = open ? `${percent(up, total)} · ${title}` : title;
  const waits = now.trouble && !now.paused;
  at("trouble").hidden = !waits;
  if (waits) {
    const left = Math.max(1, (now.trouble.until - Date.now()) / 1000);
    put(at("trouble"), say(now.trouble.words, { wait: span(left), name: "" }));
  }
}

function progressWords(up, total) {
  const fields = { done: size(up), total: size(total) };
  const speed = now.running && !now.trouble && !now.paused ? measure(up) : 0;
  if (!speed) return say("of", fields);
  return say("running", { ...fields, speed: size(speed), left: span((total - up) / speed) });
}

function showSend() {
  at("send").hidden = now.sendWanted;
  at("unsend").hidden = !now.sendWanted;
  put(at("send-says"), now.sending ? say("sending") : now.sendWanted ? say("send_waiting") : "");
  at("words").readOnly = now.sending;
}
