// The table of a standard by keyboard: a figure sets the level of the clause one is at and moves on
// to the next. Without this script Tab and the arrow keys do it. Nothing happens while one types.

export function start(form) {
  const rows = [...form.querySelectorAll("[data-table-row]")];
  let isOver = false;

  document.querySelector("[data-table-keys]").hidden = false;
  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.type !== "radio") return;
    const value = event.key.toLowerCase() === "n" ? "na" : event.key;
    const at = rows.indexOf(event.target.closest("[data-table-row]"));
    const chosen = radios(rows[at]).find((radio) => radio.value === value);
    if (!chosen) return;
    event.preventDefault();
    chosen.focus();
    chosen.click();
    if (value === "na") return; // the reason comes next
    (rows[at + 1] ? entry(rows[at + 1]) : form.querySelector("button")).focus();
  });
  form.addEventListener("change", ({ target }) => {
    const texts = target.closest("[data-table-row]").querySelector("details");
    if (target.value === "na" && target.type === "radio") texts.open = true;
  });
  form.addEventListener("submit", () => {
    isOver = true;
  });
  const before = content();
  window.addEventListener("beforeunload", (event) => {
    if (!isOver && content() !== before) event.preventDefault();
  });

  function content() {
    return JSON.stringify([...new FormData(form)]);
  }
}

// Where Tab would lead: the radio that is chosen, else the first.
function entry(row) {
  return radios(row).find((radio) => radio.checked) ?? radios(row)[0];
}

function radios(row) {
  return [...row.querySelectorAll("input[type=radio]")];
}
