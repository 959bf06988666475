// Puts a popover beside its button where the browser can't anchor it by itself.
const place = (popover, button) => {
  const at = button.getBoundingClientRect(), size = popover.getBoundingClientRect();
  const below = at.bottom + size.height + 8 < innerHeight;
  const top = below ? at.bottom + 6 : Math.max(8, at.top - size.height - 6);
  const left = Math.min(Math.max(8, at.left), innerWidth - size.width - 8);
  Object.assign(popover.style, { position: "fixed", margin: "0", inset: `${top}px auto auto ${left}px` });
};

if (!CSS.supports("position-area: block-end")) document.addEventListener("toggle", (event) => {
  if (event.newState !== "open" || !event.target.popover) return;
  const buttons = [...document.querySelectorAll(`[popovertarget="${event.target.id}"]`)];
  const button = buttons.find((candidate) => candidate.offsetParent);
  if (button) place(event.target, button);
}, true);
