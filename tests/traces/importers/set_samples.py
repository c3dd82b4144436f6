"""A small hand-written file of each published set's shape: format name -> the file's name and its rows (or object)."""

import json
from collections.abc import Mapping

from apps.traces.importers.files import SourceFile
from apps.traces.importers.readers import source_from_bytes

Rows = list[dict[str, object]]

INTERCODE: dict[str, object] = {
    "0": {
        "environment": "ic_sql",
        "dataset": "./data/shop/dev_shop.json",
        "task_id": 0,
        "query": "How many ducks are sold?",
        "turn_history": {
            "thoughts": ["Which tables are there?", "Count the rows.", ""],
            "actions": ["execute[SHOW TABLES]", "execute[SELECT COUNT(*) FROM duck]", "submit"],
            "observations": ["[('duck',)]", "[(3,)]", "[(3,)]"],
            "rewards": [0, 0, 1.0],
            "valid_action": [True, False, True],
        },
        "summary": {"max_reward": 1.0, "turns_taken": 3, "turns_max": 10},
        "hardness": "easy",
    },
    "1": {
        "environment": "ic_sql",
        "dataset": "./data/shop/dev_shop.json",
        "task_id": 1,
        "query": "Name the geese.",
        "turn_history": {
            "thoughts": ["Look."],
            "actions": ["execute[SELECT name FROM geese]"],
            "observations": ["Error executing query: Table 'geese' doesn't exist"],
            "rewards": [0.5],
            "valid_action": [False],
        },
        "summary": {"max_reward": 0.5, "turns_taken": 1, "turns_max": 10},
        "hardness": "hard",
    },
}
PLANNED: dict[str, object] = {
    "meta": {"env": "bash", "refine": True, "seed": None},
    "logs": {
        "7": {
            "environment": "ic_bash",
            "dataset": "./data/nl/nl_fs_1.json",
            "task_id": 7,
            "query": "List the ponds.",
            "turn_history": {
                "steps": ["Find the folder", "List it"],
                "actions": ["ls /", "ls /ponds", "ls -a /ponds"],
                "observations": ["ponds\n", "", ".big\n"],
                "rewards": [0.1, 0.7, 0.4],
                "valid_action": [True, True, True],
            },
            "info": {"reward": {"file_diff": 0.33}},
            "summary": {"max_reward": 0.7, "max_reward_idx": 1},
        }
    },
}
TAU: Rows = [
    {
        "task_id": 4,
        "trial": 2,
        "reward": 1.0,
        "info": {
            "task": {
                "user_id": "ann_1",
                "instruction": "You are ann_1. Cancel the trip to Rome.",
                "actions": [{"name": "cancel", "kwargs": {"trip": "R1"}}],
                "outputs": ["R1"],
            },
            "user_cost": 0.25,
            "reward_info": {"reward": 1.0},
        },
        "traj": [
            {"role": "system", "content": "# Policy"},
            {"role": "user", "content": "Please cancel my trip."},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "cancel", "arguments": '{"trip":"R1"}'}}
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "name": "cancel", "content": "done"},
            {"role": "assistant", "content": "It is cancelled."},
            {"role": "user", "content": "###STOP###"},
        ],
    },
    {
        "task_id": 4,
        "trial": 3,
        "reward": 0.0,
        "info": {"task": {"instruction": "You are ann_1. Cancel the trip to Rome.", "actions": []}},
        "traj": [
            {"role": "user", "content": "Hello?"},
            {"role": "assistant", "content": "Who are you?"},
            {"role": "user", "content": "Ann."},
            {"role": "assistant", "content": "Goodbye."},
        ],
    },
]
SWE_OLD: dict[str, object] = {
    "environment": "swe_main",
    "trajectory": [
        {
            "thought": "Look first.\n",
            "response": "Look first.\n```\nls\n```",
            "action": "ls\n",
            "observation": "pond.py",
            "state": '{"open_file": "n/a"}',
        },
        {
            "thought": "Done.\n",
            "response": "Done.\n```\nsubmit\n```",
            "action": "submit\n",
            "observation": "diff --git a/pond.py",
            "state": '{"open_file": "n/a"}',
        },
    ],
    "history": [
        {"role": "system", "content": "You are a programmer.", "agent": "primary"},
        {"role": "user", "content": "Here is a demonstration.", "agent": "primary", "is_demo": True},
        {"role": "user", "content": "Here's the issue text:\nISSUE:\nThe pond leaks.\n\nINSTRUCTIONS:\nMend it."},
        {"role": "assistant", "content": "Look first.\n```\nls\n```", "thought": "Look first.\n", "action": "ls\n"},
        {"role": "user", "content": "pond.py\nbash-$"},
    ],
    "info": {
        "exit_status": "submitted",
        "submission": "\ndiff --git a/pond.py",
        "model_stats": {"instance_cost": 0.5, "tokens_sent": 100, "tokens_received": 20, "api_calls": 2},
    },
}
SWE_CALLS: dict[str, object] = {
    "environment": "main",
    "replay_config": '{"agent": {"model": {"name": "gpt-4o"}}}',
    "trajectory": [
        {
            "thought": "I look.",
            "response": "I look.",
            "action": "ls -F",
            "observation": "pond.py",
            "state": {"open_file": "n/a"},
            "execution_time": 0.1,
        }
    ],
    "history": [
        {"role": "system", "content": "You are a programmer."},
        {"role": "user", "content": "The pond leaks."},
        {
            "role": "assistant",
            "content": "I look.",
            "thought": "I look.",
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "bash", "arguments": "{}"}}],
        },
        {"role": "tool", "content": "pond.py\nbash-$", "tool_call_ids": ["c1"]},
    ],
    "info": {"exit_status": "submitted", "submission": None, "model_stats": {"api_calls": 1}},
}
SWE_HISTORY: dict[str, object] = {"history": SWE_CALLS["history"]}
TRIALS: Rows = [
    {
        "trial": 1,
        "outcome": "halted",
        "question": "Who dug the pond?",
        "context": None,
        "reflections": [],
        "steps": [{"thought": "I search.", "action": "Search[pond]", "observation": "A pond is water."}],
        "final_answer": None,
        "gold": "Ann",
    },
    {
        "trial": 2,
        "outcome": "correct",
        "question": "Who dug the pond?",
        "context": None,
        "reflections": ["I searched for too little."],
        "steps": [
            {"thought": "I search.", "action": "Search[pond digger]", "observation": "Ann dug it."},
            {"thought": "It was Ann.", "action": "Finish[Ann]", "observation": "Answer is CORRECT"},
        ],
        "final_answer": "Ann",
        "gold": "Ann",
    },
]
TRIALS.append({**TRIALS[1], "trial": 3})
ENVIRONMENTS: Rows = [
    {"name": "env_0", "memory": [], "is_success": True},
    {"name": "env_1", "memory": [" I forgot the plate."], "is_success": False},
]
PROGRAMS: Rows = [
    {
        "task_id": "Pond/0",
        "prompt": "def depth() -> int:\n",
        "entry_point": "depth",
        "canonical_solution": "    return 2",
        "test": "assert depth() == 2",
        "solution": "def depth() -> int:\n    return 2",
        "is_solved": True,
        "reflections": ["It returned 3."],
    },
    {
        "name": "pond_1_width",
        "language": "py",
        "prompt": "def width() -> int:\n",
        "entry_point": "width",
        "test": "assert width() == 5",
        "solution": "def width() -> int:\n    return 4",
        "is_solved": False,
    },
]


def _attempt(record: str, attempt: int, text: str) -> dict[str, object]:
    return {
        "record_id": record,
        "attempt": attempt,
        "review": f"The pond of {record} was dry.",
        "sentiment": "Very negative",
        "target_sentiment": "Very positive",
        "transferred_review": text,
        "transferred_review_sentiment": "\nThe sentiment is Very positive.",
        "feedback": f"Brighter than {text!r}! Try again!",
        "log_probability": -0.5,
        "probability": 0.6,
    }


REFINED: Rows = [_attempt("0", 1, "A dry pond, how fresh!"), _attempt("0", 0, "A pond!"), _attempt("12", 2, "Wow.")]
MISTAKES: Rows = [
    {
        "input": "Which is heavier?\nOptions:\n(A) the duck\n(B) the goose",
        "steps": ["A duck weighs 1.", "A goose weighs 4.", "So the duck."],
        "answer": "(A)",
        "target": "(B)",
        "mistake_index": 2,
    },
    {
        "input": "Which is lighter?\nOptions:\n(A) the duck\n(B) the goose",
        "steps": ["A duck weighs 1 and a goose weighs 4."],
        "answer": "(A)",
        "target": "(A)",
        "mistake_index": None,
    },
]
CONFIDENCE = (
    ",Unnamed: 0,category,correct_answer,extracted_answer,verbal_numerical_confidence,logit_perplexity_confidence,"
    "verbal_linguistic_confidence,token_length\n"
    "0,0,ponds,I,I,0.95,0.5,0.9,63\n1,1,ponds,B,,,,45.45,\n2,2,ducks,C,A,362880.0,,0.8,12\n"
)
HEDGES = (
    ",prompt,hedging_word,response,extracted_confidence\n"
    "0,It is unlikely that ducks fly.,unlikely,Probability: 20%,20.0\n1,It is likely to rain.,likely,I cannot say.,\n"
)
ILLUSION = (
    "Model,type,Persona,persona_index,Persona_Content,temp,run,openeness,consciencienes,extraversion,agreeableness,"
    "neuroticism,self_regulation,sycophancy_rate\n"
    "lab/duck-3B,instruct,agreeableness1,1,You are kind.,0.3,1,4.5,3.44,4,4.11,2.62,224.91,80.8\n"
    "lab/duck-3B,instruct,default,2,,0.7,2,3,3,3,3,,,66\n"
)
TRAITS = (
    ",trait,run,personality_type,sum_score,mean_score\n"  # the first column is an unnamed index
    "0,Agreeableness,1,extr_agre,42,4.67\n1,Openness,1,extr_agre,30,3\n"
)
REPLIES: Rows = [
    {
        "source_file": "extr_agre_p1.json",
        "model": "duck-4",
        "persona_encoding": "extr_agre",
        "iteration": 1,
        "prev_prompts": ["You are extroverted.", "Please fill in: (a) Talks", "(a) 5", "Please tell a story."],
        "annotation": "At the pond I met many.",
    }
]
SETS: dict[str, tuple[str, object]] = {
    "intercode": ("sql/gpt-3.5/ic_sql_react.json", INTERCODE),
    "intercode planned": ("bash/gpt-3.5/ic_bash_plan.json", PLANNED),
    "tau-bench": ("gpt-4o-airline.json", TAU),
    "swe-agent": ("tests/gpt4__pond__t-0.20__p-0.95__c-3/pond-1.traj", SWE_OLD),
    "swe-agent calls": ("run/pond-2.traj", SWE_CALLS),
    "swe-agent history": ("demos/simple.traj", SWE_HISTORY),
    "reflexion-trials": ("react_reflexion_5trials.parsed.jsonl", TRIALS),
    "reflexion-environments": ("alfworld_runs/base_run_logs/env_results_trial_3.json", ENVIRONMENTS),
    "reflexion-programming": ("reflexion_py__pond-py._reflexion_5_gpt-4_pass_at_k_1_py.jsonl", PROGRAMS),
    "self-refine": ("gpt4.jsonl", REFINED),
    "bigbench-mistake": ("logical_deduction.jsonl", MISTAKES),
    "stated-confidence": ("results/mmlu_pro_duck-4_eval_all_None.csv", CONFIDENCE),
    "hedging-words": ("hedging.csv", HEDGES),
    "personality-illusion": ("strategy_1.csv", ILLUSION),
    "trait-scores": ("scores/duck3_all_scores.csv", TRAITS),
    "persona-replies": ("writing_duck-4.jsonl", REPLIES),
}


def set_file(name: str, content: object = None) -> SourceFile:
    """The sample of a set as a file; `content` stands in for its rows."""
    path, rows = SETS[name]
    return source_from_bytes(path, encoded(path, rows if content is None else content))


def encoded(path: str, content: object) -> bytes:
    if isinstance(content, str):
        return content.encode()
    if path.endswith(".jsonl") and isinstance(content, list):
        return b"".join(json.dumps(row).encode() + b"\n" for row in content)
    assert isinstance(content, list | Mapping)
    return json.dumps(content).encode()
