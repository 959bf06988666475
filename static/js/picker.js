// Pickers offer what the server finds while one types. Without script they are text fields, and the
// server still finds what was meant. Typing takes the choice back; choosing tells the form.
const field = (node) => node?.closest?.("[data-picker]");
const parts = (picker) => [picker.querySelector("[role=combobox]"), picker.querySelector("[type=hidden]"), picker.querySelector("[role=listbox]")];

const mark = (picker, option) => {
  const [input, , list] = parts(picker);
  for (const other of list.children) other.setAttribute("aria-selected", other === option);
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
};
const show = (picker, shown) => {
  const [input, , list] = parts(picker);
  if (!shown) list.replaceChildren();
  list.hidden = !list.children.length;
  input.setAttribute("aria-expanded", !list.hidden);
  mark(picker);
};
const choose = (picker, option) => {
  const [input, chosen] = parts(picker);
  input.value = option.dataset.text;
  chosen.value = option.dataset.value;
  show(picker, false);
  input.dispatchEvent(new Event("change", { bubbles: true }));
};
const keys = (event) => {
  const picker = field(event.target), list = picker && [...parts(picker)[2].children];
  if (!picker) return;
  const at = list.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && !list.length) event.target.dispatchEvent(new Event("offer"));
  else if (step) mark(picker, list[at < 0 ? (step > 0 ? 0 : list.length - 1) : (at + step + list.length) % list.length]);
  else if (event.key === "Enter" && at >= 0) choose(picker, list[at]);
  else if (event.key === "Escape" && list.length) show(picker, false);
  else return;
  event.preventDefault();
};

document.addEventListener("keydown", keys);
document.addEventListener("input", (event) => { const picker = field(event.target); if (picker) parts(picker)[1].value = ""; });
document.addEventListener("focusout", (event) => { const picker = field(event.target); if (picker) show(picker, false); });
document.addEventListener("mousedown", (event) => { if (event.target.closest("[data-picker] [role=listbox]")) event.preventDefault(); });
document.addEventListener("click", (event) => {
  const option = event.target.closest("[data-picker] [role=option]");
  if (option) choose(field(option), option);
});
document.addEventListener("htmx:configRequest", (event) => { if (field(event.target)) event.detail.parameters = { q: event.target.value }; });
document.addEventListener("htmx:afterSwap", (event) => {
  const picker = field(event.detail.target);
  if (picker && picker.contains(document.activeElement)) show(picker, true);
  else if (picker) show(picker, false);
});
