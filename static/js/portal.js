// Small manners every page shares. Every page works without this file.

// <button data-dialog="id"> opens the <dialog>; inside it, [data-close] closes. Without script the button just submits.
addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const closer = event.target.closest("[data-close]");
  if (closer) {
    const dialog = closer.closest("dialog");
    if (dialog) dialog.close();
    else closer.closest("[data-closable]")?.remove();
  }
});

// A menu closes when somebody looks elsewhere.
addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// <span data-country="DE"> names the country in the page's language, as the browser knows it; without script its code stays.
const countries = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
for (const place of document.querySelectorAll("[data-country]")) {
  if (/^[A-Z]{2}$/.test(place.dataset.country)) place.textContent = countries.of(place.dataset.country);
}

// The error summary takes the focus, so that it is read first; where there is none, the first field that is wrong.
(document.querySelector("[data-error-summary]") ?? document.querySelector("main [aria-invalid=true]"))?.focus();

// [data-scan] waits for a scanner, which types like a keyboard; on a phone the focus would only bring up its keys.
if (matchMedia("(pointer: fine)").matches && document.activeElement === document.body) {
  document.querySelector("[data-scan]")?.focus();
}

// <button data-check="name" hidden> ticks every box of that name, or none where all are; without script it stays hidden.
for (const button of document.querySelectorAll("[data-check]")) {
  const boxes = [...document.getElementsByName(button.dataset.check)];
  button.hidden = boxes.length < 2;
  button.addEventListener("click", () => {
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
}

// A filter applies when it is changed; a form is sent once.
addEventListener("change", (event) => {
  if (event.target.matches("form[data-auto] select")) event.target.form.requestSubmit();
});
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Lists by keyboard. [data-rows] holds rows or cards; the focus goes to what a row opens, so Enter and screen readers need
// nothing of ours. Keys of one letter work outside fields and can be switched off (WCAG 2.1.4); arrows only within a list.
const keys = document.querySelector("[data-keys]");
const letters = keys?.querySelector("input");
const places = { n: "a[rel=next]", p: "a[rel=prev]", "/": "form.filters [name=q]", "?": "[data-keys] summary" };

const beside = (by) => {
  const rows = [...document.querySelectorAll("[data-rows] tbody tr, [data-rows] > article")]
    .map((row) => [row, row.querySelector("a[href], button, input:not([type=hidden])")])
    .filter(([, first]) => first?.offsetParent);
  const at = rows.findIndex(([row]) => row.contains(document.activeElement));
  return rows[at < 0 ? 0 : at + by]?.[1];
};

const sayKeys = () => {
  for (const [key, place] of Object.entries(places)) {
    const target = document.querySelector(place);
    if (letters.checked) target?.setAttribute("aria-keyshortcuts", key);
    else target?.removeAttribute("aria-keyshortcuts");
  }
};

if (keys) {
  keys.hidden = false;
  try {
    letters.checked = localStorage.getItem("keys") !== "off";
  } catch {} // nothing is remembered here
  letters.addEventListener("change", () => {
    try {
      localStorage.setItem("keys", letters.checked ? "on" : "off");
    } catch {}
    sayKeys();
  });
  sayKeys();
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable], dialog")) return;
  const arrows = event.target.closest("[data-rows]") ? { ArrowDown: 1, ArrowUp: -1 } : {};
  const by = { ...arrows, ...(letters?.checked && { j: 1, k: -1 }) }[event.key];
  const place = letters?.checked && places[event.key];
  const target = by ? beside(by) : place && document.querySelector(place);
  if (!target) return;
  event.preventDefault();
  if (event.key === "?") keys.open = true;
  if (target.rel) target.click();
  else target.focus();
});

// What somebody typed before the scripts were there is told now, to a form that is looked at while one types.
addEventListener("load", () => {
  for (const form of document.querySelectorAll("form[hx-trigger]")) {
    const typed = [...form.elements].find((field) => field.defaultValue !== undefined && field.type !== "hidden"
      && (field.value !== field.defaultValue || field.checked !== field.defaultChecked));
    typed?.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
