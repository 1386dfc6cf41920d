// The timeline: lanes above each other over one axis of drive time, windows in which faults acted
// shaded across all of them. Zoomed with buttons, keys, the wheel (with Ctrl) or by drawing a window.

const GUTTER = 118;
const AXIS = 24;

class Timeline {
  constructor(lanes, end, faults, marks, onSelect) {
    Object.assign(this, {lanes, faults, marks, onSelect, drag: null, pointer: null});
    this.scale = new TimeScale(end);
    this.canvas = el("canvas", {tabindex: 0, role: "img", "aria-label": "Timeline of the run. Arrow keys move, plus and minus zoom, 0 shows all; the commands are in the table below."});
    this.range = el("span", {class: "quiet", id: "shown-time"});
    const button = (text, label, action) => el("button", {type: "button", "aria-label": label, title: label, onclick: () => { action(); this.draw(); }}, text);
    this.element = el("div", {}, el("div", {class: "bar no-print"}, button("−", "Zoom out", () => this.scale.zoom(2)), button("+", "Zoom in", () => this.scale.zoom(0.5)),
      button("Fit", "Show all", () => this.scale.fit()), button("◀", "Earlier", () => this.scale.pan(-0.5)), button("▶", "Later", () => this.scale.pan(0.5)),
      this.range, el("span", {class: "grow"}), el("span", {class: "quiet"}, "Draw a window to zoom; Ctrl+wheel; double click shows all")),
    el("div", {class: "timeline"}, this.canvas));
    this.height = lanes.reduce((sum, lane) => sum + lane.height + 4, AXIS + 14);
    this.listen();
    theme.listeners.push(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  listen() {
    const on = (name, action) => this.canvas.addEventListener(name, action);
    on("pointermove", (event) => this.hover(event));
    on("pointerleave", () => { this.pointer = null; tip.hide(); this.draw(); });
    on("pointerdown", (event) => { this.drag = event.offsetX; this.canvas.setPointerCapture(event.pointerId); });
    on("pointerup", (event) => this.release(event));
    on("dblclick", () => { this.scale.fit(); this.draw(); });
    on("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.scale.zoom(event.deltaY > 0 ? 1.25 : 0.8, event.offsetX);
      this.draw();
    });
    on("keydown", (event) => {
      const action = {ArrowLeft: () => this.scale.pan(-0.1), ArrowRight: () => this.scale.pan(0.1), "+": () => this.scale.zoom(0.6), "-": () => this.scale.zoom(1.6), "0": () => this.scale.fit(), Home: () => this.scale.fit()}[event.key];
      if (!action || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      action();
      this.draw();
    });
  }

  release(event) {
    const from = this.drag;
    this.drag = null;
    if (from === null) return;
    if (Math.abs(event.offsetX - from) > 5) {
      const times = [this.scale.time(from), this.scale.time(event.offsetX)].sort((a, b) => a - b);
      this.scale.show(...times);
    } else {
      const lane = this.laneAt(event.offsetY);
      const command = lane && lane.command && lane.command(this.scale.time(event.offsetX), this.slack());
      if (command) this.onSelect(command);
    }
    this.draw();
  }

  slack() { return (this.scale.to - this.scale.from) / this.scale.width * 3; }

  laneAt(y) {
    let top = AXIS;
    for (const lane of this.lanes) {
      if (y >= top && y < top + lane.height) return lane;
      top += lane.height + 4;
    }
    return null;
  }

  hover(event) {
    this.pointer = event.offsetX;
    const time = this.scale.time(event.offsetX);
    const lane = event.offsetX >= GUTTER && this.laneAt(event.offsetY);
    const content = (lane && lane.at(time, this.slack())) || [];
    const slack = this.slack();
    const fired = this.faults.filter((fault) => fault.from - slack <= time && fault.to + slack >= time).slice(0, 3).map((fault) => el("div", {}, `⚡ ${fault.name}`));
    const marked = this.marks.filter((mark) => Math.abs(mark.at - time) <= slack).slice(0, 3).map((mark) => el("div", {}, `⚑ ${mark.text}`));
    const all = [...content, ...fired, ...marked];
    if (all.length > 0) tip.show(event.clientX, event.clientY, ...all); else tip.hide();
    this.draw();
  }

  // Brings a command into view, close enough to be seen.
  reveal(command) {
    const length = this.scale.to - this.scale.from;
    const end = command.at + command.took;
    if (command.at < this.scale.from || end > this.scale.to)
      this.scale.show(command.at - length / 2, command.at + length / 2);
    this.draw();
  }

  draw() {
    const width = this.canvas.clientWidth;
    if (width === 0) return;
    const ratio = devicePixelRatio || 1;
    this.canvas.style.height = `${this.height}px`;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(this.height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(this.height * ratio);
    }
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, this.height);
    this.scale.place(GUTTER, width - GUTTER - 10);
    this.drawAxis(context);
    let top = AXIS;
    for (const lane of this.lanes) {
      context.fillStyle = colour("quiet");
      context.font = "12px system-ui, sans-serif";
      context.fillText(lane.name, 2, top + Math.min(lane.height, 30) / 2 + 4);
      if (lane.note) {
        context.font = "10.5px system-ui, sans-serif";
        context.fillText(lane.note, 2, top + 33);
      }
      lane.draw(context, this.scale, top);
      top += lane.height + 4;
    }
    this.drawFaults(context);
    this.drawMarks(context);
    this.drawPointer(context);
    this.range.textContent = `${seconds(this.scale.from)} – ${seconds(Math.min(this.scale.to, this.scale.end))}`;
  }

  drawAxis(context) {
    const {list, step} = this.scale.ticks();
    context.font = "11.5px system-ui, sans-serif";
    for (const time of list) {
      const x = Math.round(this.scale.x(time)) + 0.5;
      context.strokeStyle = colour("line");
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(x, AXIS - 6);
      context.lineTo(x, this.height);
      context.stroke();
      context.fillStyle = colour("quiet");
      context.fillText(this.scale.label(time, step), x + 3, 12);
    }
  }

  drawFaults(context) {
    const bottom = this.height - 2;
    let labelled = -1;
    for (const fault of this.faults) {
      if (fault.to < this.scale.from || fault.from > this.scale.to) continue;
      const left = Math.max(this.scale.left, this.scale.x(fault.from));
      const right = Math.max(Math.min(this.scale.x(fault.to), this.scale.left + this.scale.width), left + 2);
      context.fillStyle = colour("hatch");
      context.fillRect(left, AXIS - 4, right - left, bottom - AXIS);
      context.fillStyle = colour("fail-text");
      context.fillRect(left, AXIS - 4, Math.min(1, right - left), bottom - AXIS);
      if (left < labelled) continue;
      context.font = "600 11.5px system-ui, sans-serif";
      const text = `⚡ ${fault.short}`;
      const width = context.measureText(text).width;
      const x = Math.max(GUTTER, Math.min(left + 4, this.scale.left + this.scale.width - width));
      context.fillText(text, x, bottom - 1);
      labelled = x + width + 8;
    }
  }

  drawMarks(context) {
    for (const mark of this.marks) {
      if (mark.at < this.scale.from || mark.at > this.scale.to) continue;
      const x = this.scale.x(mark.at);
      context.fillStyle = colour("info-text");
      context.fillRect(x, AXIS - 6, 1, this.height - AXIS);
      context.beginPath();
      context.moveTo(x, AXIS - 10);
      context.lineTo(x + 8, AXIS - 6);
      context.lineTo(x, AXIS - 2);
      context.fill();
    }
  }

  drawPointer(context) {
    if (this.pointer === null || this.pointer < GUTTER) return;
    if (this.drag !== null) {
      context.fillStyle = colour("focus");
      context.globalAlpha = 0.15;
      context.fillRect(Math.min(this.drag, this.pointer), AXIS - 6, Math.abs(this.pointer - this.drag), this.height);
      context.globalAlpha = 1;
    }
    context.strokeStyle = colour("quiet");
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(this.pointer + 0.5, AXIS - 6);
    context.lineTo(this.pointer + 0.5, this.height);
    context.stroke();
    context.setLineDash([]);
  }
}
