// A form is sent once: its button turns until the answer is there, and a second press does nothing.
const free = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.target) return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "";
  event.submitter?.setAttribute("aria-busy", "true");
  // Somebody else took the event and asked nothing of the server, or the answer is a download.
  setTimeout(() => { if (event.defaultPrevented && !form.classList.contains("htmx-request")) free(form); }, 50);
  setTimeout(free, 10000, form);
}, true);
document.addEventListener("htmx:afterRequest", (event) => { if (event.target.matches?.("form")) free(event.target); });
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));
