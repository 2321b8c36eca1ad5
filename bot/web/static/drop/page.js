// The page of an upload link: what an earlier visit left, and what it listens to.
import { add, pressed } from "./choosing.js";
import { askClose, close, pauseOrResume, unwantSend, wantSend } from "./deciding.js";
import { show } from "./drawing.js";
import { announce, at, notice } from "./elements.js";
import { end, endedBy } from "./ending.js";
import { entries, isOpen, makeEntry } from "./entries.js";
import { keepWords, readWords } from "./kept.js";
import { fileUrl, readState } from "./link.js";
import { Fault } from "./requests.js";
import { now } from "./state.js";
import { away, backOff, wait, wakeUp } from "./waiting.js";
import { say } from "./words.js";

// A browser cannot open the files of an earlier visit again, so they are asked for.
async function load() {
  for (let tries = 0; !now.over; tries += 1) {
    try {
      const state = await readState();
      if (state.state !== "open") return end(state.state);
      Object.assign(now, { limit: state.limit, most: state.most });
      for (const { id, name, size, offset, done } of state.files) {
        entries.push(makeEntry({ id, url: fileUrl(id), name, size, offset, done }));
      }
      notice();
      return show();
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      if (endedBy(fault)) return;
      notice(say("away_now"));
      await wait(backOff(tries), away());
    }
  }
}

async function loadWords() {
  const words = await readWords();
  if (!at("words").value) at("words").value = words;
}

async function choose(files, folders) {
  await loaded;
  add(files, folders);
}

const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

function dropped(event) {
  event.preventDefault();
  document.body.classList.remove("over");
  const items = [...(event.dataTransfer?.items ?? [])].filter((item) => item.kind === "file");
  const found = items.map((item) => item.webkitGetAsEntry?.());
  const folders = found.filter((entry) => entry?.isDirectory).map((entry) => entry.name);
  const files = [...(event.dataTransfer?.files ?? [])].filter((file) => !folders.includes(file.name));
  if (files.length || folders.length) choose(files, folders);
}

function listen() {
  at("choose").addEventListener("change", (event) => {
    const files = [...event.target.files];
    event.target.value = ""; // the same file can be chosen again
    choose(files);
  });
  document.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    document.body.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (holdsFiles(event)) dropped(event);
  });
  at("files").addEventListener("click", pressed);
  at("pause").addEventListener("click", pauseOrResume);
  at("words").addEventListener("input", () => keepWords(at("words").value));
  at("form").addEventListener("submit", wantSend);
  at("unsend").addEventListener("click", unwantSend);
  at("close").addEventListener("click", () => askClose(true));
  at("keep").addEventListener("click", () => askClose(false));
  at("close-now").addEventListener("click", close);
  addEventListener("online", () => {
    announce(say("online"));
    wakeUp();
  });
  addEventListener("beforeunload", (event) => {
    const open = now.sendWanted || entries.some((entry) => entry.file && isOpen(entry));
    if (!now.over && open) event.preventDefault();
  });
}

listen();
loadWords();
at("app").hidden = false;
const loaded = load();
