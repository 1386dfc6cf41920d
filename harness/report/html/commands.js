// The table of commands: all that the page holds, filtered by words and outcome; only rows in view
// are in the document.

const ROW = 26;
const HOST_STATUS = {1: "no connection", 2: "bus busy", 3: "timed out", 4: "no such target", 5: "aborted", 6: "parity error", 7: "host adapter error", 8: "bus reset", 11: "try again"};

// A check condition that only brings news, or says "not yet", is no failure.
function judged(command) {
  command.took = command.took || 0;
  if (command.host) {
    command.outcome = "fail";
    command.why = `no answer: ${HOST_STATUS[command.host] || `host status ${command.host}`}${command.errno ? ` (${command.errno})` : ""}`;
  } else if (command.status) {
    const news = [0, 1, 2, 6].includes(command.key) && !command.deferred;
    command.outcome = news ? "info" : "fail";
    command.why = (command.deferred ? "deferred: " : "") + (command.means || `status ${command.status.toString(16)}h`);
  } else {
    command.outcome = "ok";
    command.why = "";
  }
  command.shown = true;
  command.words = `${command.n} ${command.name} ${command.cdb} ${command.sense || ""} ${command.why} ${command.lba ?? ""} ${command.fault ? "fault" : ""}`.toLowerCase();
  return command;
}

class CommandTable {
  constructor(commands, onSelect) {
    Object.assign(this, {commands, onSelect, shown: commands, selected: null, outcome: "all"});
    this.filter = el("input", {type: "search", id: "filter", placeholder: "Filter: name, CDB, sense, LBA …", "aria-label": "Filter commands", oninput: () => this.apply()});
    this.count = el("span", {class: "quiet", id: "command-count", role: "status"});
    this.body = el("div", {class: "rows", id: "commands", role: "listbox", tabindex: 0, "aria-label": "Commands", onscroll: () => this.draw(), onkeydown: (event) => this.key(event)});
    this.detail = el("div", {class: "detail", id: "command-detail"});
    this.buttons = [["all", "All"], ["info", "Not good"], ["fail", "Failed"], ["fault", "Touched by a fault"]].map(([name, text]) =>
      el("button", {type: "button", "data-outcome": name, "aria-pressed": String(name === "all"), onclick: () => { this.outcome = name; this.apply(); }}, text));
    this.element = el("div", {}, el("div", {class: "bar no-print", style: "margin-bottom:10px"}, this.filter, ...this.buttons, this.count), this.body, this.detail);
    this.onFilter = () => {};
    this.apply();
    new ResizeObserver(() => this.draw()).observe(this.body);
  }

  wanted(command, words) {
    const outcomes = {all: true, info: command.outcome !== "ok", fail: command.outcome === "fail", fault: Boolean(command.fault)};
    return outcomes[this.outcome] && words.every((word) => command.words.includes(word));
  }

  apply() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter((word) => word);
    for (const command of this.commands) command.shown = this.wanted(command, words);
    this.shown = this.commands.filter((command) => command.shown);
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.outcome === this.outcome));
    this.count.textContent = `${this.shown.length.toLocaleString("en")} of ${this.commands.length.toLocaleString("en")}`;
    this.body.scrollTop = 0;
    this.draw();
    this.onFilter();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.body.scrollTop / ROW) - 5);
    const last = Math.min(this.shown.length, first + Math.ceil(this.body.clientHeight / ROW) + 12);
    const head = el("div", {class: "row head"}, ["#", "at", "took", "command", "CDB", "answer"].map((name, i) => el("span", {class: i < 3 ? "number" : ""}, name)));
    const space = el("div", {style: `height:${this.shown.length * ROW}px`});
    this.body.replaceChildren(head, space);
    for (let i = first; i < last; ++i) this.body.append(this.row(this.shown[i], i));
  }

  row(command, i) {
    return el("div", {class: `row ${command.outcome}`, style: `top:${(i + 1) * ROW}px`, role: "option", "data-n": command.n, "aria-selected": String(command === this.selected), onclick: () => this.onSelect(command)},
      el("span", {class: "number quiet"}, String(command.n)), el("span", {class: "number"}, seconds(command.at)), el("span", {class: "number"}, seconds(command.took)),
      el("span", {}, command.name, command.fault ? el("span", {class: "struck", title: "A fault rule had a hand in it"}, " ⚡") : null),
      el("code", {}, command.cdb), el("span", {}, command.why || (command.lba !== undefined ? el("span", {class: "quiet"}, `LBA ${command.lba.toLocaleString("en")}, ${counted(command.blocks, "block")}`) : "")));
  }

  key(event) {
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15};
    const at = this.shown.indexOf(this.selected);
    let next = null;
    if (event.key in steps) next = at < 0 ? 0 : at + steps[event.key];
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = this.shown.length - 1;
    if (next === null || this.shown.length === 0) return;
    event.preventDefault();
    this.onSelect(this.shown[Math.max(0, Math.min(this.shown.length - 1, next))]);
  }

  select(command) {
    this.selected = command;
    const i = this.shown.indexOf(command);
    if (i >= 0 && (i * ROW < this.body.scrollTop || (i + 2) * ROW > this.body.scrollTop + this.body.clientHeight))
      this.body.scrollTop = Math.max(0, i * ROW - this.body.clientHeight / 2);
    this.draw();
    this.detail.replaceChildren(commandDetail(command));
  }
}

function commandDetail(command) {
  const data = command.out ? `${bytes(command.out)} to the drive` : command.in ? `${bytes(command.got)} of ${bytes(command.in)} from the drive` : "none";
  const rows = [["Command", `#${command.n} ${command.name}`], ["At", `${command.at.toFixed(6)} s of drive time`], ["Took", seconds(command.took, 6)], ["CDB", el("code", {}, command.cdb)],
    ["Blocks", command.lba !== undefined && `LBA ${command.lba.toLocaleString("en")}, ${counted(command.blocks, "block")}`], ["Data", data],
    ["Answer", chip(command.outcome, command.why || "GOOD")], ["Sense bytes", command.sense && el("code", {}, command.sense)],
    ["Fault", command.fault && "a rule had a hand in it"]];
  return el("dl", {}, rows.filter(([, value]) => value).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]).flat());
}
