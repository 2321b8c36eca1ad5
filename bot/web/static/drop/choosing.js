// What the user does with the list: adds files, puts them in order, takes them out.
import { entryOf, rowOf, show } from "./drawing.js";
import { announce, at, notice } from "./elements.js";
import { awaiting, entries, forgetUpload, isTwice, makeEntry } from "./entries.js";
import { forgetChanged } from "./kept.js";
import { stopCurrent } from "./requests.js";
import { advance } from "./sending.js";
import { now } from "./state.js";
import { discard } from "./tus.js";
import { wakeUp } from "./waiting.js";
import { say, size } from "./words.js";

export function add(files, folders = []) {
  if (now.over || now.sending) return;
  const lines = folders.map((name) => say("folder", { name }));
  const added = [];
  const left = [];
  for (const file of files) {
    const line = addOne(file);
    if (line === null) left.push(file.name);
    else if (line) lines.push(line);
    else added.push(file.name);
  }
  if (left.length) lines.push(say("too_many", { most: now.most, names: left.join(", ") }));
  notice(...lines);
  if (added.length) announce(say("added", { names: added.join(", ") }));
  show();
  advance();
}

// One line where the file is not taken, or not simply; nothing where it is; null where there is no place for it.
function addOne(file) {
  const name = file.name;
  if (file.size === 0) return say("empty", { name });
  if (file.size > now.limit) return say("too_large", { name, size: size(file.size), limit: size(now.limit) });
  const waits = awaiting(file);
  if (waits) return comeBack(waits.entry, waits.how, file);
  if (isTwice(file)) return say("twice", { name });
  if (entries.length >= now.most) return null;
  entries.push(makeEntry({ name, size: file.size, file }));
  return "";
}

// The file of an earlier visit: gone on with where it is as it was, else begun anew.
function comeBack(entry, how, file) {
  if (how === "same") {
    Object.assign(entry, { file, stale: true, says: "" });
    return "";
  }
  if (entry.url) discard(entry.url);
  forgetUpload(entry);
  Object.assign(entry, { file, size: file.size, says: "" });
  return say(how, { name: file.name });
}

// One of a row's buttons was pressed.
export function pressed(event) {
  const button = event.target.closest("button");
  const entry = button && entryOf(button);
  if (!entry) return;
  if (button.matches(".up")) move(entry, -1);
  else if (button.matches(".down")) move(entry, 1);
  else if (button.matches(".remove")) remove(entry);
  else at("choose").click();
}

function move(entry, by) {
  const from = entries.indexOf(entry);
  const to = from + by;
  if (now.sending || to < 0 || to >= entries.length) return;
  const focused = document.activeElement;
  entries.splice(from, 1);
  entries.splice(to, 0, entry);
  show();
  focused?.focus();
  announce(say("moved", { name: entry.name, place: to + 1, total: entries.length }));
}

function remove(entry) {
  if (now.sending) return;
  const place = entries.indexOf(entry);
  entries.splice(place, 1);
  if (entry.url) {
    stopCurrent(entry.url);
    discard(entry.url);
    forgetChanged(entry.id);
  }
  wakeUp();
  notice();
  show();
  const next = entries[place] ?? entries[place - 1];
  (next ? rowOf(next).querySelector(".remove") : at("choose")).focus();
  announce(say("removed", { name: entry.name }));
  advance();
}
