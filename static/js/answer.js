// The answer form: deliveries are added and removed here instead of by a round trip. The server does the same without us.
const form = document.getElementById("answer");

const renumber = (editor) => {
  const position = editor.id.replace("line-", "");
  [...editor.querySelectorAll("[data-row]")].forEach((row, index) => {
    for (const field of row.querySelectorAll("input")) {
      field.id = `${field.name}-${index}`;
      row.querySelector(`label[data-for="${field.name}"]`)?.setAttribute("for", field.id);
    }
    row.querySelectorAll("label").forEach((label, which) => {
      label.htmlFor = row.querySelectorAll("input")[which].id;
    });
    row.querySelector("[data-remove]").value = `remove:${position}:${index}`;
  });
  form.dispatchEvent(new Event("rows"));
};

// The sticky bar's button: every ticked line is accepted as ordered, in the form; nothing is sent.
form?.querySelector("[data-accept-ticked]")?.addEventListener("click", (event) => {
  event.preventDefault();
  for (const tick of form.querySelectorAll("[name=ticked]:checked")) {
    tick.checked = false;
    form.querySelector(`[name="line-${tick.value}-kind"][value=accepted]`).checked = true;
  }
  form.dispatchEvent(new Event("rows"));
  form.querySelector("button[value=send]").focus();
});

// A file that came, was inspected or is taken out again changes the verdict.
for (const lines of form?.querySelectorAll("[data-upload-lines]") ?? []) {
  new MutationObserver(() => form.dispatchEvent(new Event("rows"))).observe(lines, { childList: true });
}

// What is still to be promised, where every quantity is a plain whole number: anything else is left to the person.
const restOf = (editor) => {
  const typed = [...editor.querySelectorAll("[name$=-quantity]")].map((field) => field.value.trim());
  if (!typed.every((text) => /^\d+$/.test(text))) return "";
  const rest = Number(editor.dataset.ordered) - typed.reduce((sum, text) => sum + Number(text), 0);
  return rest > 0 && Number.isInteger(rest) ? String(rest) : "";
};

const addRow = (editor) => {
  const rows = editor.querySelectorAll("[data-row]");
  const row = rows[rows.length - 1].cloneNode(true);
  const rest = restOf(editor);
  for (const told of row.querySelectorAll(".field-error")) told.remove();
  for (const field of row.querySelectorAll("input")) {
    field.value = "";
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  row.querySelector("[name$=-quantity]").value = rest;
  editor.querySelector("[data-rows]").append(row);
  renumber(editor);
  row.querySelector(rest ? "[type=date]" : "input").focus();
};

form?.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add]");
  const remove = event.target.closest("[data-remove]");
  if (!add && !remove) return;
  const editor = (add ?? remove).closest("[data-editor]");
  const rows = editor.querySelectorAll("[data-row]");
  event.preventDefault();
  if (remove) {
    if (rows.length < 2) return;
    remove.closest("[data-row]").remove();
    renumber(editor);
    editor.querySelector("[data-add]").focus();
    return;
  }
  addRow(editor);
});

// What is changed is not called wrong any more: the verdict that follows says what still is.
form?.addEventListener("input", (event) => {
  const wrong = event.target.closest("[aria-invalid]");
  if (!wrong || !form.hasAttribute("hx-post")) return;
  wrong.closest(".field").querySelector(".field-error")?.remove();
  wrong.removeAttribute("aria-invalid");
  wrong.removeAttribute("aria-describedby");
});

// Enter in a field asks for the verdict; only the send button sends.
form?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=radio], [type=checkbox], [type=file])")) {
    event.preventDefault();
    form.dispatchEvent(new Event("rows"));
  }
});

// Keys. Single ones work only while the focus is on a line's answers (WCAG 2.1.4); nothing here binds without Send.
const answersOf = (editor) => [...editor.querySelectorAll(".kinds input[type=radio]")];
const editors = () => [...(form?.querySelectorAll("[data-editor]") ?? [])].filter((one) => one.offsetParent);
const enter = (editor) => (answersOf(editor).find((one) => one.checked) ?? answersOf(editor)[0]).focus();

form?.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const editor = event.target.closest("[data-editor]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.querySelector("button[value=send]").focus();
  } else if (event.altKey && event.key === "Enter" && editor) {
    if (!editor.querySelector("[data-rows]").offsetParent) return;
    event.preventDefault();
    addRow(editor);
  } else if (event.altKey && /^Arrow(Up|Down)$/.test(event.key)) {
    if (event.target.matches("select, [type=date]")) return;
    const all = editors();
    const to = editor ? all.indexOf(editor) + (event.key === "ArrowDown" ? 1 : -1) : 0;
    if (!all[to]) return;
    event.preventDefault();
    enter(all[to]);
  } else if (editor && event.target.matches(".kinds input") && !event.altKey && !event.ctrlKey && !event.metaKey) {
    const wanted = /^[1-9]$/.test(event.key) ? answersOf(editor)[Number(event.key) - 1] : undefined;
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
    wanted.click();
  }
});
