// Everything that the page says by itself, in both languages: key: [zh, en].
const TEXTS = {
  title: ["同一社会，两种治理", "One society, two ways"],
  controls: ["控制", "Controls"],
  play: ["播放", "Play"], pause: ["暂停", "Pause"], step: ["下一月", "Next month"], back: ["上一月", "Month before"],
  speed: ["速度", "Speed"], month: ["第 {0} 个月", "Month {0}"], "per-second": ["每秒 {0} 个月", "{0} months a second"],
  "to-year-5": ["直到第 5 年", "to year 5"],
  institutions: ["制度", "Institutions"], begin: ["重新开始", "Begin anew"], help: ["帮助", "Help"], close: ["关闭", "Close"],
  log: ["发生了什么", "What happens"], tiles: ["本月指标", "This month"], curves: ["变化曲线", "Over time"],
  wait: ["请稍候", "One moment"],
  badge: ["同一批居民·同样的运气·同样的钱；种子 {0}", "same people, same luck, same money; seed {0}"],
  "institutions-about": ["从下月起生效；左列为左边的世界，右列为右边的世界。", "From the next month on; the left column is the world on the left, the right column that on the right."],
  "begin-about": ["更换种子、世界或居民的常数，都会得到一个新的社会。", "Another seed, other worlds or other constants of people make a new society."],
  seed: ["种子", "Seed"], residents: ["居民数", "Residents"], "world-a": ["左边的世界", "World on the left"], "world-b": ["右边的世界", "World on the right"],
  dice: ["随机", "Roll"],
  why: ["居民 {0}，第 {1} 个月：为什么出力或不出力", "Resident {0}, month {1}: why they gave, or did not"],
  nothing: ["没有可参与的事项。", "No matter was open to them."],
  sum: ["合计 {0}", "in all {0}"],
  legend: ["颜色：满意度，深色低、浅色高；圆点：本月出力；圆环：有人动员但没有出力；小点：其他参与。", "Colour: satisfaction, dark is low, light is high; disc: gave this month; ring: was asked and gave nothing; dot: took part otherwise."],
  spoken: ["第 {0} 个月：满意度 {1} 对 {2}，参与率 {3} 对 {4}。", "Month {0}: satisfaction {1} and {2}, took part {3} and {4}."],
  canvas: ["{0}：{1} 名居民", "{0}: {1} residents"],
  "look-back": ["正在回看第 {0} 个月", "looking back at month {0}"],
  branch: ["从这里继续", "Go on from here"],
  all: ["全部", "all"],
  lost: ["与服务器的连接已断开，正在重连……", "The connection to the server is lost; trying again ..."],
  "not-teacher": ["只有教师可以操作；请使用终端中打印的地址。", "Only the teacher can drive; use the address that the terminal printed."],
  "government.envelope_growth": ["财政年增长率", "Growth of public money a year"],
  "society.free_rider_share": ["搭便车者比例", "Share of free riders"],
  "behaviour.disconfirmation_weight": ["期望落差权重", "Weight of disappointment"],
  "behaviour.spirit_rate": ["共同精神的变化速度", "How fast public spirit moves"],
  "key-space": ["播放或暂停", "play or pause"], "key-right": ["下一月", "next month"], "key-left": ["上一月", "month before"],
  "key-home": ["回到开始", "to the beginning"], "key-end": ["回到最新", "to the latest"], "key-i": ["制度", "institutions"],
  "key-l": ["语言", "language"], "key-s": ["朗读摘要", "say the month"], "key-w": ["为什么（选中的居民）", "why (the resident that is chosen)"],
  "key-r": ["重新开始", "begin anew"], "key-?": ["帮助", "help"],
};

let language = "zh";

export function setLanguage(to) { language = to; document.documentElement.lang = to; }
export function currentLanguage() { return language; }

/** What the page says by a key, with numbers put in. */
export function say(key, ...values) {
  const [zh, en] = TEXTS[key] ?? [key, key];
  return (language === "zh" ? zh : en).replace(/\{(\d)\}/g, (_, place) => values[place]);
}

/** Whichever of two texts is the reader's. */
export function pick(text) { return language === "zh" ? text.zh : text.en; }

/** Write every fixed text of the page anew. */
export function translate(root = document) {
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
  for (const element of root.querySelectorAll("[data-label]")) element.setAttribute("aria-label", say(element.dataset.label));
}
