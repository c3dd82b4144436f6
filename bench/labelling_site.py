"""What `bench.labelling` labels: a long trace with many labels and a real one, in a queue. Needs Django set up."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from analysis.labelling.shipped import SCHEMES
from analysis.segmentation import SEGMENTATIONS
from apps.accounts.models import Project, User
from apps.accounts.services import create_project
from apps.annotation.models import Item, Queue, Scheme
from apps.annotation.services import taking
from apps.annotation.services.labelling import apply
from apps.annotation.services.layers import layer_of_person
from apps.traces.models import Rollout
from apps.traces.services import imports
from apps.traces.services.attempts import load_attempts

AT_ONCE = 250


def prepared(folder: str) -> None:
    """On an empty home: the traces of the folder as items of a queue, labels on the first; tells pages and a cookie."""
    given = json.loads((Path(folder) / "given.json").read_text(encoding="utf-8"))
    call_command("migrate", verbosity=0)
    user = User.objects.create_user("bench", password="x")
    project = create_project(name="labelling", owner=user)
    rollouts = stored(project, user, given["traces"])
    queue = Queue.objects.create(scheme=scheme(project), name="bench", strategy="random")
    for position, rollout in enumerate(rollouts):
        taking.take(item=Item.objects.create(queue=queue, rollout=rollout, position=position), user=user)
    label(queue, rollouts[0], user, given["n_labels"])
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    pages = [f"/p/{project.slug}/annotation/items/{item.pk}/" for item in queue.items.order_by("position")]
    told = {"cookie": [cookie.key, cookie.value], "pages": pages}
    (Path(folder) / "told.json").write_text(json.dumps(told), encoding="utf-8")


def stored(project: Project, user: User, reasonings: Sequence[str]) -> list[Rollout]:
    draft = imports.create_draft(project=project, user=user)
    rows = [
        {"id": str(n), "model": "m", "problem": f"1+{n}?", "answer": "2", "reasoning": words, "response": "2"}
        for n, words in enumerate(reasonings)
    ]
    imports.add_upload(reading=draft, name="a.jsonl", chunks=[json.dumps(row).encode() + b"\n" for row in rows])
    collection = imports.confirm(reading=draft, wake=False)
    imports.execute(import_id=draft.pk)
    return list(Rollout.objects.filter(collection=collection).order_by("external_id"))


def scheme(project: Project) -> Scheme:
    plain = SCHEMES["reflection"]
    kinds = [kind.as_json() for kind in plain.kinds]
    return Scheme.objects.create(project=project, name=plain.name, kinds=kinds, many=plain.many)


def label(queue: Queue, rollout: Rollout, user: User, n_labels: int) -> None:
    """So many labels, spread evenly over the lines that say something."""
    layer = layer_of_person(scheme=queue.scheme, user=user)
    acts = list(restatements(rollout, n_labels))
    for start in range(0, len(acts), AT_ONCE):
        done = apply(layer=layer, rollout=rollout, user=user, acts=acts[start : start + AT_ONCE])
        assert not done.refused, done.refused[:3]


def restatements(rollout: Rollout, n_labels: int) -> Iterator[dict[str, object]]:
    attempt = load_attempts([rollout])[0]
    assert attempt.turn is not None
    assert attempt.turn.text is not None
    text, offset = attempt.read_text, attempt.read_offset
    steps = [step for step in SEGMENTATIONS["line"](text) if text[step.start : step.end].strip()]
    for n in range(n_labels):
        step = steps[n * len(steps) // n_labels]
        yield {
            "verb": "add",
            "key": str(UUID(int=n + 1)),
            "name": "restate",
            "turn": attempt.turn.index,
            "start": offset + step.start,
            "end": offset + step.end,
            "text_hash": bytes(attempt.turn.text.hash).hex(),
        }
