// The outline's branches as a whole: the buttons that open so many levels, children that arrive after
// their parent was closed again, and the address, which names what is open for a reload or a friend.
import { below, expanded, level, rows, toggle } from "./treegrid.js";

const MOST = 90;   // a server reads no address of more than 4,000 characters
const keep = (table) => {
  const open = rows(table).filter((row) => expanded(row) === "true").map((row) => row.id.slice(2));
  const address = new URL(location);
  address.searchParams.set("open", open.slice(0, MOST).join());
  address.search = address.search.replaceAll("%2C", ",");
  history.replaceState(history.state, "", address);
};

let soon;
document.addEventListener("toggled", (event) => {
  clearTimeout(soon);
  soon = setTimeout(keep, 50, event.target.closest("table"));
});
document.addEventListener("htmx:afterSettle", ({ detail: { target: row } }) => {
  if (row?.matches?.("tr[aria-expanded]") && below(row).length) toggle(row, expanded(row) === "true");
});
document.addEventListener("click", (event) => {
  const depth = event.target.closest("[data-level]"), table = document.querySelector("[role=treegrid]");
  if (depth && table) for (const row of rows(table)) toggle(row, level(row) < Number(depth.dataset.level));
});
