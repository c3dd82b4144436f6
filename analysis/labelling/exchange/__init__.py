"""The literal table of file formats in which labels travel, in and out. Knows no database.

`gold` holds readers for labels that others published with their data; those go one way.
"""

from analysis.labelling.exchange.types import Format
from analysis.registry import Entry, Registry

FORMATS: Registry[Format] = Registry(
    "format of labels",
    {
        "project": Entry(
            "Afterthought JSONL: everything, one label a line", "analysis.labelling.exchange.project:FORMAT"
        ),
        "labelstudio": Entry("Label Studio JSON", "analysis.labelling.exchange.labelstudio:FORMAT"),
        "labelstudio_points": Entry(
            "Label Studio JSON, counting code points (its releases since about 2022)",
            "analysis.labelling.exchange.labelstudio:POINTS",
        ),
        "doccano": Entry("doccano JSONL", "analysis.labelling.exchange.doccano:FORMAT"),
        "csv": Entry("CSV, one label a row", "analysis.labelling.exchange.table:FORMAT"),
    },
)
