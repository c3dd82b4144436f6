"""Methods of agents that act, search and retrieve. Knows no registry."""

from typing import Final

from analysis.methods.method import Method

AGENTS: Final = (
    Method(
        "deepresearcher",
        "DeepResearcher: Scaling Deep Research via Reinforcement Learning in Real-world Environments",
        "2504.03160",
        "Trains an agent on the live web, and sees it plan, cross-check, reflect and abstain.",
        does=(
            "Reads chat messages with tool calls and observations, shows them in the reader, and gives people a "
            "scheme of the four behaviours with their agreement. Writes training data of them, observations masked."
        ),
        by=("format:sharegpt", "scheme:agent_behaviours", "export:agent_messages"),
        left_out="The live web, a replay from kept pages, and word F1: planned.",
        proof=(
            "Messages and calls of hand-written rows come back as turns and tool calls; each behaviour has an example; "
            "what tools returned is never learned."
        ),
        proven_in=(
            "tests/analysis/training/test_groups.py",
            "tests/traces/importers/test_api_and_training_formats.py",
            "tests/analysis/labelling/test_shipped_schemes.py",
        ),
    ),
    Method(
        "autosafe",
        "Automating Safety Enhancement for LLM-based Agents with Synthetic Risk Scenarios",
        "2505.17735",
        "Makes risky scenes for agents, and has unsafe actions reflected on and drawn again.",
    ),
    Method(
        "re-searcher",
        "RE-Searcher: Robust Agentic Search with Goal-oriented Planning and Self-reflection",
        "2509.26048",
        "A search agent states a goal for each query, and says whether the results meet it.",
    ),
    Method(
        "act",
        "Agentic Critical Training",
        "2603.08706",
        "Rewards an agent for telling an expert's action from its own alternative.",
        does=(
            "Takes states as problems and actions as answers: draws a model's own, has a judge compare them with "
            "another model's in both orders, with its preference for a place, and writes the choices as prompts."
        ),
        by=("protocol:regenerate", "protocol:judge", "export:act_choices"),
        left_out="Environments, the success of a task, and the reinforcement learning.",
        proof="Hand-derived choices in both orders; a drawn order favours no place; judges against hand-counted pairs.",
        proven_in=("tests/analysis/training/test_groups.py", "tests/analysis/test_judging.py"),
    ),
    Method(
        "gui-reflection",
        "GUI-Reflection: Empowering Multimodal GUI Models with Self-Reflection Behavior",
        "2506.08012",
        "Teaches agents of a phone's screen to notice a wrong tap, undo it and try again.",
    ),
    Method(
        "agent-r",
        "Agent-R: Training Language Model Agents to Reflect via Iterative Self-Training",
        "2501.11425",
        "Joins failed and successful paths at the first step that the model itself judges bad.",
    ),
    Method(
        "re-rest",
        "Re-ReST: Reflection-Reinforced Self-Training for Language Agents",
        "2406.01495",
        "A reflector repairs failed samples with feedback of the environment, before self-training.",
        does=(
            "Runs an answer, the feedback of a critic or teacher and one repair, of all answers or only of wrong ones "
            "(oracle, labelled), shows how many are repaired, and writes the data of the solver, the reflector and DPO."
        ),
        by=(
            "protocol:critique",
            "protocol:teacher",
            "measure:self_correction",
            "measure:sampling",
            "export:rerest_agent",
            "export:rerest_reflector",
            "export:rerest_pairs",
        ),
        left_out="Environments, tools and tests of code as feedback; the self-training.",
        proof="Hand-derived rows of passed, repaired and failed answers; dialogues of both protocols by hand.",
        proven_in=("tests/analysis/training/test_remarks.py", "tests/analysis/protocols/test_roles.py"),
    ),
    Method(
        "step",
        "Training LLM-Based Agents with Synthetic Self-Reflected Trajectories and Partial Masking",
        "2505.20023",
        "A teacher writes reflections at wrong steps, and the wrong steps are masked in training.",
    ),
    Method(
        "self-rag",
        "Self-RAG: Learning to Retrieve, Generate, and Critique through Self-Reflection",
        "2310.11511",
        "A model decides by tokens when to retrieve, and whether a passage supports what it says.",
    ),
    Method(
        "agent0-vl",
        "Agent0-VL: Exploring Self-Evolving Agent for Tool-Integrated Vision-Language Reasoning",
        "2511.19900",
        "One model solves and verifies with tools, and repairs a step that it is not sure of.",
    ),
    Method(
        "mobileuse",
        "MobileUse: A GUI Agent with Hierarchical Reflection for Autonomous Mobile Operation",
        "2507.16853",
        ("A phone agent reflects on actions, on stretches of work and on the whole task, when it seems needed."),
    ),
)
