"""One new token for every row from its logits, with log-probabilities as the model gave them. Knows rows, no cache."""

from collections.abc import Sequence

import torch

from workers.engines.local.rows import Chosen, Row
from workers.engines.local.sampling import Processor, choose, processed


def pick(
    rows: Sequence[Row], logits: torch.Tensor, ends: frozenset[int], processors: Sequence[Processor] = ()
) -> list[Row]:
    """Gives each row that is not over its next token (logits are rows × vocabulary); returns those it ends."""
    busy = [place for place, row in enumerate(rows) if not row.finish_reason]
    going = [rows[place] for place in busy]
    if len(busy) < len(rows):
        logits = logits[busy]
    scores = processed(logits, [row.written for row in going], processors)
    tokens = choose(scores, [row.sampling for row in going], [row.draw() for row in going])
    for row, chosen in zip(going, _described(going, logits, tokens), strict=True):
        row.take(chosen, ends)
    return [row for row in going if row.finish_reason]


def _described(rows: Sequence[Row], logits: torch.Tensor, tokens: torch.Tensor) -> list[Chosen]:
    norms = logits.logsumexp(dim=-1, keepdim=True)
    log_ps = (logits.gather(1, tokens[:, None]) - norms)[:, 0].tolist()
    others = _others(rows, logits, norms)
    return [
        Chosen(token, log_p, [other for other in some if other[0] != token][: row.sampling.n_alternatives])
        for row, token, log_p, some in zip(rows, tokens.tolist(), log_ps, others, strict=True)
    ]


def _others(rows: Sequence[Row], logits: torch.Tensor, norms: torch.Tensor) -> list[list[tuple[int, float]]]:
    """The likeliest tokens of each row, one more than any row wants: the chosen one may be among them."""
    n_wanted = max(row.sampling.n_alternatives for row in rows)
    if n_wanted == 0:
        return [[] for _ in rows]
    top = logits.topk(min(n_wanted + 1, logits.shape[-1]), dim=-1)
    log_ps = (top.values - norms).tolist()
    return [list(zip(ids, some, strict=True)) for ids, some in zip(top.indices.tolist(), log_ps, strict=True)]
