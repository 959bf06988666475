// The combobox inside "Find or do", and the shortcut that opens it. Pages and actions are filtered
// here; what is [data-found] came from the server for these very words.
import { open } from "./dialog.js";

const find = document.getElementById("find");
const input = find?.querySelector("input");
const all = () => [...find.querySelectorAll("[role=option]")];
const shown = () => all().filter((option) => !option.hidden);

const select = (option) => {
  for (const other of all()) other.setAttribute("aria-selected", other === option);
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
};
const filter = () => {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) find.querySelector("#find-found").replaceChildren();
  for (const option of all()) option.hidden = !("found" in option.dataset) && !words.every((word) => option.textContent.toLowerCase().includes(word));
  select(shown()[0]);
  find.querySelector("[data-none]").hidden = shown().length > 0;
};
const keys = (event) => {
  const list = shown(), at = list.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && list.length) select(list[(at + step + list.length) % list.length]);
  else if (event.key === "Enter") list[at]?.click();
  else return;
  event.preventDefault();
};

if (find) {
  input.addEventListener("input", filter);
  input.addEventListener("keydown", keys);
  find.addEventListener("htmx:afterSwap", filter);
  find.addEventListener("close", () => { input.value = ""; filter(); });
  find.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option][data-href]");
    if (option) location.href = option.dataset.href;
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    open(find);
  });
}
