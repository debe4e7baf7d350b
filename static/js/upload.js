// A file is dropped on the field or chosen, and sent at once with its progress shown. Without this the form just submits.
// [data-upload] is a form of its own, or a part of a larger form that names what the file is for.
for (const place of document.querySelectorAll("[data-upload]")) {
  const form = place.closest("form");
  const own = form === place;
  const input = place.querySelector("input[type=file]");
  const progress = place.querySelector("progress");
  const lines = place.querySelector("[data-upload-lines]");

  const bodyOf = (file) => {
    const body = own ? new FormData(form) : new FormData();
    if (!own) {
      body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      body.set("field", place.dataset.field);
    }
    body.set("file", file);
    return body;
  };

  const send = (file) => {
    const request = new XMLHttpRequest();
    request.open("POST", own ? form.action : place.dataset.action);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("loadend", () => {
      progress.hidden = true;
      if (!request.responseText) {
        if (own) form.submit(); // no answer came through: the plain way says why
        return; // what was chosen stays chosen, and goes with the form
      }
      input.value = "";
      const line = document.createElement("div");
      line.innerHTML = request.responseText;
      for (const known of line.querySelectorAll("[id]")) form.querySelector(`#${CSS.escape(known.id)}`)?.remove();
      lines.append(...line.children);
      globalThis.htmx?.process(lines);
    });
    progress.value = 0;
    progress.hidden = false;
    request.send(bodyOf(file));
  };

  input.addEventListener("change", (event) => {
    event.stopPropagation();
    [...input.files].forEach(send);
  });
  lines.addEventListener("click", (event) => {
    const out = event.target.closest("[data-detach]");
    if (!out) return;
    event.preventDefault();
    out.closest(".file-line").remove();
    input.focus();
  });
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    place.dataset.over = "yes";
  });
  place.addEventListener("dragleave", () => delete place.dataset.over);
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    delete place.dataset.over;
    [...event.dataTransfer.files].forEach(send);
  });
}
