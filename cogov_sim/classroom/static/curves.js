// Curves of both worlds on shared axes, month by month.
import { pick } from "./text.js";

export const COLOURS = ["#A34700", "#542788"];
export const SHOWN = ["satisfaction", "participation", "performance", "outlay_per_head"];

/** Four small charts. */
export class Curves {
  constructor(parent) { this.parent = parent; this.charts = []; this.months = []; this.values = {}; }

  begin(texts) {
    this.texts = texts;
    this.months = [];
    this.values = Object.fromEntries(SHOWN.map((name) => [name, [[], []]]));
    this.make();
  }

  make() {
    this.charts.forEach((chart) => chart.destroy());
    this.parent.replaceChildren();
    this.charts = SHOWN.map((name) => {
      const box = document.createElement("figure"), caption = document.createElement("figcaption");
      caption.textContent = `${pick(this.texts[name].text)} (${pick(this.texts[name].unit)})`;
      const place = document.createElement("div");
      box.append(caption, place);
      this.parent.append(box);
      const axis = { stroke: "#333", grid: { stroke: "#e5e5e5" }, font: '11px "CoGov Sans SC", system-ui', size: 44 };
      return new uPlot({
        width: place.clientWidth || 300, height: Math.max(90, this.parent.clientHeight - 2 * caption.offsetHeight), legend: { show: false }, cursor: { show: false },
        scales: { x: { time: false } },
        axes: [{ ...axis, size: 22 }, axis],
        series: [{}, ...COLOURS.map((stroke, world) => ({ stroke, width: 2, dash: world ? [6, 4] : undefined, points: { show: false } }))],
      }, this.data(name), place);
    });
  }

  data(name) { return [this.months, ...this.values[name]]; }

  /** A month came, perhaps one that was there. */
  add(month, measures) {
    let place = this.months.indexOf(month);
    if (place < 0) { place = this.months.push(month) - 1; }
    for (const name of SHOWN) for (const world of [0, 1]) {
      const value = measures[world][name];
      this.values[name][world][place] = value === null ? null : value * this.texts[name].factor;
    }
  }

  /** Forget what comes after a month. */
  cut(month) {
    const keep = this.months.filter((one) => one <= month).length;
    this.months.length = keep;
    for (const name of SHOWN) for (const world of [0, 1]) this.values[name][world].length = keep;
  }

  draw() { this.charts.forEach((chart, place) => chart.setData(this.data(SHOWN[place]))); }
}
