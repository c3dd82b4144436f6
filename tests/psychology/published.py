"""Small tables as the studies publish them, written out; values are made up."""

import io
import zipfile
from json import dumps

from apps.psychology.published.files import File

KEYS = "Model,type,Persona,persona_index,Persona_Content,temp,run"
TRAITS = "openeness,consciencienes,extraversion,agreeableness,neuroticism,self_regulation"
TASKS = "CCT_cold_avg,IAT_Overall,sycophancy_rate,Calibaration,Consistency"
MODELS = ("duck", "goose")


def table(name: str, columns: str, *rows: str) -> File:
    return File(name, "".join(f"{line}\r\n" for line in (f"{KEYS},{columns}", *rows)).encode())


def report(name: str = "instruct_models_selfreport.csv", kind: str = "instruct") -> File:
    """Each model once under each of two prompts; self-regulation 189 and 252 of 63 items: 3 and 4 an item."""
    rows = [
        f"{model},{kind},baseline,{prompt},{'' if prompt == 1 else 'Be brief.'},0.7,1,3.5,4,3,{3 + n},2,{189 + 63 * n}"
        for n, model in enumerate(MODELS)
        for prompt in (1, 2)
    ]
    return table(name, TRAITS, *rows)


def behaviour(name: str = "instruct_models_behavioral_tasks.csv") -> File:
    rows = [
        f"{model},instruct,baseline,{prompt},{'' if prompt == 1 else 'Be brief.'},0.7,1,12.5,0.25,40,20,15.5"
        for model in MODELS
        for prompt in (1, 2)
    ]
    return table(name, TASKS, *rows)


def personas(name: str = "agreeableness/prompt_strategy_2.csv") -> File:
    rows = [f'{model},instruct,agreeableness2,3,"You are kind, warm.",1,2,3,3,3,5,2,189,60' for model in MODELS]
    return table(name, f"{TRAITS},sycophancy_rate", *rows)


def replies(*annotations: str, model: str = "duck") -> File:
    rows = [
        dumps({"source_file": "x", "model": model, "persona_encoding": "extr", "iteration": n + 1, "annotation": said})
        for n, said in enumerate(annotations)
    ]
    return File("bfi_duck.jsonl", "\n".join(rows).encode())


def zipped(*files: File) -> File:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for file in files:
            archive.writestr(file.name, file.content)
    return File("study.zip", kept.getvalue())
