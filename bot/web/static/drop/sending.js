// The batch is sent once all of it is up, whoever was first: the files or the wish.
import { show } from "./drawing.js";
import { announce, at, notice } from "./elements.js";
import { end, endedBy } from "./ending.js";
import { areIn, entries, forgetUpload, isLost } from "./entries.js";
import { readState, sendBatch } from "./link.js";
import { Fault, isPassing } from "./requests.js";
import { now } from "./state.js";
import { run } from "./uploading.js";
import { away, backOff, wait } from "./waiting.js";
import { say } from "./words.js";

// Upload what is left, then send where that is wanted.
export async function advance() {
  if ((await run()) && now.sendWanted && !now.paused) await send();
}

// Why the batch cannot be sent as it is, in a line; nothing where it can.
export function blocked() {
  if (!entries.length) return say("nothing");
  if (entries.some((entry) => entry.error)) return say("failed");
  if (entries.some(isLost)) return say("unfinished");
  return "";
}

export async function send() {
  if (now.sending || now.over) return;
  const line = blocked();
  if (line || !areIn()) {
    if (line) refuseSend(line);
    return;
  }
  now.sending = true;
  show();
  announce(say("sending"));
  for (let tries = 0; now.sendWanted && !now.over; tries += 1) {
    try {
      await sendBatch(at("words").value.trim(), entries.map((entry) => entry.id));
      end("sent");
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      if (endedBy(fault)) return;
      if (!isPassing(fault)) {
        refuseSend(fault.text || say("refused"));
        await reconcile();
        return;
      }
      // Sent again where no answer came: the server takes a batch once.
      notice(fault.text || say(away() === "offline" ? "offline" : "away_now"));
      await wait(backOff(tries), away());
    }
  }
  if (now.over) return;
  now.sending = false;
  now.trouble = null;
  show();
}

function refuseSend(line) {
  now.sendWanted = false;
  now.sending = false;
  notice(line);
  show();
  at("send").focus();
}

// What the server has may be less than was thought: files that are gone are uploaded anew, or asked for.
async function reconcile() {
  try {
    const state = await readState();
    for (const entry of entries) {
      const kept = state.files.find((file) => file.id === entry.id);
      if (!kept) forgetUpload(entry);
      else if (!kept.done) Object.assign(entry, { done: false, stale: true, offset: kept.offset });
    }
  } catch {
    // the next attempt finds it out
  }
  show();
  advance();
}
