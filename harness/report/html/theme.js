// Light, dark, or as the system has it.
const theme = {
  listeners: [],
  current() { return document.documentElement.dataset.theme; },
  set(name) {
    document.documentElement.dataset.theme = name;
    for (const listener of this.listeners) listener();
  },
  switch_() {
    const button = el("button", {type: "button", id: "theme", class: "no-print", onclick: () => {
      this.set(this.current() === "dark" ? "light" : "dark");
      try { localStorage.setItem("burnrig-theme", this.current()); } catch { /* a page from a file may keep nothing */ }
    }});
    const label = () => { button.textContent = this.current() === "dark" ? "☀ Light" : "☾ Dark"; };
    this.listeners.push(label);
    label();
    return button;
  },
};

(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let kept = null;
  try { kept = localStorage.getItem("burnrig-theme"); } catch { /* as above */ }
  theme.set(kept === "dark" || kept === "light" ? kept : dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => { if (!kept) theme.set(dark.matches ? "dark" : "light"); });
})();
