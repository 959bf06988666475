"""What hands do: reach a thing with the keyboard alone, and be counted."""

COUNT_TAPS = """addEventListener("pointerdown", (event) => {
  if (event.isTrusted) sessionStorage.taps = Number(sessionStorage.taps || 0) + 1;
}, true)"""
COUNT_KEYS = COUNT_TAPS.replace("pointerdown", "keydown")


def tab_to(page, locator, most=60):
    """Press Tab until the thing has the focus, as somebody without a mouse does."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if locator.evaluate("(thing) => thing === document.activeElement"):
            return
    raise AssertionError(f"{locator} was not reached by pressing Tab {most} times")


def counting(page):
    """Count every real press of a finger, a mouse or a key on this and the following pages."""
    page.add_init_script(COUNT_TAPS)
    page.add_init_script(COUNT_KEYS)
    return page


def interactions(page):
    return int(page.evaluate("sessionStorage.taps || 0"))
