// The page: it listens to a source of months, draws them, and sends what the teacher wants.
import { Curves } from "./curves.js";
import { LiveSource } from "./source.js";
import { currentLanguage, pick, say, setLanguage, translate } from "./text.js";
import { showWhy } from "./why.js";
import { World } from "./world.js";

const $ = (id) => document.getElementById(id);
const SPEEDS = [1, 4, 12], MOST_ROWS = 200;
const TILES = ["satisfaction", "participation", "performance", "outlay_per_head", "residents_hours"];

class Page {
  constructor() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const own = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
    setLanguage(["zh", "en"].includes(wanted.get("lang")) ? wanted.get("lang") : own);
    this.worlds = ["a", "b"].map((side) => new World($(`canvas-${side}`)));
    this.curves = new Curves($("curves"));
    this.frames = [];
    this.shown = 0;
    this.playing = false;
    this.chosen = null;
    this.dirty = false;
    this.controls();
    this.words();
    this.source = new LiveSource(this, wanted.get("key") ?? "");
    requestAnimationFrame(() => this.paint());
  }

  // -- what the source tells ------------------------------------------------------------------------------------------

  status(told) { $("status").hidden = false; this.waiting = told; $("status-text").textContent = pick(told); }
  lost() { $("status").hidden = false; this.waiting = null; $("status-text").textContent = say("lost"); }
  welcome(told) { this.teacher = told.teacher; this.enable(); if (!told.teacher) this.notice(say("not-teacher")); }
  error(told) { this.notice(pick(told)); }
  paused() { this.setPlaying(false); this.speak(); }

  session(told) {
    $("status").hidden = true;
    this.told = told;
    this.frames = [];
    this.shown = told.month;
    this.chosen = null;
    this.worlds.forEach((world) => world.begin(told.layout));
    this.curves.begin(told.measures);
    this.events = [];
    $("events").replaceChildren();
    this.setPlaying(false);
    this.words();
    this.enable();
  }

  frame(frame) {
    this.frames[frame.month] = frame;
    this.curves.add(frame.month, frame.measures);
    if (frame.month >= this.shown) this.shown = frame.month;
    frame.events.forEach((events, world) => this.log(events, world));
    this.dirty = true;
    if (frame.month % 12 === 0) this.speak();
  }

  changed(told) {
    Object.assign(this.told, { changes: told.changes, institutions: told.institutions });
    if (told.month < this.frames.length - 1) {
      this.frames.length = told.month + 1;
      this.curves.cut(told.month);
      this.shown = told.month;
      for (const row of [...$("events").children]) if (Number(row.dataset.month) > told.month) row.remove();
    }
    this.rows();
    this.dirty = true;
  }

  why(told) { showWhy($("why"), told, this.names(), this.told.parts); if (!$("why").open) $("why").showModal(); }

  // -- words ----------------------------------------------------------------------------------------------------------

  names() { return this.told.titles.map((title) => pick(title)); }

  words() {
    translate();
    $("language").textContent = currentLanguage() === "zh" ? "English" : "中文";
    $("language").lang = currentLanguage() === "zh" ? "en" : "zh";
    $("legend").textContent = say("legend");
    $("speed").replaceChildren(...[...SPEEDS.map((speed) => [speed, say("per-second", speed)]), [60, say("to-year-5")]].map(([value, text]) => new Option(text, value)));
    $("speed").value = this.speed ?? 4;
    const keys = ["space", "left", "right", "home", "end", "i", "r", "w", "s", "l", "?"];
    $("key-list").replaceChildren(...keys.flatMap((key) => [element("dt", key), element("dd", say(`key-${key}`))]));
    if (!this.told) return;
    $("badge").textContent = say("badge", this.told.seed);
    this.names().forEach((name, world) => {
      $(`name-${"ab"[world]}`).textContent = name;
      $(`canvas-${"ab"[world]}`).setAttribute("aria-label", say("canvas", name, this.told.layout.residents));
    });
    this.curves.make();
    this.curves.draw();
    this.rows();
    for (const row of $("events").children) row.lastChild.textContent = pick(row.event);
    if (this.waiting && !$("status").hidden) $("status-text").textContent = pick(this.waiting);
    this.setPlaying(this.playing);
    this.dirty = true;
  }

  notice(text) { $("spoken").textContent = text; }

  speak() {
    const frame = this.frames[this.shown];
    if (!frame) return;
    const [a, b] = frame.measures, share = (x) => (x === null ? "–" : `${Math.round(100 * x)}%`);
    this.notice(say("spoken", this.shown, number(a.satisfaction), number(b.satisfaction), share(a.participation), share(b.participation)));
  }

  log(events, world) {
    for (const event of events) {
      const row = document.createElement("li");
      row.event = event;
      row.dataset.month = event.month;
      row.className = "ab"[world];
      row.append(element("span", String(event.month)), element("span", pick(event)));
      $("events").prepend(row);
    }
    while ($("events").children.length > MOST_ROWS) $("events").lastChild.remove();
  }

  // -- drawing --------------------------------------------------------------------------------------------------------

  paint() {
    if (this.dirty && this.frames[this.shown]) {
      this.dirty = false;
      const frame = this.frames[this.shown];
      this.worlds.forEach((world, side) => world.draw(frame.worlds[side], frame.month, this.chosen));
      this.curves.draw();
      this.tiles(frame);
      $("month").textContent = say("month", this.shown);
    }
    requestAnimationFrame(() => this.paint());
  }

  tiles(frame) {
    $("tiles").replaceChildren(...TILES.map((name) => {
      const box = element("div", "");
      box.className = "tile";
      const measure = this.told.measures[name];
      box.append(element("span", `${pick(measure.text)} (${pick(measure.unit)})`));
      frame.measures.forEach((measures, world) => {
        const value = element("b", shownAs(measures[name], measure.factor));
        value.className = "ab"[world];
        box.append(value);
      });
      return box;
    }));
  }

  // -- controls -------------------------------------------------------------------------------------------------------

  enable() {
    for (const id of ["play", "step", "begin"]) $(id).disabled = !this.teacher;
  }

  setPlaying(playing) {
    this.playing = playing;
    $("play").textContent = say(playing ? "pause" : "play");
    $("play").setAttribute("aria-pressed", playing);
  }

  play() {
    if (this.playing) { this.source.send({ do: "pause" }); this.setPlaying(false); return; }
    this.goOn();
    const speed = Number($("speed").value);
    this.speed = speed;
    this.source.send(speed === 60 ? { do: "play", speed, until: 60 } : { do: "play", speed });
    this.setPlaying(true);
  }

  /** Whoever looks back and goes on begins from there. */
  goOn() { if (this.shown < this.frames.length - 1) this.source.send({ do: "branch", month: this.shown }); }

  step() { if (this.shown < this.frames.length - 1) this.look(this.shown + 1); else this.source.send({ do: "step" }); }

  look(month) {
    if (this.playing) this.play();
    this.shown = Math.max(0, Math.min(month, this.frames.length - 1));
    this.dirty = true;
    if (this.shown < this.frames.length - 1) this.notice(say("look-back", this.shown));
  }

  choose(resident) { this.chosen = resident; this.dirty = true; }

  ask() { if (this.chosen !== null) this.source.send({ do: "why", resident: this.chosen }); }

  controls() {
    $("play").onclick = () => this.play();
    $("step").onclick = () => this.step();
    $("back").onclick = () => this.look(this.shown - 1);
    $("language").onclick = () => { setLanguage(currentLanguage() === "zh" ? "en" : "zh"); this.words(); };
    $("switches").onclick = () => { this.rows(); $("drawer").showModal(); };
    $("help").onclick = () => $("keys").showModal();
    $("begin").onclick = () => this.openSetup();
    $("setup").onclose = () => { if ($("setup").returnValue === "begin") this.beginAnew(); };
    this.worlds.forEach((world) => {
      world.canvas.onclick = (event) => {
        const box = world.canvas.getBoundingClientRect();
        const resident = world.at(event.clientX - box.left, event.clientY - box.top);
        if (resident !== null) { this.choose(resident); this.ask(); }
      };
    });
    addEventListener("resize", () => { this.worlds.forEach((world) => world.resize()); if (this.told) this.curves.make(); this.dirty = true; });
    addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const typing = event.target.closest("input, select, textarea"), dialog = document.querySelector("dialog[open]");
    if (typing || dialog || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = {
      " ": () => this.play(), ArrowRight: () => this.step(), ArrowLeft: () => this.look(this.shown - 1), Home: () => this.look(0),
      End: () => this.look(this.frames.length - 1), i: () => $("switches").click(), l: () => $("language").click(), s: () => this.speak(),
      w: () => { this.choose(this.chosen ?? 0); this.ask(); }, r: () => $("begin").click(), "?": () => $("help").click(),
    };
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || (event.key === " " && event.target.closest("button"))) return;
    event.preventDefault();
    act();
  }

  rows() {
    if (!this.told) return;
    const groups = new Map();
    for (const one of this.told.registry) groups.set(one.pillar.en, [...(groups.get(one.pillar.en) ?? []), one]);
    $("rows").replaceChildren(...[...groups.values()].map((ones) => {
      const box = document.createElement("fieldset");
      box.append(element("legend", pick(ones[0].pillar)), ...ones.map((one) => this.row(one)));
      return box;
    }));
  }

  row(one) {
    const box = document.createElement("div");
    box.className = "institution";
    [0, 1].forEach((world) => {
      const tick = Object.assign(document.createElement("input"), { type: "checkbox", checked: one.id in this.told.institutions[world], disabled: !this.teacher });
      tick.setAttribute("aria-label", `${pick(one.text)}: ${this.names()[world]}`);
      tick.onchange = () => { this.goOn(); this.source.send({ do: "switch", world: "ab"[world], institution: one.id, on: tick.checked }); };
      box.append(tick);
    });
    const words = document.createElement("div");
    words.append(element("b", pick(one.text)), element("p", pick(one.about)), element("small", `${pick(one.price)} ${pick(one.can_fail)}`));
    box.append(words);
    return box;
  }

  openSetup() {
    const { told } = this, fields = [["seed", "number", told.seed, 0, 999999, 1], ["residents", "number", told.layout.residents, 900, 10000, 100]];
    const rows = fields.map(([name, type, value, min, max, step]) => labelled(say(name), Object.assign(document.createElement("input"), { name, type, value, min, max, step })));
    for (const side of ["a", "b"]) {
      const select = Object.assign(document.createElement("select"), { name: side });
      select.append(...told.scenarios.map((one) => new Option(pick(one.title), one.id)));
      select.value = told[side];
      rows.push(labelled(say(`world-${side}`), select));
    }
    for (const [key, [min, max]] of Object.entries(told.sliders)) {
      const slider = Object.assign(document.createElement("input"), { name: key, type: "range", min, max, step: (max - min) / 50, value: told.people[key] ?? told.usual[key] });
      const number = element("output", slider.value);
      slider.oninput = () => { number.textContent = slider.value; slider.dataset.moved = "1"; };
      if (key in told.people) slider.dataset.moved = "1";
      rows.push(labelled(say(key), slider, number));
    }
    $("setup-rows").replaceChildren(...rows);
    $("setup").showModal();
  }

  beginAnew() {
    const form = $("setup-form"), people = {};
    for (const key of Object.keys(this.told.sliders)) if (form.elements[key].dataset.moved) people[key] = Number(form.elements[key].value);
    this.source.send({ do: "reset", seed: Number(form.elements.seed.value), residents: Number(form.elements.residents.value), a: form.elements.a.value, b: form.elements.b.value, people });
  }
}

function element(name, text) { const made = document.createElement(name); made.textContent = text; return made; }
function labelled(text, ...inputs) { const label = element("label", ""); label.append(element("span", text), ...inputs); return label; }
function number(value) { return value === null ? "–" : value.toFixed(1); }

function shownAs(value, factor) {
  if (value === null) return "–";
  const shown = factor * value;
  return factor > 1 ? shown.toFixed(0) : shown.toFixed(shown < 10 ? 2 : 1);
}

new Page();
