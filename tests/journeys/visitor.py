"""One person at one browser. Every page of note is a station: it is looked at from all sides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Dialog, Locator, Page, Response

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],  # what is right is not listed node by node
}
AXE = Axe().axe_script  # half a megabyte: once a page, not once a width
HAS_AXE = "() => typeof axe === 'object'"
RUN_AXE = "options => axe.run(options).then(found => found.violations)"
# The browser says this of every answer that is no 2xx; what matters of it is asked elsewhere.
ORDINARY = re.compile(r"Failed to load resource")
BROKEN_LINKS = """() => [...document.querySelectorAll('.govuk-error-summary a')]
  .filter(a => !a.hash || !document.getElementById(decodeURIComponent(a.hash.slice(1))))
  .map(a => a.outerHTML)"""
LINKS = """() => [...document.querySelectorAll('a[href]')]
  .map(a => new URL(a.getAttribute('href'), document.baseURI).href)"""
SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL)
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest('.app-scroll'))
    .map(e => e.outerHTML.slice(0, 120)).slice(0, 5);
}"""


@dataclass
class Visitor:
    """`page` is Playwright's own; `faults` gathers what must not be on any page, to the end."""

    context: BrowserContext
    url: str
    folder: Path
    has_javascript: bool
    faults: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    known_links: set[str] = field(default_factory=set)  # of everybody like them
    inspector: BrowserContext | None = None  # a second browser, for those without scripts

    def __post_init__(self) -> None:
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("dialog", self._dismiss)
        self.page.on("response", self._check_part)

    def leave(self) -> None:
        self.context.close()
        if self.inspector:
            self.inspector.close()

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and not ORDINARY.match(text):
            self.faults.append(f"console on {self.page.url}: {text}")

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(f"{dialog.type}: {dialog.message}")
        dialog.accept()

    def _check_part(self, response: Response) -> None:
        """Style sheets, scripts, pictures and fonts must be there."""
        kind = response.request.resource_type
        if kind not in ("document", "fetch", "xhr") and response.status >= 400:
            self.faults.append(f"{response.status} for {response.url}")

    def wear(self, person: dict[str, Any]) -> Visitor:
        """Come with a session that is signed in already."""
        self.context.add_cookies([{"name": "session", "value": person["session"], "url": self.url}])
        return self

    def sign_in(self, email: str, password: str) -> None:
        """As a person does, on the page where they are."""
        self.page.get_by_label("Email address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.press("Sign in")

    def go(self, path: str) -> Response | None:
        return self.page.goto(urljoin(self.url, path))

    def press(self, text: str) -> None:
        """A button, or a link that looks like one."""
        button = self.page.get_by_role("button", name=text, exact=True)
        button.first.click()
        self.page.wait_for_load_state()

    def follow(self, text: str, *, exact: bool = True) -> None:
        self.page.get_by_role("link", name=text, exact=exact).first.click()
        self.page.wait_for_load_state()

    def follow_or_press(self, text: str) -> None:
        """Whichever of the two it is."""
        either = self.page.get_by_role("link", name=text, exact=True)
        either.or_(self.page.get_by_role("button", name=text, exact=True)).first.click()
        self.page.wait_for_load_state()

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    def pick_date(self, legend: str, day: str, month: str, year: str) -> None:
        group = self.page.get_by_role("group", name=legend)
        for label, value in (("Day", day), ("Month", month), ("Year", year)):
            group.get_by_label(label).fill(value)

    @property
    def text(self) -> str:
        return self.page.locator("body").inner_text()

    @property
    def heading(self) -> str:
        return " ".join(self.page.locator("h1").inner_text().split())

    def station(self, name: str) -> None:
        """Pictures at two widths, and every check that holds for every page."""
        self.page.wait_for_load_state()
        path = f"{len(list(self.folder.glob('*-1280.png'))) + 1:02}-{name}"
        where = f"{name} ({urlsplit(self.page.url).path})"
        with self._under_axe() as looked_at:
            self._shoot(path, 1280)
            found = [f"{where}: error link leads nowhere: {a}" for a in self._ask(BROKEN_LINKS)]
            found += _axe(looked_at, where)
            self.page.set_viewport_size(NARROW)
            looked_at.set_viewport_size(NARROW)
            found += [f"{where}: wider than 320 px: {part}" for part in self._ask(TOO_WIDE)]
            found += _axe(looked_at, f"{where} at 320 px")
            if self.has_javascript:
                self._shoot(path, 320)
            self.page.set_viewport_size(WIDE)
        found += [f"{where}: dead link {link}" for link in self._dead_links()]
        self.faults += found

    @contextmanager
    def _under_axe(self) -> Iterator[Page]:
        """Axe is a script itself: without scripts the page is looked at in another browser, as it
        stands here and with its own scripts taken out."""
        if self.has_javascript:
            yield self.page
            return
        html = SCRIPTS.sub("", self.page.content())
        if not self.inspector:
            assert self.context.browser
            self.inspector = self.context.browser.new_context(viewport=WIDE)
        page = self.inspector.new_page()
        page.route(self.page.url, lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto(self.page.url)
        yield page
        page.close()

    def _shoot(self, path: str, width: int) -> None:
        # Painting a long page on a busy machine is slow and no fault of the page.
        self.page.screenshot(
            path=self.folder / f"{path}-{width}.png",
            full_page=True,
            animations="disabled",
            timeout=60_000,
        )

    def _ask(self, question: str) -> list[str]:
        answer: list[str] = self.page.evaluate(question)
        return answer

    def _dead_links(self) -> list[str]:
        """Every link of the page that nobody like them has tried yet."""
        links = self._ask(LINKS)
        fresh = {link.partition("#")[0] for link in links if link.startswith(self.url)}
        fresh -= {*self.known_links, self.page.url.partition("#")[0]}
        self.known_links |= fresh
        dead = []
        for link in sorted(fresh):
            answer = self.context.request.get(link)
            if answer.status >= 400 and answer.status not in (409,):
                dead.append(f"{answer.status} {link}")
            answer.dispose()
        return dead


def _axe(page: Page, where: str) -> list[str]:
    """What axe finds wrong with the page as it stands."""
    if not page.evaluate(HAS_AXE):
        page.evaluate(AXE)
    return [
        f"{where}: axe {one['id']}: {node['html'][:160]}"
        for one in page.evaluate(RUN_AXE, WCAG)
        for node in one["nodes"]
    ]
