// A goal opens beside the outline or the map: a dialog takes the fragment of its page, and the address
// is the goal's while it is open. Escape gives address and focus back; with Ctrl the link is a link.
const sheet = () => document.getElementById("peek");
const home = location.pathname;
let address, shown;

const peek = async (url) => {
  await window.htmx.ajax("GET", url, { target: sheet(), swap: "innerHTML" }).catch(() => {});
  if (!sheet().open) return location.assign(url);   // whatever went wrong, the page says it
  [address, shown] = [location.href, url];
  history.pushState(history.state, "", url);
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-peek] :is(a.name, a[data-st])");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  peek(new URL(link.getAttribute("href"), location).href);
});
document.addEventListener("close", (event) => {
  if (event.target !== sheet()) return;
  sheet().replaceChildren();
  if (location.href === shown) history.replaceState(history.state, "", address);
}, true);
// Back closes it. Both addresses are one document's to the browser, even after the goal's page was
// opened from here, so the document that is not the address's loads it.
addEventListener("popstate", () => {
  if (sheet()?.open) sheet().close();
  else if (location.pathname !== home) location.reload();
});
