// Fields that hold several rows: one more blank row at a press. Without script two are there, and more after saving.
const fresh = (row, number) => {
  const copy = row.cloneNode(true);
  for (const input of copy.querySelectorAll("input")) {
    input.id = input.id.replace(/-\d+-(?=[a-z_]+$)/, `-${number}-`);
    input.setAttribute("aria-label", (input.getAttribute("aria-label") || "").replace(/\d+$/, number + 1));
    input.removeAttribute("value");
    input.value = input.type === "number" && input.name.endsWith("-place") ? number + 1 : "";
  }
  return copy;
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  if (!button) return;
  const rows = button.closest("[data-rows]").querySelectorAll("[data-row]");
  const row = fresh(rows[rows.length - 1], rows.length);
  button.before(row);
  [...row.querySelectorAll("input:not([type=hidden])")].find((input) => !input.name.endsWith("-place")).focus();
});
