// Choosing several: one check for all of them, and how many are chosen, said as it changes.
const checks = (form) => [...form.querySelectorAll('input[name="objective"]')];

const count = (form) => {
  const all = checks(form), chosen = all.filter((one) => one.checked).length;
  const whole = form.querySelector("[data-check-all]");
  whole.checked = chosen > 0 && chosen === all.length;
  whole.indeterminate = chosen > 0 && chosen < all.length;
  form.querySelector("[data-count]").textContent = chosen ? `${chosen} / ${all.length}` : "";
};

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-several]");
  if (!form) return;
  if (event.target.matches("[data-check-all]")) {
    for (const one of checks(form)) one.checked = event.target.checked;
  }
  count(form);
});
const restore = () => document.querySelectorAll("form[data-several]").forEach(count);
window.addEventListener("pageshow", restore);
document.addEventListener("htmx:load", restore);
