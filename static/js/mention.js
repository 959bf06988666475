// An @ in a comment offers people, found by the server. Without script their names are typed.
const place = (node) => node?.closest?.("[data-mentions]");
const box = (composer) => {
  let list = composer.querySelector("[role=listbox]");
  if (list) return list;
  list = Object.assign(document.createElement("ul"), { className: "picker-options", id: "mention-options", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", composer.querySelector("label").textContent);
  composer.append(list);
  return list;
};
const typed = (area) => /(?:^|[\s(])@([^@\n]{1,40})$/.exec(area.value.slice(0, area.selectionStart))?.[1];
const mark = (area, list, option) => {
  for (const other of list.children) other.setAttribute("aria-selected", other === option);
  if (option) area.setAttribute("aria-activedescendant", option.id);
  else area.removeAttribute("aria-activedescendant");
};
const close = (composer) => {
  const list = box(composer);
  list.hidden = true;
  list.replaceChildren();
  mark(composer.querySelector("textarea"), list);
};
const choose = (composer, option) => {
  const area = composer.querySelector("textarea"), at = area.selectionStart, words = typed(area) ?? "";
  area.setRangeText(`${option.dataset.text} `, at - words.length, at, "end");
  close(composer);
  area.focus();
};

let waiting;
document.addEventListener("input", (event) => {
  const composer = event.target.matches?.("textarea") && place(event.target);
  if (!composer) return;
  clearTimeout(waiting);
  const words = typed(event.target);
  if (words === undefined) return close(composer);
  waiting = setTimeout(async () => {
    const answer = await fetch(`${composer.dataset.mentions}?q=${encodeURIComponent(words)}`);
    if (!answer.ok || typed(event.target) !== words) return;
    const list = box(composer);
    list.innerHTML = await answer.text();
    list.hidden = !list.children.length;
    mark(event.target, list, list.children[0]);
  }, 200);
});
document.addEventListener("keydown", (event) => {
  const composer = place(event.target), options = composer && [...box(composer).children];
  if (!options?.length) return;
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark(event.target, box(composer), options[(at + step + options.length) % options.length]);
  else if (["Enter", "Tab"].includes(event.key) && at >= 0) choose(composer, options[at]);
  else if (event.key === "Escape") close(composer);
  else return;
  event.preventDefault();
});
document.addEventListener("mousedown", (event) => { if (event.target.closest("[data-mentions] [role=listbox]")) event.preventDefault(); });
document.addEventListener("click", (event) => { const option = event.target.closest("[data-mentions] [role=option]"); if (option) choose(place(option), option); });
document.addEventListener("focusout", (event) => { const composer = place(event.target); if (composer) close(composer); });
