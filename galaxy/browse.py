"""Look at a running Galaxy with a browser: every tool's form, and datasets as users see them.

    .venv-planemo/bin/python galaxy/browse.py pages.json    (playwright is in planemo's environment)

``pages.json`` holds the address of the server, the folder for screenshots, and for each page its name, path, texts that
it must show and texts that it must not. The exit code is 1 where a page is not so, or a script of it fails.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as NotShown

_CHROMIUM = "/usr/bin/chromium"
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_SIZE = {"width": 1400, "height": 1800}
_SHOWN_MILLISECONDS = 30_000


def visit(page: Page, base: str, wanted: dict[str, Any], folder: Path) -> list[str]:
    """Open one page; return what is wrong with it."""
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(f"script error: {error}"))
    page.goto(base + wanted["path"])
    frame = page.frame_locator(wanted["frame"]) if wanted.get("frame") else page
    for text in wanted["texts"]:
        try:
            frame.get_by_text(text).first.wait_for(timeout=_SHOWN_MILLISECONDS, state="attached")
        except NotShown:
            failures.append(f"does not show '{text}'")
    page.wait_for_timeout(1000)
    failures += [f"shows '{text}'" for text in wanted.get("absent", ()) if page.get_by_text(text).count()]
    page.screenshot(path=folder / f"{wanted['name']}.png", full_page=False)
    return failures


def main(settings: dict[str, Any]) -> int:
    """Visit all pages and print what is wrong."""
    folder = Path(settings["screenshots"])
    folder.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        for wanted in settings["pages"]:
            page = browser.new_page(viewport=_SIZE)
            failures = visit(page, settings["url"], wanted, folder)
            page.close()
            print(f"{'FAILED' if failures else 'ok'}  {wanted['name']}", *failures, sep="\n    " if failures else "")
            wrong += bool(failures)
        browser.close()
    print(f"{len(settings['pages']) - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
