// Sends the files of a form one by one and shows how far each is. Without this script the form sends
// all of them at once. The rows are made here, after the pattern of MoJ's multi-file upload: its own
// script would put the names of files into the page as markup.

const LOST = "The connection was lost, so this file was not added. Choose it again.";
const ENDED = "This file was not added. Reload the page and try again.";

export function start(form) {
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button[type=submit]");
  const box = form.querySelector("[data-upload-files]");
  const status = form.querySelector("[data-upload-status]");
  const list = form.querySelector("[data-upload-list]");
  let isSending = false;

  window.addEventListener("beforeunload", (event) => {
    if (isSending) event.preventDefault();
  });

  form.addEventListener("submit", async (event) => {
    const files = [...input.files];
    if (!files.length) return; // the server says what is missing
    event.preventDefault();
    if (isSending) return;
    isSending = button.disabled = true;
    forgetErrors();
    const isWhole = await sendAll(files);
    isSending = button.disabled = false;
    if (!isWhole) HTMLFormElement.prototype.submit.call(form);
  });

  // Of the time before.
  function forgetErrors() {
    document.querySelector(".govuk-error-summary")?.remove();
    form.querySelectorAll("p.govuk-error-message").forEach((message) => message.remove());
    const marks = ["govuk-form-group--error", "govuk-textarea--error", "govuk-select--error", "govuk-input--error"];
    form.querySelectorAll(marks.map((mark) => `.${mark}`)).forEach((part) => part.classList.remove(...marks));
  }

  // False: something else in the form is wrong, which the page has to say.
  async function sendAll(files) {
    let added = 0;
    for (const [index, file] of files.entries()) {
      const row = newRow(file.name);
      status.textContent = `Sending file ${index + 1} of ${files.length}`;
      const answer = await send(file, row.bar);
      if (answer.is_form) return false;
      row.show(answer);
      if (answer.url) added += 1;
    }
    status.textContent = `${added} of ${files.length} files added`;
    input.value = ""; // what was refused has to be chosen anew
    input.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }

  function newRow(name) {
    const item = document.createElement("li");
    const text = Object.assign(document.createElement("span"), { className: "app-break", textContent: name });
    const bar = Object.assign(document.createElement("progress"), { className: "app-progress", max: 100, value: 0 });
    bar.setAttribute("aria-label", `Sending ${name}`);
    item.className = "moj-multi-file-upload__row";
    item.append(text, bar);
    list.append(item);
    box.hidden = false;
    return { bar, show: (answer) => show(item, bar, answer) };
  }

  function show(item, bar, { url, title, message }) {
    const outcome = document.createElement("p");
    if (url) {
      const link = Object.assign(document.createElement("a"), { className: "govuk-link app-break", href: url, textContent: title });
      outcome.className = "govuk-body";
      outcome.append("Added as ", link);
    } else {
      outcome.className = "govuk-error-message";
      outcome.textContent = `Not added: ${message}`;
    }
    bar.remove();
    item.append(outcome);
  }

  function send(file, bar) {
    const body = new FormData(form);
    body.delete(input.name);
    body.append(input.name, file);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
        if (lengthComputable) bar.value = Math.round((100 * loaded) / total);
      });
      request.addEventListener("load", () => resolve(read(request)));
      request.addEventListener("error", () => resolve({ message: LOST }));
      request.open("POST", location.href);
      request.setRequestHeader("X-Upload", "1");
      request.setRequestHeader("Accept", "application/json");
      request.send(body);
    });
  }

  // Anything but our JSON is a page: of an error, or of signing in again.
  function read(request) {
    const isJson = request.getResponseHeader("Content-Type")?.startsWith("application/json");
    return isJson ? JSON.parse(request.responseText) : { message: ENDED };
  }
}
