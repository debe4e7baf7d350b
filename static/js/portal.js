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

// The error summary takes the focus, so that it is read first.
document.querySelector("[data-error-summary]")?.focus();

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
const listed = () =>
  [...document.querySelectorAll("[data-rows] tbody tr, [data-rows] > article")].filter((row) => row.offsetParent);
const keys = document.querySelector("[data-keys]");
const lettersOn = () => keys !== null && localStorage.getItem("keys") !== "off";
const letters = { n: "a[rel=next]", p: "a[rel=prev]", "/": "form.filters [name=q]" };

const step = (by) => {
  const rows = listed().map((row) => row.querySelector("a[href], button, input:not([type=hidden])"));
  const at = listed().findIndex((row) => row.contains(document.activeElement));
  const to = rows.slice(at < 0 ? 0 : at + by)[0];
  if (at + by >= 0 || at < 0) to?.focus();
};

const say = () => {
  for (const [letter, place] of Object.entries(letters)) {
    const target = document.querySelector(place);
    if (lettersOn()) target?.setAttribute("aria-keyshortcuts", letter);
    else target?.removeAttribute("aria-keyshortcuts");
  }
};

if (keys) {
  const choice = keys.querySelector("input");
  keys.hidden = false;
  choice.checked = lettersOn();
  choice.addEventListener("change", () => {
    localStorage.setItem("keys", choice.checked ? "on" : "off");
    say();
  });
  say();
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable], dialog")) return;
  const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const letter = lettersOn() ? { j: 1, k: -1 }[event.key] : undefined;
  if (letter || (arrow && event.target.closest("[data-rows]"))) step(letter ?? arrow);
  else if (!lettersOn()) return;
  else if (event.key === "?") {
    keys.open = true;
    keys.querySelector("summary").focus();
  } else if (letters[event.key] && document.querySelector(letters[event.key])) {
    const target = document.querySelector(letters[event.key]);
    if (target.href) target.click();
    else target.focus();
  } else return;
  event.preventDefault();
});
