// Files go up one after another in slices. What the server has of a file is what it says itself, so every fault ends
// in the same question: how far are you?
import { show } from "./drawing.js";
import { announce } from "./elements.js";
import { end, endedBy } from "./ending.js";
import { areIn, entries, forgetUpload } from "./entries.js";
import { keepChanged } from "./kept.js";
import { filesUrl, readState } from "./link.js";
import { Fault, isPassing, Stopped } from "./requests.js";
import { measureAnew } from "./speed.js";
import { now } from "./state.js";
import { askOffset, create, discard, sendSlice } from "./tus.js";
import { away, backOff, LONGEST_WAIT_S, wait } from "./waiting.js";
import { say } from "./words.js";

const TICK_MS = 500;

// Upload until nothing is left that can be. False where that is being done already, or never again.
export async function run() {
  if (now.running || now.over) return false;
  now.running = true;
  const lock = await stayAwake();
  const ticking = setInterval(show, TICK_MS);
  try {
    for (;;) {
      const next = now.paused || now.over ? null : entries.find((entry) => entry.file && !entry.done && !entry.error);
      if (!next) break;
      await upload(next);
    }
  } finally {
    clearInterval(ticking);
    now.running = false;
    now.trouble = null;
    measureAnew();
    lock?.release().catch(() => {});
    show();
  }
  if (!now.over && !now.paused && entries.length && areIn()) announce(say("all_in"));
  return true;
}

async function stayAwake() {
  try {
    return await navigator.wakeLock.request("screen"); // a phone that falls asleep stops uploading
  } catch {
    return null;
  }
}

async function upload(entry) {
  let tries = 0;
  while (!now.over && !now.paused && entries.includes(entry) && entry.file && !entry.error) {
    try {
      if (entry.id && entry.stale) await catchUp(entry);
      if (!entry.id) await begin(entry);
      now.trouble = null;
      show();
      while (entry.offset < entry.size) {
        if (now.over || now.paused || !entries.includes(entry)) throw new Stopped();
        await goOn(entry);
        tries = 0;
      }
      entry.done = true;
      announce(`${entry.name}: ${say("in")}`);
      show();
      return;
    } catch (fault) {
      entry.stale = true; // what was on its way is shown until the server says what came
      measureAnew();
      if (fault instanceof Stopped) {
        // Else it would look as if what came were lost.
        if (now.paused && entries.includes(entry)) await catchUp(entry).catch(() => {});
        continue;
      }
      if (!(fault instanceof Fault)) throw fault;
      await recover(entry, fault, tries);
      tries += 1;
    }
  }
}

async function begin(entry) {
  const url = await create(filesUrl, entry.name, entry.size);
  Object.assign(entry, { url: url.href, id: url.pathname.split("/").pop(), offset: 0, sent: 0, stale: false });
  keepChanged(entry.id, entry.file.lastModified);
}

async function catchUp(entry) {
  const offset = await askOffset(entry.url, entry.size);
  if (offset === null) {
    discard(entry.url);
    forgetUpload(entry);
  } else Object.assign(entry, { offset, sent: 0, stale: false });
}

async function goOn(entry) {
  const start = entry.offset;
  const offset = await sendSlice(entry.url, entry.file, start, (loaded) => {
    entry.sent = Math.min(loaded, entry.size - start);
  });
  Object.assign(entry, { offset, sent: 0 });
}

async function recover(entry, fault, tries) {
  if (fault.status === 0 && !(await isReadable(entry))) {
    entry.file = null;
    entry.says = say("unreadable", { name: entry.name });
    announce(entry.says);
  } else if (fault.status === 409) {
    if (tries) await wait(backOff(tries), "away");
  } else if (fault.status === 423) {
    await wait(backOff(tries + 1), "busy");
  } else if (fault.status === 507) {
    await wait(LONGEST_WAIT_S, "full");
  } else if ([403, 404, 410].includes(fault.status)) {
    await lookAgain(entry);
  } else if (isPassing(fault)) {
    await wait(backOff(tries), away());
  } else {
    entry.error = fault.text || say("refused");
    announce(`${entry.name}: ${entry.error}`);
  }
}

// The file, or the whole link, is not there any more: which of them?
async function lookAgain(entry) {
  let state;
  try {
    state = await readState();
  } catch (fault) {
    if (!endedBy(fault)) await wait(LONGEST_WAIT_S / 3, away());
    return;
  }
  if (state.state !== "open") end(state.state);
  else if (!state.files.some((file) => file.id === entry.id)) forgetUpload(entry);
  else await wait(2, "away");
}

async function isReadable(entry) {
  try {
    await entry.file.slice(entry.offset, entry.offset + 1).arrayBuffer();
    return true;
  } catch {
    return false; // it was changed, moved or deleted since it was chosen
  }
}
