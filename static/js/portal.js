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
