// What is typed is kept in this window until the server has it: no lost line, no expired session, no reload takes it.
const wait = 5000;
const fields = (box) => [...box.querySelectorAll("textarea, input:not([type=hidden]), select")];
const name = (box) => `autosave ${box.dataset.autosave}`;
const value = (field) => (field.type === "radio" ? field.checked : field.value);
const typed = (box) => JSON.stringify(fields(box).map(value));
const first = new WeakMap();   // what the page came with
const boxes = (root) => root.querySelectorAll("[data-autosave]");

const tell = (box) => {
  const state = box.querySelector(".state");
  let lost = state.querySelector("[data-lost]");
  if (!lost) { lost = document.createElement("span"); lost.dataset.lost = ""; state.append(lost); }
  lost.textContent = box.dataset.unsaved;
};
const retry = (box) => box.isConnected && sessionStorage.getItem(name(box)) && box.dispatchEvent(new CustomEvent("retry"));

document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-autosave]");
  if (box) sessionStorage.setItem(name(box), typed(box));
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const box = event.target;
  if (box.dataset?.autosave) box.sending = typed(box);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const box = event.target, { successful } = event.detail;
  if (!box.dataset?.autosave) return;
  if (successful && box.sending === typed(box)) sessionStorage.removeItem(name(box));
  if (!successful && event.detail.xhr.status !== 422) { tell(box); setTimeout(retry, wait, box); }
});
addEventListener("online", () => boxes(document).forEach(retry));
// Sent with the whole form, it is the server's; what comes back in the page is the newest there is.
document.addEventListener("submit", (event) => {
  if (event.target.id !== "answers" && !event.target.dataset.autosave) return;
  boxes(document).forEach((box) => sessionStorage.setItem(name(box), typed(box)));
  sessionStorage.setItem("autosave sent", location.pathname);
});

const sent = sessionStorage.getItem("autosave sent") === location.pathname && !document.querySelector(".alert[data-st=off]");
sessionStorage.removeItem("autosave sent");
boxes(document).forEach((box) => {
  const kept = sessionStorage.getItem(name(box));
  first.set(box, typed(box));
  if (sent || !kept || kept === first.get(box)) { sessionStorage.removeItem(name(box)); return; }
  JSON.parse(kept).forEach((known, place) => {
    const field = fields(box)[place];
    if (field?.type === "radio") field.checked = known; else if (field) field.value = known;
  });
  tell(box);
  setTimeout(retry, 0, box);
});
