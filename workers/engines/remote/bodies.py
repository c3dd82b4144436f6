"""An ask as a request: which endpoint, which JSON. Knows no connection.

Source: OpenAI's chat completions and completions; `continue_final_message`, `add_generation_prompt`, `top_k`, `min_p`,
`return_token_ids` and `prompt_logprobs` are vLLM's and SGLang's.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from analysis.asking import Ask, Message
from analysis.types import Role

KNOWN_ROLES = frozenset({Role.SYSTEM, Role.USER, Role.ASSISTANT})
MAX_ALTERNATIVES = 20
CHAT, COMPLETIONS = "/chat/completions", "/completions"


class Wire(NamedTuple):
    """How this server wants to be asked."""

    model: str
    continuation: str = "continue_final_message"
    chat_template: str = ""
    limit_field: str = "max_tokens"
    seeds: bool = True
    log_probabilities: bool = True
    token_ids: bool = False


class Request(NamedTuple):
    """One request: endpoint and body."""

    path: str
    body: Mapping[str, Any]


class CannotAsk(ValueError):
    """This server, as it is set up, has no way to be asked this; the message says why."""


def request_for(ask: Ask, wire: Wire) -> Request:
    """The request for an ask's completion; raises CannotAsk."""
    common = _sampling(ask, wire)
    if not ask.messages or (ask.prefix and wire.continuation == "completions"):
        prompt = prompt_of(ask, wire)
        shown = {"logprobs": min(ask.sampling.n_alternatives, MAX_ALTERNATIVES)} if wire.log_probabilities else {}
        return Request(COMPLETIONS, common | {"prompt": prompt, "max_tokens": ask.sampling.max_tokens} | shown)
    alternatives = min(ask.sampling.n_alternatives, MAX_ALTERNATIVES)
    shown = {"logprobs": True} | ({"top_logprobs": alternatives} if alternatives else {})
    body = common | chat(ask, wire) | {wire.limit_field: ask.sampling.max_tokens}
    return Request(CHAT, body | (shown if wire.log_probabilities else {}))


def chat(ask: Ask, wire: Wire) -> dict[str, Any]:
    """The conversation and, where a reply is begun, how it is continued; raises CannotAsk."""
    told: list[dict[str, Any]] = [{"role": _role(each.role), "content": each.text} for each in ask.messages]
    if not ask.prefix:
        return {"messages": told}
    begun = {"role": "assistant", "content": ask.prefix}
    if wire.continuation == "continue_final_message":
        return {"messages": [*told, begun], "continue_final_message": True, "add_generation_prompt": False}
    if wire.continuation == "prefix_field":
        return {"messages": [*told, begun | {"prefix": True}]}
    if wire.continuation == "last_message":
        return {"messages": [*told, begun]}
    raise CannotAsk("this engine is set up without a way to continue a begun reply")


def prompt_of(ask: Ask, wire: Wire) -> str | list[int]:
    """The bare prompt with the begun reply; raises CannotAsk."""
    if ask.token_ids is not None:
        if ask.prefix:
            raise CannotAsk("a prompt of token ids cannot be followed by a begun reply in text")
        return list(ask.token_ids)
    if ask.text is not None:
        return ask.text + ask.prefix
    return rendered(ask.messages, wire.chat_template) + ask.prefix


def rendered(messages: Sequence[Message], template: str) -> str:
    r"""A conversation by the template of one message, up to where the assistant's text begins; raises CannotAsk.

    >>> from analysis.types import Role
    >>> rendered([Message(Role.USER, "Hi")], "<{role}>{text}</s>\n")
    '<user>Hi</s>\n<assistant>'
    """
    if "{role}" not in template or template.count("{text}") != 1:
        raise CannotAsk("chat_template must hold {role} and, once, {text} for a conversation as one text")
    told = [_message(template, _role(each.role)).replace("{text}", each.text, 1) for each in messages]
    return "".join(told) + _message(template, "assistant").partition("{text}")[0]


def scoring(ask: Ask, wire: Wire, continuation: str) -> Request:
    """The request that shows the log-probabilities of the prompt with a continuation; raises CannotAsk.

    Vocabularies differ: on the chat endpoint the tokens behind those of the prompt alone are the continuation's.
    """
    common = {"model": wire.model, "temperature": 0.0}
    if not ask.messages or wire.continuation == "completions":
        prompt = prompt_of(ask, wire)
        if not isinstance(prompt, str):
            raise CannotAsk("continuations of token ids are not scored")
        shown = {"max_tokens": 1, "echo": True, "logprobs": 0}
        return Request(COMPLETIONS, common | shown | {"prompt": prompt + continuation})
    if wire.continuation != "continue_final_message":
        raise CannotAsk("this server shows no log-probabilities of a prompt")
    whole = Ask(ask.messages, prefix=ask.prefix + continuation) if ask.prefix + continuation else ask
    return Request(CHAT, common | chat(whole, wire) | {"max_tokens": 1, "prompt_logprobs": 0})


def _sampling(ask: Ask, wire: Wire) -> dict[str, Any]:
    sampling = ask.sampling
    told: dict[str, Any] = {"model": wire.model, "temperature": sampling.temperature, "top_p": sampling.top_p}
    told |= {name: value for name in ("top_k", "min_p") if (value := getattr(sampling, name))}
    told |= {"stop": list(sampling.stop)} if sampling.stop else {}
    told |= {"seed": ask.seed} if wire.seeds else {}
    return told | ({"return_token_ids": True} if wire.token_ids else {})


def _message(template: str, role: str) -> str:
    return template.replace("{role}", role)


def _role(role: Role) -> str:
    return role.value if role in KNOWN_ROLES else Role.USER.value
