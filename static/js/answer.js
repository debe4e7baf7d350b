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
form?.addEventListener("click", (event) => {
  const out = event.target.closest("[data-detach]");
  if (!out) return;
  event.preventDefault();
  const place = out.closest("[data-upload]");
  out.closest(".file-line").remove();
  place.querySelector("input[type=file]").focus();
});
for (const lines of form?.querySelectorAll("[data-upload-lines]") ?? []) {
  new MutationObserver(() => form.dispatchEvent(new Event("rows"))).observe(lines, { childList: true });
}

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
  const row = rows[rows.length - 1].cloneNode(true);
  for (const field of row.querySelectorAll("input")) field.value = "";
  editor.querySelector("[data-rows]").append(row);
  renumber(editor);
  row.querySelector("input").focus();
});

// Enter in a field asks for the verdict; only the send button sends.
form?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=radio], [type=checkbox], [type=file])")) {
    event.preventDefault();
    form.dispatchEvent(new Event("rows"));
  }
});
