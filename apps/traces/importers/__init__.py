"""Files of rollouts into `analysis.types.Rollout`: the door is `source.open_source`. Knows no database."""
