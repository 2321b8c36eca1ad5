// The page's elements, and its two places for what is said: seen by everybody, or read out alone.

export const at = (id) => document.getElementById(id);

export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function announce(text) {
  at("live").textContent = text;
}

export function notice(...lines) {
  at("notice").textContent = lines.join("\n");
}
