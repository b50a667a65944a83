// Swagger UI leaves fields without a name and boxes that scroll out of the keyboard's reach. What it
// draws is completed here whenever it has drawn something.

const ROWS = "tr[data-param-name], tr[data-property-name]";
const FIELDS = "input:not([type=checkbox]), select, textarea";

export function start(root) {
  new MutationObserver(() => complete(root)).observe(root, { childList: true, subtree: true });
  complete(root);
}

function complete(root) {
  for (const row of root.querySelectorAll(ROWS)) {
    const { paramName, propertyName } = row.dataset;
    row.querySelectorAll(FIELDS).forEach((field) => name(field, paramName ?? propertyName));
  }
  root.querySelectorAll(".body-param__text").forEach((field) => name(field, "Request body"));
  // Every one points to the first of them, by an id that they share.
  root.querySelectorAll("label:has(input)").forEach((label) => label.removeAttribute("for"));
  // A table that is called a region is not read as a table.
  root.querySelectorAll("table[role]").forEach((table) => table.removeAttribute("role"));
  root.querySelectorAll("thead td").forEach((cell) => cell.setAttribute("role", "columnheader"));
  root.querySelectorAll(".model-box-control").forEach((button) => {
    if (/\w/.test(button.textContent)) return; // "[...]" says not of what
    name(button, button.closest(".property-row")?.cells[0].textContent ?? "Schema");
  });
  root.querySelectorAll("pre").forEach((box) => {
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    name(box, box.closest("div:has(> h4, > h5)")?.querySelector("h4, h5").textContent ?? "Example");
  });
}

function name(element, text) {
  element.setAttribute("aria-label", text);
}
