// Which part of the run is shown, and where a time lies on the canvas.
class TimeScale {
  constructor(end) {
    this.end = Math.max(end, 1e-6);
    this.fit();
  }
  fit() { this.from = 0; this.to = this.end * 1.005; }
  place(left, width) { this.left = left; this.width = Math.max(1, width); }
  x(time) { return this.left + (time - this.from) / (this.to - this.from) * this.width; }
  time(x) { return this.from + (x - this.left) / this.width * (this.to - this.from); }

  // Shows [from, to], within the run and no closer than a microsecond.
  show(from, to) {
    const length = Math.min(Math.max(to - from, 1e-6), this.end * 1.005);
    this.from = Math.max(0, Math.min(from, this.end * 1.005 - length));
    this.to = this.from + length;
  }
  // The time under `x` stays where it is.
  zoom(factor, x = this.left + this.width / 2) {
    const fixed = this.time(x);
    this.show(fixed - (fixed - this.from) * factor, fixed + (this.to - fixed) * factor);
  }
  pan(share) {
    const by = (this.to - this.from) * share;
    this.show(this.from + by, this.to + by);
  }

  // Round times, some 90 pixels apart.
  ticks() {
    const wanted = (this.to - this.from) * 90 / this.width;
    const power = 10 ** Math.floor(Math.log10(wanted));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= wanted);
    const list = [];
    for (let i = Math.ceil(this.from / step); i * step <= this.to && list.length < 100; ++i) list.push(i * step);
    return {list, step};
  }
  label(time, step) {
    if (step >= 60) return `${Math.floor(time / 60)} min${time % 60 ? ` ${Math.round(time % 60)} s` : ""}`;
    const digits = Math.max(0, -Math.floor(Math.log10(step)));
    if (step >= 0.001) return `${time.toFixed(Math.min(digits, 3))} s`;
    return `${(time * 1000).toFixed(Math.max(0, digits - 3))} ms`;
  }
}

// Of entries ascending by `from`, the first that ends behind `time`.
function firstBehind(entries, time, end = (entry) => entry.to) {
  let low = 0, high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (end(entries[middle]) < time) low = middle + 1; else high = middle;
  }
  return low;
}
