"""The values that a text gives where a number or a formula is asked, with their cues. Decides nothing."""

from analysis.answers.extract.asked import read
from analysis.answers.extract.cascade import weighed
from analysis.answers.extract.math_bounds import Bounds
from analysis.answers.extract.math_sightings import Shared, sightings
from analysis.answers.extract.mention import Mention
from analysis.answers.extract.weighing import Weights
from analysis.types import Problem


def mentions(text: str, problem: Problem) -> list[Mention]:
    """Every value of the text that might be an answer, in order, with the names of the cues that hold for it.

    >>> found = mentions("So x = 4.", Problem("What is $x$?"))
    >>> found[0].value, sorted(found[0].cues & {"asked_equals", "boxed", "so"})
    ('4', ['asked_equals', 'so'])
    """
    asked = read(problem.question)
    shared = Shared(asked)
    return [shared.mention(seen) for seen in sightings(text, asked)]


def able_mentions(text: str, problem: Problem, weights: Weights) -> list[Mention]:
    """Those of `mentions` that can be candidates under these weights, and all that bear on whether they are.

    >>> from analysis.answers.extract.weighing import shipped
    >>> problem, weights = Problem("What is $x$?"), shipped()["math"]
    >>> [mention.value for mention in able_mentions("We roll 2 dice.\\nSo x = 4.", problem, weights)]
    ['4']
    """
    asked = read(problem.question)
    shared = Shared(asked)
    bounds = Bounds(shared, weights)
    return weighed(list(sightings(text, asked)), bounds.of, shared.mention, weights)
