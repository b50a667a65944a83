// Starts what the page asks for by its attributes; a page works without any of it.
import { initAll } from "../vendor/govuk-frontend/govuk-frontend.min.js";

const HELPERS = [
  ["form[data-autosave-url]", "./autosave.js"],
  ["form[data-table]", "./table.js"],
  ["form[data-upload]", "./upload.js"],
  ["[data-status-url]", "./refresh.js"],
  ["form[data-security-key]", "./security-key.js"],
  ["[data-api-description]", "./api-description.js"],
];

initAll();

if (document.querySelector('[data-module^="moj-"]')) {
  const moj = await import("../vendor/moj-frontend/moj-frontend.min.js");
  moj.initAll();
}

for (const [selector, module] of HELPERS) {
  const found = document.querySelectorAll(selector);
  if (found.length) {
    const { start } = await import(module);
    found.forEach(start);
  }
}
