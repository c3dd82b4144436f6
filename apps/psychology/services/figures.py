"""The lab's measures of a project: what its pages print, and `manage.py measure` too. Knows no page.

Each takes a project and settings as text and gives rows. Every call draws from a generator with the house's seed.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from analysis.errors import UserError
from analysis.psychometrics import alignments, dissociation, persona_regression, scores, sensitivity
from analysis.psychometrics import link as linking
from analysis.psychometrics import stability as settling
from analysis.psychometrics.item_tests import item_tests
from apps.accounts.models import Project
from apps.psychology.queries.administrations import names_of
from apps.psychology.queries.sheet import answers_of, figures_of, kinds_of, main_only
from apps.psychology.services import answer_rows, figure_rows
from apps.psychology.services.linking import linkable_of
from apps.psychology.services.rows import Figure
from apps.traces.services.measuring import SEED

Settings = Mapping[str, str]
CHOOSING = ("of", "models", "kind")
"""Settings of every measure: an administration by name ("all" for all), parts of models' names with commas between
them, and a kind of model."""
LEVELS = ("marginal", "joint", "within-between")


class BadSetting(UserError):
    """A setting that a measure does not have, or a value that it cannot take."""


def stability(project: Project, settings: Settings | None = None) -> list[Figure]:
    """Self-report of two kinds of models, `first` and `second`: means, spread, tests, drops of the variance."""
    given = _known(settings, "first", "second")
    first, second = given.get("first", "base"), given.get("second", "instruct")
    kinds = kinds_of(project)
    for kind in (first, second):
        if kind not in kinds.values():
            known = ", ".join(sorted(set(kinds.values()))) or "none"
            raise BadSetting(f"no model is of kind {kind!r}; known: {known}")
    rows = _chosen(figures_of(project, _named(project, given)), given, kinds)
    return figure_rows.of_stability(settling.stability(rows, kinds, _rng(), first, second))


def link(project: Project, settings: Settings | None = None) -> list[Figure]:
    """Trait by behaviour: `level` marginal, joint or within-between (all where it is not set), `inference` clustered
    or crossed."""
    given = _known(settings, "level", "inference")
    inference = _one_of(given, "inference", linking.INFERENCES, linking.CLUSTERED)
    levels = [_one_of(given, "level", LEVELS, "")] if "level" in given else list(LEVELS)
    rows = _figures(project, given)
    found: list[linking.Link] = []
    for level in levels:
        if level == "within-between":
            found += linking.within_between(rows) if inference == linking.CLUSTERED else []
        else:
            found += (linking.joint if level == "joint" else linking.marginal)(rows, inference)
    return figure_rows.of_links(found)


def alignment(project: Project, settings: Settings | None = None) -> list[Figure]:
    """Each model's signs against those in people, `way` one by one or joint (both where it is not set)."""
    given = _known(settings, "way")
    ways = [_one_of(given, "way", alignments.WAYS, "")] if "way" in given else list(alignments.WAYS)
    rows = _figures(project, given)
    return figure_rows.of_alignments([each for way in ways for each in alignments.alignments(rows, way, _rng())])


def persona_effect(project: Project, settings: Settings | None = None) -> list[Figure]:
    """What personas move in report and behaviour, the gap between the two, and the published regressions."""
    rows = _figures(project, _known(settings))
    if rows.filter(pl.col("target") != "").is_empty():
        return []
    return [
        *figure_rows.of_effects(dissociation.persona_effects(rows, by_persona=True)),
        *figure_rows.of_effects(dissociation.persona_effects(rows)),
        *figure_rows.of_gaps(dissociation.dissociation(rows)),
        *figure_rows.of_regressions(persona_regression.regressions(rows)),
    ]


def reliability(project: Project, settings: Settings | None = None) -> list[Figure]:
    """Of each model and instrument: refusals, sensitivities, symmetry, alpha, omega, consistency, test-retest."""
    given = _known(settings)
    answers = _chosen(answers_of(project, _named(project, given)), given, kinds_of(project))
    return [
        *answer_rows.of_refusals(sensitivity.refusals(answers)),
        *answer_rows.of_sensitivities(sensitivity.sensitivities(answers)),
        *answer_rows.of_symmetries(sensitivity.symmetries(answers)),
        *answer_rows.of_order_biases(sensitivity.order_biases(answers)),
        *answer_rows.of_item_tests(item_tests(answers)),
        *answer_rows.of_reliability(scores.reliability_of(answers)),
    ]


def _figures(project: Project, given: Settings) -> pl.DataFrame:
    names = _named(project, given, linkable_of(project))
    return _chosen(main_only(figures_of(project, names)), given, kinds_of(project))


def _named(project: Project, given: Settings, usual: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The administration that the settings name; raises BadSetting for one that is not there."""
    of = given.get("of")
    if of is None or of == "all":
        return usual if of is None else ()
    if of not in names_of(project):
        raise BadSetting(f"there is no administration {of!r}; known: {', '.join(names_of(project)) or 'none'}")
    return (of,)


def _chosen(rows: pl.DataFrame, given: Settings, kinds: Mapping[str, str]) -> pl.DataFrame:
    """Rows of the models that the settings name; raises BadSetting where that is none of several."""
    parts = [part.strip().casefold() for part in given.get("models", "").split(",") if part.strip()]
    models = [
        model
        for model in rows["model"].unique().to_list()
        if (not parts or any(part in model.casefold() for part in parts))
        and given.get("kind", kinds.get(model)) == kinds.get(model)
    ]
    if rows.height and not models:
        named = ", ".join(f"{name}={given[name]}" for name in ("models", "kind") if name in given)
        raise BadSetting(f"no model has {named}")
    return rows.filter(pl.col("model").is_in(models))


def _known(settings: Settings | None, *names: str) -> dict[str, str]:
    given = dict(settings or {})
    unknown = [name for name in given if name not in (*CHOOSING, *names)]
    if unknown:
        raise BadSetting(f"unknown setting {unknown[0]!r}; known: {', '.join((*names, *CHOOSING))}")
    return given


def _one_of(given: Settings, name: str, known: Sequence[str], default: str) -> str:
    found = given.get(name, default)
    if found not in known:
        raise BadSetting(f"setting {name} is {found!r}; known: {', '.join(known)}")
    return found


def _rng() -> np.random.Generator:
    return np.random.default_rng(SEED)
