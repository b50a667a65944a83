// Saves the form of a clause on leaving a field and after ten idle seconds. Without this script
// the buttons save. What is typed stays in the page: nothing is kept anywhere else.

const IDLE = 10_000;
const RETRY = [5_000, 15_000, 30_000, 60_000];

export function start(form) {
  const says = form.querySelector("[data-autosave-status]");
  const presence = form.querySelector("[data-presence]");
  const stopped = form.querySelector("[data-autosave-stopped]");
  const version = form.elements.namedItem("version");
  let saved = asSent(form); // not what is typed by now: the page may be faster than this script
  let timer, failures = 0, isSaving = false, isOver = false, isSent = false;

  form.addEventListener("input", () => later(IDLE));
  form.addEventListener("focusout", () => later(300));
  later(IDLE);
  form.addEventListener("submit", () => {
    isOver = isSent = true;
    clearTimeout(timer);
  });
  window.addEventListener("online", () => later(0));
  // Also after saving has stopped: what is on the page then is nowhere else.
  window.addEventListener("beforeunload", (event) => {
    if (!isSent && content(form) !== saved) event.preventDefault();
  });

  function later(wait) {
    clearTimeout(timer);
    if (!isOver && content(form) !== saved) timer = setTimeout(save, wait);
  }

  async function save() {
    if (isSaving || isOver) return;
    isSaving = true;
    const sent = content(form);
    try {
      const response = await fetch(form.dataset.autosaveUrl, {
        method: "POST",
        headers: { "X-Autosave": "1", Accept: "application/json" },
        body: new URLSearchParams(new FormData(form)),
        redirect: "manual",
      });
      if (response.ok) keep(sent, await response.json());
      else if (response.status >= 500) tryAgain();
      else stop(await reason(response));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch says so when there is no network
      tryAgain();
    } finally {
      isSaving = false;
    }
    if (!isOver && !failures && content(form) !== saved) later(IDLE);
  }

  function keep(sent, answer) {
    failures = 0;
    saved = sent;
    version.value = answer.version;
    says.textContent = answer.summary;
    const others = answer.presence ?? "";
    if (presence && presence.textContent !== others) presence.textContent = others; // said once
  }

  function tryAgain() {
    says.textContent = "Not saved yet. We will try again. Keep this page open.";
    const wait = RETRY[Math.min(failures, RETRY.length - 1)];
    failures += 1;
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function stop({ message, url, link_text: words, button }) {
    isOver = true;
    says.textContent = "";
    const icon = Object.assign(document.createElement("span"), {
      className: "govuk-warning-text__icon",
      textContent: "!",
      ariaHidden: "true",
    });
    const text = Object.assign(document.createElement("strong"), {
      className: "govuk-warning-text__text",
      textContent: `${message} `,
    });
    if (url) {
      const link = Object.assign(document.createElement("a"), {
        className: "govuk-link",
        href: url,
        textContent: words || "Go on",
      });
      text.append(link);
    }
    if (button) {
      const save = Object.assign(document.createElement("button"), {
        className: "govuk-button govuk-button--secondary",
        name: "then",
        value: "next",
        textContent: button,
      });
      text.append(document.createElement("br"), save); // sends the form: the next page compares
    }
    stopped.replaceChildren(icon, text);
    stopped.hidden = false;
  }
}

// The same of the form as the server sent it.
function asSent(form) {
  const fields = [...form.querySelectorAll("input, textarea")]
    .filter(({ name }) => name && name !== "csrfmiddlewaretoken" && name !== "version")
    .filter((field) => !["radio", "checkbox"].includes(field.type) || field.defaultChecked)
    .map((field) => [field.name, field.defaultValue]);
  return JSON.stringify(fields);
}

// What the person wrote, without the token and the version that the server changes.
function content(form) {
  const fields = [...new FormData(form)].filter(
    ([name]) => name !== "csrfmiddlewaretoken" && name !== "version",
  );
  return JSON.stringify(fields);
}

async function reason(response) {
  if (response.headers.get("Content-Type")?.includes("json")) return response.json();
  if (response.type === "opaqueredirect" || response.status === 403) {
    return {
      message:
        "You are signed out, so your last changes are not saved. Copy your text before you leave this page.",
      url: "/accounts/login/",
      link_text: "Sign in again",
    };
  }
  return {
    message: "Your last changes could not be saved. Copy your text, then reload the page.",
  };
}
