// What the user does with the whole batch: pauses it, sends it, closes its link.
import { rowOf, show } from "./drawing.js";
import { announce, at, notice } from "./elements.js";
import { end, endedBy } from "./ending.js";
import { areIn, entries, isLost } from "./entries.js";
import { closeLink } from "./link.js";
import { stopCurrent } from "./requests.js";
import { advance, blocked, send } from "./sending.js";
import { now } from "./state.js";
import { wakeUp } from "./waiting.js";
import { say } from "./words.js";

export function pauseOrResume() {
  if (now.paused) resume();
  else pause();
}

function pause() {
  now.paused = true;
  stopCurrent();
  wakeUp();
  announce(say("stopped"));
  show();
}

function resume() {
  now.paused = false;
  announce(say("going_on"));
  show();
  advance();
}

export function wantSend(event) {
  event.preventDefault();
  const line = blocked();
  notice(line);
  if (line) {
    const first = entries.find((entry) => entry.error || isLost(entry));
    (first ? rowOf(first) : at("drop")).scrollIntoView({ block: "nearest" });
    return;
  }
  now.sendWanted = true;
  if (now.paused) resume();
  show();
  if (areIn()) send();
  else {
    announce(say("send_waiting"));
    at("unsend").focus();
    advance();
  }
}

export function unwantSend() {
  now.sendWanted = false;
  notice();
  wakeUp();
  show();
  at("send").focus();
}

export function askClose(sure) {
  at("sure").hidden = !sure;
  at("close").hidden = sure;
  (sure ? at("keep") : at("close")).focus();
}

export async function close() {
  at("close-now").disabled = true;
  stopCurrent();
  now.paused = true;
  try {
    await closeLink();
    end("closed");
  } catch (fault) {
    at("close-now").disabled = false;
    if (!endedBy(fault)) notice(say("away_now"));
    show();
  }
}
