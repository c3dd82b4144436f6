"""Our fields, and the names under which other people's files hold them. Knows names only, no values.

Names are compared folded: lower case, letters and digits only ("isCorrect", "is_correct" and "Is Correct" are one).
Earlier synonyms are the surer ones.
"""

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Field:
    """One of our fields: its name, the label people see, and folded synonyms from surest to loosest."""

    name: str
    label: str
    synonyms: tuple[str, ...]


def _field(name: str, label: str, synonyms: str) -> Field:
    return Field(name, label, (fold(name), *(fold(word) for word in synonyms.split())))


def fold(name: str) -> str:
    """
    >>> fold("Is_Correct")
    'iscorrect'
    """
    return re.sub(r"[\W_]+", "", name).lower()


SYNONYMS: dict[str, tuple[str, str]] = {
    "id": (
        "id",
        """
        rollout_id external_id uid uuid sample_uid record_id row_id request_id trace_id transcript_id key
        guid
        """,
    ),
    "problem_id": (
        "problem_id",
        """
        problem_idx problem_index question_id qid question_idx question_index instance_id task_id item_id
        example_id doc_id prompt_id pid idx index problem_number question_number unique_id uniqueid data_id
        source_id case_id
        custom_id
        """,
    ),
    "problem": (
        "problem",
        """
        question problem_text question_text bare_question original_question raw_question problem_statement
        question_content stem task_description query exercise puzzle q task ques problem_description frage
        pregunta prob
        """,
    ),
    "answer": (
        "answer (gold)",
        """
        gold gold_answer gt_answer ground_truth groundtruth correct_answer reference_answer ref_answer
        true_answer expected_answer answer_key target gt gts label reference references expected truth
        solution_answer golden golden_answer gold_label correct_option answer_letter ref answers
        right_answer gold_letter target_answer true_label correct_choice actual_answer
        ideal a expected_output gold_standard
        """,
    ),
    "gold_solution": (
        "gold solution",
        """
        ground_truth_solution gt_solution gold_solution reference_solution ref_solution gt_cot
        official_solution solution
        """,
    ),
    "options": (
        "options",
        """
        choices candidates answer_choices alternatives multiple_choice_options endings choice_list
        """,
    ),
    "prompt": (
        "prompt",
        """
        full_prompt rendered_prompt input_prompt user_message user_prompt prompt_text model_input
        formatted_prompt final_prompt input instruction user context_prompt
        """,
    ),
    "system": (
        "system",
        """
        system_prompt system_message sys_prompt systemprompt system_instruction
        """,
    ),
    "reasoning": (
        "reasoning",
        """
        reasoning_content thinking reasoning_trace thought thoughts reasoning_text think thinking_trace
        thinking_text thinking_content chain_of_thought cot thought_process scratchpad reasoning_steps
        model_reasoning trace rationale deepseek_reasoning thinking_process internal_monologue
        model_thinking reasoning_output deliberation monologue thinking_trajectory thinking_trajectories
        analysis hidden_reasoning raw_reasoning full_reasoning explanation
        """,
    ),
    "response": (
        "response",
        """
        completion generation output model_output model_response generated_text gen generated response_text
        completion_text output_text raw_output raw_response model_completion full_response llm_response
        llm_output assistant assistant_response reply generations completions responses outputs gens samples
        resps texts generated_cot full_cot generated_answer generated_solution model_solution code solution
        text content prediction generated_response result message answer_text deepseek_solution model_answer
        final_response visible_response attempt said written_answer raw_generation generated_output
        full_output full_text
        predicted_text trajectory rollout transcript sampled out respuesta antwort reponse risposta resposta
        """,
    ),
    "predicted": (
        "model's answer",
        """
        predicted_answer pred prediction predictions model_answer extracted_answer extracted parsed_answer
        final_answer predicted_label answer_pred model_prediction pred_answer preds guess chosen
        given_answer answer_given model_final_answer parsed choice selected_answer output_answer
        prediction_answer
        """,
    ),
    "correct": (
        "uploaded grade",
        """
        is_correct iscorrect correctness passed acc right score is_right grade graded judgement judgment
        verdict exact_match em success is_success solved is_solved correct_answer_given was_correct
        answer_correct correctness_math_verify is_true hit pass matched match outcome
        """,
    ),
    "model": (
        "model",
        """
        model_name modelname llm model_id engine model_slug generator system_name policy model_path
        agent_model llm_name model_key deployment checkpoint lm agent deepseek_model modell modelo who
        """,
    ),
    "sample": (
        "sample",
        """
        sample_id sample_idx sample_index sample_number rollout_idx rollout_index repeat trial epoch
        generation_idx attempt_id attempt_idx run_idx replicate n_sample seed task_repeat sample_no attempt
        run iteration
        """,
    ),
    "finish_reason": (
        "finish_reason",
        """
        stop_reason finishreason stopreason finish done_reason termination stop_type finish_reasons
        """,
    ),
    "confidence": (
        "confidence",
        """
        verbal_confidence stated_confidence conf certainty probability verbal_numerical_confidence
        verbalized_confidence confidence_score self_confidence model_confidence p_correct
        """,
    ),
    "layer_answers": (
        "answers by layer",
        """
        answers_by_layer layerwise_answers latent_answers logit_lens logit_lens_answers
        """,
    ),
    "n_tokens": (
        "tokens",
        """
        completion_tokens output_tokens num_tokens token_length token_count generated_tokens tokens
        response_tokens output_token_count n_completion_tokens num_output_tokens response_length
        """,
    ),
    "n_reasoning_tokens": (
        "reasoning tokens",
        """
        reasoning_tokens thinking_tokens num_reasoning_tokens thoughts_token_count
        """,
    ),
    "turns": (
        "turns",
        """
        messages conversations conversation dialogue chat dialog traj message_list chat_history msgs
        """,
    ),
    "error": (
        "error",
        """
        error_message exception err error_msg failure
        """,
    ),
    "problem.subject": (
        "subject",
        """
        subject problem_type domain category topic field subfield area subject_name discipline type
        """,
    ),
    "problem.level": (
        "level",
        """
        level problem_level difficulty hardness grade_level
        """,
    ),
    "problem.set": (
        "problem set",
        """
        problem_set dataset data_set benchmark dataset_name data_source task_name source corpus suite
        """,
    ),
    "answer_type": (
        "answer type",
        """
        answertype
        """,
    ),
}
FIELDS = {name: _field(name, label, synonyms) for name, (label, synonyms) in SYNONYMS.items()}

MOST_NAME_CHARS = 200
"""Keys longer than this announce nothing by a part of theirs."""
NUMBERED = ("correct", "response", "reasoning", "predicted", "confidence", "n_tokens", "finish_reason")
OPEN_PREFIXES = ("condition.", "score.", "attribute.")
NUMBERED_NAME = re.compile(rf"(?P<name>{'|'.join(NUMBERED)})(?P<number>[1-9])")
CONDITIONS = {
    "temperature": "temperature temp t",
    "top_p": "top_p topp tp nucleus_p",
    "top_k": "top_k topk",
    "max_new_tokens": "max_new_tokens max_tokens mnt maxtokens max_completion_tokens max_length max_output_tokens",
    "hint": "hint hint_type cue cue_type",
    "persona": "persona",
    "template": "template prompt_template prompt_type prompt_style prompt_name prompt_format",
    "effort": "effort reasoning_effort thinking_effort",
    "budget": "budget thinking_budget token_budget",
    "condition": "condition arm variant setting config_name experiment intervention treatment strategy mode method",
    "language": "language lang",
    "shots": "shots n_shots num_shots fewshot num_fewshot n_shot k_shot",
}
SCORES = (
    "score", "reward", "pred_score", "rm_score", "reward_score", "rewards", "advantage", "logprob", "log_probability",
    "cumulative_logprob", "perplexity", "quality", "rating", "judge_score", "rm_scores", "scores", "pred_scores",
)  # fmt: skip
REWARDS = {
    fold(name) for name in ("pred_score", "rm_score", "reward_score", "reward", "rewards", "rm_scores", "pred_scores")
}


@cache
def fields_by_name() -> dict[str, tuple[tuple[str, int], ...]]:
    """Folded name -> ((field, rank of the synonym), ...); a name may announce several fields."""
    table: dict[str, list[tuple[str, int]]] = {}
    for field in FIELDS.values():
        for rank, synonym in enumerate(dict.fromkeys(field.synonyms)):
            table.setdefault(synonym, []).append((field.name, rank))
    return {name: tuple(hits) for name, hits in table.items()}


@cache
def conditions_by_name() -> dict[str, str]:
    return {fold(word): name for name, words in CONDITIONS.items() for word in words.split()}


def is_row_name(key: str) -> bool:
    """Whether a key announces something that only a rollout row has (text, question, grade ...)."""
    telling = {"problem", "response", "reasoning", "answer", "turns", "predicted", "correct", "model", "prompt"}
    return any(name in telling for name, _ in fields_by_name().get(fold(key), ()))


def is_field_name(name: str) -> bool:
    """
    >>> is_field_name("condition.temperature"), is_field_name("correct2"), is_field_name("colour")
    (True, True, False)
    """
    if name in FIELDS or NUMBERED_NAME.fullmatch(name):
        return True
    return any(name.startswith(prefix) and len(name) > len(prefix) for prefix in OPEN_PREFIXES)


def is_open_name(name: str) -> bool:
    """Whether a key is literally one of our open or dotted fields (`condition.hint`, `problem.level`)."""
    return "." in name and is_field_name(name)


def known_fields() -> list[str]:
    return [name for name in FIELDS if name != "gold_solution"] + [
        "correct1, correct2 …",
        *(p + "NAME" for p in OPEN_PREFIXES),
    ]


def label_of(name: str) -> str:
    return FIELDS[name].label if name in FIELDS else name
