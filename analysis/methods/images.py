"""Methods that reason over images and video. Knows no registry."""

from typing import Final

from analysis.methods.method import Method

IMAGES: Final = (
    Method(
        "vilasr",
        ("Reinforcing Spatial Reasoning in Vision-Language Models with Interwoven Thinking and Visual Drawing"),
        "2506.09965",
        "A model draws boxes and lines on the picture while it reasons, and looks again.",
    ),
    Method(
        "revise-video",
        "ReViSE: Towards Reason-Informed Video Editing in Unified Models with Self-Reflective Learning",
        "2512.09924",
        "A video editor judges itself whether an edit does what was asked, and learns from that.",
    ),
    Method(
        "ophiuchus",
        "Incentivizing Tool-augmented Thinking with Images for Medical Image Analysis",
        "2512.14157",
        "A medical model zooms and marks regions, returns to them, and then answers.",
    ),
    Method(
        "revisor",
        (
            "REVISOR: Beyond Textual Reflection, Towards Multimodal Introspective Reasoning in Long-Form Video "
            "Understanding"
        ),
        "2511.13026",
        "A model names the part of a video to watch again, and answers after a closer look.",
    ),
    Method(
        "ocr-agent",
        "OCR-Agent: Agentic OCR with Capability and Memory Reflection",
        "2602.21053",
        "Reads text in images in rounds, drops what it cannot do, and remembers what it tried.",
    ),
)
