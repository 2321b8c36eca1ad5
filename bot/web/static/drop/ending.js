// The end of the link: sent, closed or expired.
import { at } from "./elements.js";
import { entries } from "./entries.js";
import { forgetChanged, forgetWords } from "./kept.js";
import { stopCurrent } from "./requests.js";
import { now } from "./state.js";
import { wakeUp } from "./waiting.js";
import { said } from "./words.js";

// Whether this fault says that the link is over; then the page says so too.
export function endedBy(fault) {
  if (![403, 404, 410].includes(fault.status) || ["gone", "not_allowed"].includes(fault.key)) return false;
  end(fault.key === "sent" || fault.key === "expired" ? fault.key : "closed", fault.text);
  return true;
}

export function end(how, text = "") {
  if (now.over) return;
  now.over = true;
  stopCurrent();
  wakeUp();
  for (const entry of entries) if (entry.id) forgetChanged(entry.id);
  forgetWords();
  for (const id of ["intro", "facts", "app"]) at(id).hidden = true;
  at("over").hidden = false;
  at("over-title").textContent = said[`${how}_title`] ?? said.closed_title;
  at("over-says").textContent = how === "sent" ? said.sent_text : text || (said[`${how}_text`] ?? said.closed_text);
  document.querySelector("main").className = "short";
  document.title = at("over-title").textContent;
  document.querySelector(".back")?.classList.add("button");
  at("over-title").focus();
}
