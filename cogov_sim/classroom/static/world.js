// One world as a picture: communities side by side, their grids below each other, buildings as rows of cells, one a resident.
import { pick } from "./text.js";

export const GAVE_NOTHING = 1, GAVE = 2, OTHER_ACTS = 4 | 8; // came to a meeting, spoke up
// six steps of cividis, from low to high satisfaction; light cells have an outline
const STEPS = ["#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838"];
const OUTLINE = "#444444", LABEL = 13, GAP = 3;
const FADES = 3; // months until the mark of an act is gone

/** Where everybody sits in a picture of some size: the largest cells that fit. */
export function seats(layout, width, height) {
  for (let cell = 14; cell > 1; cell -= 0.5) {
    const found = placed(layout, width, height, cell);
    if (found) return found;
  }
  return placed(layout, width, Infinity, 1.5);
}

function placed(layout, width, height, cell) {
  const x = new Float32Array(layout.residents), y = new Float32Array(layout.residents), boxes = [];
  let left = 0;
  const free = width - GAP * (layout.communities.length - 1);
  for (const [c, community] of layout.communities.entries()) {
    const wide = (free * (community.last - community.first)) / layout.residents;
    const columns = Math.floor((wide - 2 * GAP) / cell);
    if (columns < 1) return null;
    let top = LABEL;
    boxes.push({ x: left, y: 0, width: wide, level: "community", text: community, height: 0 });
    const whole = boxes.at(-1);
    for (const grid of layout.grids.filter((one) => one.in === c)) {
      const start = top;
      top += LABEL;
      const number = layout.grids.indexOf(grid);
      for (const building of layout.buildings.filter((one) => one.in === number)) {
        const people = building.last - building.first;
        for (let i = 0; i < people; i++) {
          x[building.first + i] = left + GAP + (i % columns) * cell;
          y[building.first + i] = top + Math.floor(i / columns) * cell;
        }
        top += Math.ceil(people / columns) * cell + 1;
      }
      boxes.push({ x: left + 1, y: start, width: wide - 2, height: top - start, level: "grid", text: grid });
      top += GAP;
    }
    whole.height = top;
    if (top > height) return null;
    left += wide + GAP;
  }
  return { x, y, cell, boxes };
}

/** Draws one world, and remembers when each resident last acted. */
export class World {
  constructor(canvas) {
    this.canvas = canvas;
    this.layout = null;
  }

  begin(layout) {
    this.layout = layout;
    this.since = new Int16Array(layout.residents).fill(-FADES);
    this.mark = new Uint8Array(layout.residents);
    this.resize();
  }

  resize() {
    if (!this.layout) return;
    const box = this.canvas.getBoundingClientRect(), scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(box.width * scale);
    this.canvas.height = Math.round(box.height * scale);
    this.scale = scale;
    this.seats = seats(this.layout, box.width, box.height);
  }

  draw(columns, month, chosen) {
    if (!this.seats) return;
    const pen = this.canvas.getContext("2d"), { x, y, cell, boxes } = this.seats;
    pen.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const size = cell > 3 ? cell - 1 : cell;
    for (let step = 0; step < STEPS.length; step++) {
      pen.fillStyle = STEPS[step];
      for (let i = 0; i < x.length; i++) {
        if (Math.min(5, Math.floor((columns.satisfaction[i] / 256) * 6)) === step) pen.fillRect(x[i], y[i], size, size);
      }
    }
    if (cell >= 5) {
      pen.strokeStyle = OUTLINE;
      pen.lineWidth = 0.6;
      pen.beginPath();
      for (let i = 0; i < x.length; i++) if (columns.satisfaction[i] > 170) pen.rect(x[i] + 0.3, y[i] + 0.3, size - 0.6, size - 0.6);
      pen.stroke();
    }
    this.acts(pen, columns.acts, month, size);
    this.names(pen, boxes);
    if (chosen !== null) {
      pen.strokeStyle = "#d6006c";
      pen.lineWidth = 2.5;
      pen.strokeRect(x[chosen] - 1.5, y[chosen] - 1.5, size + 3, size + 3);
    }
  }

  acts(pen, acts, month, size) {
    const { x, y } = this.seats, middle = size / 2, radius = Math.max(1.2, size * 0.32);
    for (let i = 0; i < x.length; i++) {
      const now = (acts[i] & 3) === GAVE ? 3 : (acts[i] & 3) === GAVE_NOTHING ? 2 : acts[i] & OTHER_ACTS ? 1 : 0;
      if (now) { this.mark[i] = now; this.since[i] = month; }
      const age = month - this.since[i];
      if (age < 0 || age >= FADES || !this.mark[i]) continue;
      pen.globalAlpha = 1 - age / FADES;
      pen.fillStyle = pen.strokeStyle = "#ffffff";
      pen.beginPath();
      pen.arc(x[i] + middle, y[i] + middle, this.mark[i] === 1 ? radius * 0.5 : radius, 0, 7);
      if (this.mark[i] === 2) { pen.lineWidth = 1.1; pen.strokeStyle = "#000000"; pen.stroke(); pen.lineWidth = 0.7; pen.strokeStyle = "#ffffff"; pen.stroke(); }
      else { pen.fill(); pen.lineWidth = 0.6; pen.strokeStyle = "#000000"; pen.stroke(); }
    }
    pen.globalAlpha = 1;
  }

  names(pen, boxes) {
    pen.textBaseline = "top";
    for (const box of boxes) {
      const whole = box.level === "community", text = pick(box.text);
      pen.fillStyle = whole ? "#111111" : "#444444";
      pen.font = `${whole ? 600 : 400} ${whole ? 11 : 9.5}px "CoGov Sans SC", system-ui, sans-serif`;
      const short = whole ? text : text.replace(/ of .*/, "").replace(/^.*第/, "第");
      pen.fillText(short, box.x + 2, box.y + 1, box.width - 4);
      if (!whole) { pen.strokeStyle = "#bbbbbb"; pen.lineWidth = 0.7; pen.strokeRect(box.x, box.y, box.width, box.height); }
    }
  }

  /** The resident at a place of the picture, or null. */
  at(x, y) {
    if (!this.seats) return null;
    const { cell } = this.seats;
    for (let i = 0; i < this.seats.x.length; i++) {
      const dx = x - this.seats.x[i], dy = y - this.seats.y[i];
      if (dx >= 0 && dx < cell && dy >= 0 && dy < cell) return i;
    }
    return null;
  }
}
