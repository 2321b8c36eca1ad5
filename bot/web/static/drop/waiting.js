// Waiting for what may be otherwise in a moment, and saying so.
import { show } from "./drawing.js";
import { announce } from "./elements.js";
import { now } from "./state.js";
import { say, span } from "./words.js";

export const LONGEST_WAIT_S = 30;

let wake = () => {};

// Until the time is over, the network is back, or the user does something.
export function wait(seconds, words) {
  return new Promise((resolve) => {
    const isNew = now.trouble?.words !== words;
    now.trouble = { words, until: Date.now() + seconds * 1000 };
    if (isNew) announce(say(words, { wait: span(seconds), name: "" }));
    const timer = setTimeout(() => wake(), seconds * 1000);
    wake = () => {
      clearTimeout(timer);
      wake = () => {};
      resolve();
    };
    show();
  });
}

// Wait no longer.
export const wakeUp = () => wake();

export function backOff(tries) {
  return Math.min(LONGEST_WAIT_S, 2 ** tries) * (0.75 + Math.random() / 2);
}

export const away = () => (navigator.onLine === false ? "offline" : "away");
