"""What other tools must be told before they can show our files: the labels of a scheme, as each tool wants them set up.

Knows no documents. The names are those that `labelstudio` and `doccano` write. Sources: Label Studio's tags Labels,
TextArea, Choices, Relations; doccano's files of label types (data/label in doccano/doccano).
"""

import json
from xml.sax.saxutils import quoteattr

from analysis.labelling.scheme import Kind, Scheme, Target

COLOURS = ("#2f6db3", "#2e8b57", "#8a5cc2", "#c47d0e", "#b5443b", "#0f8b8d", "#6b6f76")


def labelstudio_interface(scheme: Scheme) -> str:
    """The labelling interface (XML) of a Label Studio project that takes our tasks.

    >>> print(labelstudio_interface(Scheme("s", (Kind("doubt", "Doubt", "1", 4),))))
    <View>
      <Labels name="label" toName="text">
        <Label value="doubt" alias="doubt" hotkey="1" background="#c47d0e" hint="Doubt"/>
      </Labels>
      <Text name="text" value="$text" granularity="symbol"/>
    </View>
    """
    blocks = [
        _block("Labels", "label", [_tag("Label", kind) for kind in scheme.on(Target.STEP, Target.SPAN)]),
        _block("Choices", "rollout", [_tag("Choice", kind) for kind in scheme.on(Target.ROLLOUT)]),
        _relations(scheme),
        ['  <Text name="text" value="$text" granularity="symbol"/>'],
        ['  <TextArea name="value" toName="text" perRegion="true" editable="true"/>'] if _has_values(scheme) else [],
    ]
    return "\n".join(["<View>", *(line for block in blocks for line in block), "</View>"])


def doccano_labels(scheme: Scheme, *targets: Target) -> str:
    """The file of label types for doccano: of spans, of whole texts, or of relations.

    >>> print(doccano_labels(Scheme("s", (Kind("doubt", "Doubt", "1", 4),)), Target.STEP, Target.SPAN))
    [
     {"text": "doubt", "suffix_key": "1", "background_color": "#c47d0e", "text_color": "#ffffff"}
    ]
    """
    lines = [
        {"text": kind.name, "suffix_key": kind.key, "background_color": _colour(kind), "text_color": "#ffffff"}
        for kind in scheme.on(*targets)
    ]
    return "[\n" + ",\n".join(f" {json.dumps(line)}" for line in lines) + "\n]" if lines else "[]"


def _block(tag: str, name: str, lines: list[str]) -> list[str]:
    opening = f'  <{tag} name="{name}" toName="text">'
    return [opening, *(f"    {line}" for line in lines), f"  </{tag}>"] if lines else []


def _relations(scheme: Scheme) -> list[str]:
    lines = [f"    <Relation value={quoteattr(kind.name)}/>" for kind in scheme.on(Target.RELATION)]
    return ["  <Relations>", *lines, "  </Relations>"] if lines else []


def _tag(tag: str, kind: Kind) -> str:
    name = quoteattr(kind.name)
    key = f" hotkey={quoteattr(kind.key)}" if kind.key else ""
    colour = f" background={quoteattr(_colour(kind))}" if tag == "Label" else ""
    return f"<{tag} value={name} alias={name}{key}{colour} hint={quoteattr(kind.title)}/>"


def _has_values(scheme: Scheme) -> bool:
    return any(kind.has_value for kind in scheme.kinds)


def _colour(kind: Kind) -> str:
    return COLOURS[(kind.colour - 1) % len(COLOURS)]
