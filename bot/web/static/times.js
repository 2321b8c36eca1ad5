// Points in time, in the reader's own zone and way of writing.

for (const mark of document.querySelectorAll("time[datetime]")) {
  const when = new Date(mark.dateTime);
  if (!Number.isNaN(when.getTime())) {
    mark.textContent = when.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  }
}
