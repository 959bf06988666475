// After an answer with errors, focus goes to the first wrong field; after another swap to what asks
// for it, or, when the focused thing is gone, to the heading of what came in its place. What a page
// fetches by itself moves nothing.
const wrong = (root) => root.querySelector("[aria-invalid=true]:not([type=hidden])") || root.querySelector("[data-errors]");

const first = wrong(document.getElementById("main") || document);
if (first) first.focus();

document.addEventListener("htmx:afterSettle", (event) => {
  const root = event.detail.elt;
  // What a page fetches by itself takes the focus from nobody.
  if (!root.querySelector || !event.detail.requestConfig?.triggeringEvent) return;
  const target = root.querySelector("[autofocus]") || wrong(root);
  if (target) target.focus();
  else if (document.activeElement === document.body && event.detail.requestConfig?.triggeringEvent) {
    const heading = root.querySelector("h1, h2, h3");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus();
  }
});
