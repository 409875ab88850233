"""Reviews a pull request and posts its findings."""

from __future__ import annotations

import json
import logging

import anthropic

from reviewer.config import MAX_DIFF_BYTES, MAX_TOKENS, REVIEW_MODEL

logger = logging.getLogger(__name__)
client = anthropic.Anthropic(max_retries=3)

REPORT_TOOL = {
    "name": "report",
    "description": "Report defects",
    "input_schema": {
        "type": "object",
        "properties": {"findings": {"type": "array", "items": {"type": "object"}}},
        "required": ["findings"],
    },
}


class DiffTooLarge(ValueError):
    pass


def review(diff: str, guidelines: str) -> list[dict]:
    """Findings for one diff, most severe first."""
    if len(diff.encode()) > MAX_DIFF_BYTES:
        raise DiffTooLarge(len(diff))
    message = client.messages.create(
        model=REVIEW_MODEL,
        max_tokens=MAX_TOKENS,
        thinking={"type": "enabled", "budget_tokens": 4_000},
        system=[{"type": "text", "text": guidelines, "cache_control": {"type": "ephemeral"}}],
        tools=[REPORT_TOOL],
        messages=[{"role": "user", "content": f"Review this change for security issues:\n{diff}"}],
    )
    for block in message.content:
        if block.type == "tool_use":
            return sorted(block.input["findings"], key=lambda f: f.get("severity", 9))
    logger.warning("no report", extra={"stop_reason": message.stop_reason})
    return json.loads("[]")
