// A file is dropped on the field or chosen, and sent at once with its progress shown. Without this the form just submits.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = form.querySelector("input[type=file]");
  const progress = form.querySelector("progress");
  const lines = form.querySelector("[data-upload-lines]");

  const send = (file) => {
    const body = new FormData(form);
    body.set("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("loadend", () => {
      progress.hidden = true;
      input.value = "";
      if (!request.responseText) {
        form.submit(); // no answer came through: the plain way says why
        return;
      }
      const line = document.createElement("div");
      line.innerHTML = request.responseText;
      lines.append(...line.children);
      globalThis.htmx?.process(lines);
    });
    progress.value = 0;
    progress.hidden = false;
    request.send(body);
  };

  input.addEventListener("change", () => [...input.files].forEach(send));
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.dataset.over = "yes";
  });
  form.addEventListener("dragleave", () => delete form.dataset.over);
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    delete form.dataset.over;
    [...event.dataTransfer.files].forEach(send);
  });
}
