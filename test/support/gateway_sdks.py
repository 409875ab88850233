"""The official Python clients of OpenAI and Anthropic, asking what the cases on standard input say.

Reads {"url", "key", "material", "cases"} as JSON and prints one line of JSON for each case, in any order.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from anthropic import Anthropic
from openai import OpenAI

given = json.load(sys.stdin)
material = given["material"]
prompts, results, tools = material["prompts"], material["results"], material["tools"]
openai = OpenAI(base_url=given["url"] + "/v1", api_key=given["key"], max_retries=0)
anthropic = Anthropic(base_url=given["url"], api_key=given["key"], max_retries=0)
data_url = "data:image/png;base64," + material["picture"]


def answer(text, thinking, calls, stop, model, usage):
    return {
        "text": text or "",
        "thinking": thinking,
        "calls": [{"name": name, "arguments": arguments} for name, arguments in calls],
        "stop": stop,
        "model": model,
        "inputTokens": usage[0],
        "outputTokens": usage[1],
    }


def ask_chat(case):
    content = prompts[case["kind"]]
    options = {}
    if case["kind"] == "image":
        content = [
            {"type": "image_url", "image_url": {"url": data_url}},
            {"type": "text", "text": content},
        ]
    elif case["kind"] == "structured":
        form = {"name": "weather", "schema": material["schema"], "strict": True}
        options["response_format"] = {"type": "json_schema", "json_schema": form}
    else:
        options["reasoning_effort"] = "low"
        options["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool["name"],
                    "description": tool["description"],
                    "parameters": tool["schema"],
                },
            }
            for tool in tools
        ]
    messages = [
        {"role": "system", "content": material["system"]},
        {"role": "user", "content": content},
    ]
    answers = []
    while True:
        request = {"model": case["model"], "messages": messages, **options}
        thinking = ""
        if case["isStream"]:
            with openai.chat.completions.stream(
                **request, stream_options={"include_usage": True}
            ) as stream:
                for event in stream:
                    if event.type == "chunk" and event.chunk.choices:
                        delta = event.chunk.choices[0].delta
                        thinking += getattr(delta, "reasoning_content", None) or ""
                completion = stream.get_final_completion()
        else:
            completion = openai.chat.completions.create(**request)
            thinking = getattr(completion.choices[0].message, "reasoning_content", None) or ""
        choice = completion.choices[0]
        called = choice.message.tool_calls or []
        answers.append(
            answer(
                choice.message.content,
                thinking,
                [(call.function.name, json.loads(call.function.arguments)) for call in called],
                choice.finish_reason,
                completion.model,
                (completion.usage.prompt_tokens, completion.usage.completion_tokens),
            )
        )
        if not called or len(answers) > 1:
            return answers
        messages.append(
            {
                "role": "assistant",
                "content": choice.message.content,
                "tool_calls": [
                    {
                        "id": call.id,
                        "type": "function",
                        "function": {
                            "name": call.function.name,
                            "arguments": call.function.arguments,
                        },
                    }
                    for call in called
                ],
            }
        )
        for call in called:
            messages.append(
                {"role": "tool", "tool_call_id": call.id, "content": results[call.function.name]}
            )


def ask_responses(case):
    content = prompts[case["kind"]]
    options = {}
    if case["kind"] == "image":
        content = [
            {"type": "input_image", "image_url": data_url, "detail": "auto"},
            {"type": "input_text", "text": content},
        ]
    elif case["kind"] == "structured":
        form = {"type": "json_schema", "name": "weather", "schema": material["schema"]}
        options["text"] = {"format": {**form, "strict": True}}
    else:
        options["include"] = ["reasoning.encrypted_content"]
        options["reasoning"] = {"effort": "low", "summary": "auto"}
        options["tools"] = [
            {
                "type": "function",
                "name": tool["name"],
                "description": tool["description"],
                "parameters": tool["schema"],
                "strict": False,
            }
            for tool in tools
        ]
    items = [{"role": "user", "content": content}]
    answers = []
    while True:
        request = {
            "model": case["model"],
            "instructions": material["system"],
            "store": False,
            "input": items,
            **options,
        }
        if case["isStream"]:
            with openai.responses.stream(**request) as stream:
                for _ in stream:
                    pass
                response = stream.get_final_response()
        else:
            response = openai.responses.create(**request)
        called = [item for item in response.output if item.type == "function_call"]
        thoughts = [item for item in response.output if item.type == "reasoning"]
        answers.append(
            answer(
                response.output_text,
                "".join(part.text for item in thoughts for part in item.summary),
                [(item.name, json.loads(item.arguments)) for item in called],
                response.status,
                response.model,
                (response.usage.input_tokens, response.usage.output_tokens),
            )
        )
        if not called or len(answers) > 1:
            return answers
        for item in response.output:
            shown = item.model_dump(exclude_none=True)
            shown.pop("parsed_arguments", None)
            for part in shown.get("content") or []:
                part.pop("parsed", None)
            items.append(shown)
        for item in called:
            output = {"call_id": item.call_id, "output": results[item.name]}
            items.append({"type": "function_call_output", **output})


def ask_messages(case):
    content = prompts[case["kind"]]
    options = {}
    if case["kind"] == "image":
        source = {"type": "base64", "media_type": "image/png", "data": material["picture"]}
        content = [{"type": "image", "source": source}, {"type": "text", "text": content}]
    elif case["kind"] == "structured":
        form = {"type": "json_schema", "schema": material["schema"]}
        options["output_config"] = {"format": form}
    else:
        options["thinking"] = {"type": "enabled", "budget_tokens": 1024}
        options["tools"] = [
            {
                "name": tool["name"],
                "description": tool["description"],
                "input_schema": tool["schema"],
            }
            for tool in tools
        ]
    messages = [{"role": "user", "content": content}]
    answers = []
    while True:
        request = {
            "model": case["model"],
            "max_tokens": 4000,
            "system": material["system"],
            "messages": messages,
            **options,
        }
        if case["isStream"]:
            with anthropic.messages.stream(**request) as stream:
                for _ in stream:
                    pass
                message = stream.get_final_message()
        else:
            message = anthropic.messages.create(**request)
        called = [block for block in message.content if block.type == "tool_use"]
        answers.append(
            answer(
                "".join(block.text for block in message.content if block.type == "text"),
                "".join(block.thinking for block in message.content if block.type == "thinking"),
                [(block.name, block.input) for block in called],
                message.stop_reason,
                message.model,
                (message.usage.input_tokens, message.usage.output_tokens),
            )
        )
        if not called or len(answers) > 1:
            return answers
        messages.append({"role": "assistant", "content": message.content})
        messages.append(
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": block.id,
                        "content": results[block.name],
                    }
                    for block in called
                ],
            }
        )


askers = {
    "openai-chat": ask_chat,
    "openai-responses": ask_responses,
    "anthropic-messages": ask_messages,
}


def ask(case):
    try:
        return {"id": case["id"], "answers": askers[case["inbound"]](case), "problem": None}
    except Exception as problem:  # what any case fails with is a result of that case
        return {"id": case["id"], "answers": [], "problem": repr(problem)}


with ThreadPoolExecutor(4) as pool:
    for result in pool.map(ask, given["cases"]):
        print(json.dumps(result), flush=True)
