// Why one resident gave or did not, in both worlds: the sentence first, then what it is made of, as bars.
import { pick, say } from "./text.js";

/** Fill the panel. */
export function showWhy(panel, told, names, parts) {
  panel.querySelector("#why-title").textContent = say("why", told.resident, told.month);
  const place = panel.querySelector("#why-worlds");
  place.replaceChildren(...told.worlds.map((reasons, world) => column(reasons, names[world], parts)));
}

function column(reasons, name, parts) {
  const box = document.createElement("section"), head = document.createElement("h3");
  head.textContent = name;
  box.append(head);
  if (!reasons.length) {
    const none = document.createElement("p");
    none.textContent = say("nothing");
    box.append(none);
  }
  for (const reason of reasons) {
    const sentence = document.createElement("p");
    sentence.textContent = pick(reason);
    box.append(sentence);
    if (Object.keys(reason.parts).length) box.append(bars(reason.parts, parts));
  }
  return box;
}

function bars(values, names) {
  const table = document.createElement("table");
  table.className = "bars";
  const entries = Object.entries(values).filter(([, value]) => Math.abs(value) > 0.0005);
  entries.sort(([one, a], [other, b]) => (one === "chance") - (other === "chance") || Math.abs(b) - Math.abs(a));
  const most = Math.max(...entries.map(([, value]) => Math.abs(value)));
  for (const [key, value] of entries) {
    const row = table.insertRow();
    row.insertCell().textContent = pick(names[key]);
    const bar = document.createElement("div");
    bar.className = value < 0 ? "bar less" : "bar more";
    bar.style.width = `${(50 * Math.abs(value)) / most}%`;
    row.insertCell().append(bar);
    row.insertCell().textContent = (value > 0 ? "+" : "") + value.toFixed(2);
  }
  const total = entries.reduce((sum, [, value]) => sum + value, 0);
  const row = table.insertRow();
  row.className = "total";
  row.insertCell().textContent = say("sum", "");
  row.insertCell();
  row.insertCell().textContent = total.toFixed(2);
  return table;
}
