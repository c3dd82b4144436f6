"""A person at the labelling page in a real browser: pages of one item, what the database holds, a real trace."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from analysis.types import Role, Turn
from apps.accounts.models import User
from apps.annotation.models import Item, Label, Layer, Scheme
from apps.annotation.services import taking
from apps.traces.models import Rollout
from apps.traces.services.texts import contents
from tests.annotation import build as annotation
from tests.traces import build

REAL = "data/math-r1-1p5b-temps/math_cot_results_t=0.8_mnt=3600_tp=0.92.json"


def real_reasoning(shared: Path, number: int = 0) -> str:
    rows = json.loads((shared / REAL).read_text(encoding="utf-8"))
    found = re.search(r"<think>\n(.*?)(?:</think>|\Z)", rows[number]["generated_cot"], re.DOTALL)
    assert found is not None
    return found[1]


def rollout_of(*reasonings: str) -> list[Rollout]:
    """Rollouts of one problem each, whose second turn reasons so and ends with "FINAL ANSWER: 4"."""
    asked = Turn(Role.USER, "What is 2 + 2?")
    rows = [build.rollout(str(n), turns=(asked, build.attempt(words))) for n, words in enumerate(reasonings, 1)]
    return annotation.stored(rows)


@dataclass
class Desk:
    """One person with one browser at one item; `complaints` are what the browser said was wrong."""

    browser: Browser
    site: str
    user: User
    item: Item
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.site + reverse("annotation:item", args=[self.item.queue.scheme.project.slug, self.item.pk])

    def context(self, **given: object) -> BrowserContext:
        client = Client()
        client.force_login(self.user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context = self.browser.new_context(viewport={"width": 1440, "height": 900}, **given)  # type: ignore[arg-type]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.site}])
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        return context

    def page(self, context: BrowserContext | None = None, query: str = "") -> Page:
        page = (context or self.context()).new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.goto(self.address + query)
        expect(page.locator("body[data-labelling=ready]")).to_be_attached()
        return page

    @property
    def layer(self) -> Layer:
        return Layer.objects.get(scheme=self.item.queue.scheme, author=self.user)

    @property
    def labels(self) -> list[Label]:
        return list(self.layer.labels.filter(removed_at=None).order_by("start", "pk"))

    @property
    def seen(self) -> list[tuple[str, str, str]]:
        """Name, value and the characters of each label of a place, as the database has them."""
        return [(each.name, each.value, self.characters(each)) for each in self.labels if each.start is not None]

    def characters(self, label: Label) -> str:
        text = self.item.rollout.turns.get(index=label.turn_index or 0).text
        assert text is not None
        assert bytes(text.hash) == bytes(label.text_hash or b"")
        return contents([text.pk])[text.pk][label.start : label.end]


@contextmanager
def desk(browser: Browser, site: str, scheme: Scheme, rollouts: Sequence[Rollout], **given: object) -> Iterator[Desk]:
    """A desk at the first of the rollouts; at the end the browser must have had nothing to complain about."""
    user = annotation.person(scheme.project)
    queue = annotation.queue(scheme, rollouts, [user], **given)  # type: ignore[arg-type]
    item = queue.items.get(position=0)
    taking.take(item=item, user=user)
    made = Desk(browser, site, user, item)
    try:
        yield made
    finally:
        for context in made.contexts:
            context.close()
    assert made.complaints == []


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_attribute("data-saved", "saved")
