import type { SeededRandom } from './seeded-random.ts'

/** Kinds of file in the generated tree: how often, how they read, and what a file with a model in it holds. */
export interface FileKind {
  readonly id: string
  readonly weight: number
  readonly extension: string
  /** First lines. */
  readonly head: string
  /** One piece of ordinary text; files are made of many. */
  readonly block: (word: () => string, random: SeededRandom) => string
  /** Pieces that hold a keyword; about a third are only a comment or a mention. */
  readonly hits: readonly string[]
}

export const words: readonly string[] = (
  'account address amount archive arrival article assembly balance barcode basket batch bay board border bottle box branch ' +
  'bridge broker budget buffer cabin calendar canal cargo carrier carton cell centre chapter charge circle clerk clock coast ' +
  'column company contract corner counter country courier cover crane crate credit crew customer cycle damage deadline dealer ' +
  'degree delivery demand depot desk detail device discount distance district dock door draft driver duty edge entry estimate ' +
  'exchange factor factory fare ferry field filter fleet floor folder forecast form freight fuel garage gate goods grain grid ' +
  'group harbour height holiday hour house index inland invoice island item journey junction label lane ledger length letter ' +
  'licence limit list loader location lorry luggage machine margin market meter minute motor night notice number office ' +
  'order origin owner packet pallet parcel parking partner payment period person phase piece pipe place plan platform pocket ' +
  'point policy port position postage price printer profile quantity queue quota rack rail range rate rebate receipt record ' +
  'region report request reserve result return river road roof room round route rule sample scale schedule season seat section ' +
  'sender series shelf shift ship shop signal silo size slot space speed square staff stage station stock stop store street ' +
  'supplier surface table tank tariff tax terminal ticket timber tonnage tower track trailer train transfer transit trip truck ' +
  'tunnel unit value van vehicle vessel voyage wagon warehouse watch water way week weight wharf wheel width window yard zone'
).split(' ')

function title(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

export const fileKinds: readonly FileKind[] = [
  {
    id: 'python',
    weight: 20,
    extension: 'py',
    head: 'from __future__ import annotations\n\nimport logging\nimport os\n\nlogger = logging.getLogger(__name__)\n',
    block: (word, random) => {
      const [a, b, c] = [word(), word(), word()]
      return `\n\ndef ${a}_${b}(${c}: int, ${b}: list[int]) -> int:\n    """The ${a} of a ${b}, by ${c}."""\n    total = ${random.below(90)}\n    for entry in ${b}:\n        if entry > ${c}:\n            total += entry * ${random.below(9)}\n    logger.debug("${a} %s", total)\n    return total\n`
    },
    hits: [
      '\n\ndef ask(client, text):\n    message = client.messages.create(\n        model="claude-sonnet-4-5",\n        max_tokens=400,\n        messages=[{"role": "user", "content": text}],\n    )\n    return message.content[0].text\n',
      '\n\nfrom openai import OpenAI\n\nclient = OpenAI()\nMODEL = os.getenv("CHAT_MODEL", "gpt-4o-mini")\n\n\ndef chat(text):\n    return client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": text}])\n',
      '\n\n# Once answered by gpt-4o; a table does it now.\n',
    ],
  },
  {
    id: 'typescript',
    weight: 18,
    extension: 'ts',
    head: "import { strict as assert } from 'node:assert'\n",
    block: (word, random) => {
      const [a, b, c] = [word(), word(), word()]
      return `\nexport interface ${title(a)}${title(b)} {\n  readonly ${c}: number\n  readonly ${b}s: readonly string[]\n}\n\nexport function ${a}${title(c)}(${b}: ${title(a)}${title(b)}): number {\n  const limit = ${random.below(500)}\n  assert.ok(${b}.${c} >= 0)\n  return Math.min(limit, ${b}.${c} * ${b}.${b}s.length)\n}\n`
    },
    hits: [
      "\nimport Anthropic from '@anthropic-ai/sdk'\n\nconst anthropic = new Anthropic()\n\nexport async function review(text: string) {\n  return anthropic.messages.create({\n    model: 'claude-haiku-4-5',\n    max_tokens: 500,\n    messages: [{ role: 'user', content: text }],\n  })\n}\n",
      "\nimport { openai } from '@ai-sdk/openai'\nimport { generateText } from 'ai'\n\nexport const answer = (prompt: string) => generateText({ model: openai('gpt-4.1'), prompt })\n",
      '\n// The text of the offer is written by claude-opus-4-5 elsewhere.\n',
    ],
  },
  {
    id: 'javascript',
    weight: 8,
    extension: 'js',
    head: "'use strict'\n\nconst path = require('node:path')\n",
    block: (word, random) => {
      const [a, b] = [word(), word()]
      return `\nfunction ${a}${title(b)}(${b}) {\n  const parts = [${random.below(70)}, ${random.below(70)}]\n  for (const part of parts) {\n    if (part > ${b}.length) return path.join('${a}', String(part))\n  }\n  return '${b}'\n}\n`
    },
    hits: [
      "\nconst OpenAI = require('openai')\n\nasync function label(text) {\n  const client = new OpenAI()\n  return client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: text }] })\n}\n",
      "\nconst PRICES = { 'gpt-4o': 2.5, 'claude-sonnet-4-5': 3, 'gemini-2.5-pro': 1.25 }\n",
    ],
  },
  {
    id: 'tsx',
    weight: 6,
    extension: 'tsx',
    head: "import { useState } from 'react'\n",
    block: (word) => {
      const [a, b] = [word(), word()]
      return `\nexport function ${title(a)}${title(b)}({ ${b} }: { ${b}: string }) {\n  const [open, setOpen] = useState(false)\n  return (\n    <section className="${a}">\n      <h2>{${b}}</h2>\n      <button onClick={() => setOpen(!open)}>{open ? 'Hide' : 'Show'} the ${a}</button>\n    </section>\n  )\n}\n`
    },
    hits: [
      "\nexport const MODELS = [\n  { id: 'gpt-4o', label: 'Quick' },\n  { id: 'claude-opus-4-5', label: 'Thorough' },\n]\n",
    ],
  },
  {
    id: 'go',
    weight: 10,
    extension: 'go',
    head: 'package depot\n\nimport (\n\t"errors"\n\t"fmt"\n)\n\nvar errEmpty = errors.New("depot: empty")\n',
    block: (word, random) => {
      const [a, b] = [word(), word()]
      return `\n// ${title(a)}${title(b)} counts the ${b} of a ${a}.\nfunc ${title(a)}${title(b)}(${b} []int) (int, error) {\n\tif len(${b}) == 0 {\n\t\treturn 0, fmt.Errorf("${a}: %w", errEmpty)\n\t}\n\ttotal := ${random.below(60)}\n\tfor _, n := range ${b} {\n\t\ttotal += n\n\t}\n\treturn total, nil\n}\n`
    },
    hits: [
      '\nfunc ask(client anthropic.Client) (*anthropic.Message, error) {\n\treturn client.Messages.New(ctx, anthropic.MessageNewParams{\n\t\tModel:     anthropic.ModelClaudeSonnet4_5,\n\t\tMaxTokens: 100,\n\t})\n}\n',
      '\nfunc limit(name string) int {\n\tif name == "gpt-4o" {\n\t\treturn 128000\n\t}\n\treturn 8192\n}\n',
    ],
  },
  {
    id: 'java',
    weight: 11,
    extension: 'java',
    head: 'package example.depot;\n\nimport java.util.List;\n\nfinal class Depot {\n  private Depot() {}\n}\n',
    block: (word, random) => {
      const [a, b] = [word(), word()]
      return `\nfinal class ${title(a)}${title(b)}${random.below(900)} {\n  private final List<Integer> ${b}s;\n\n  ${title(a)}${title(b)}${random.below(900)}(List<Integer> ${b}s) {\n    this.${b}s = List.copyOf(${b}s);\n  }\n\n  int ${a}() {\n    return ${b}s.stream().mapToInt(Integer::intValue).filter(n -> n > ${random.below(40)}).sum();\n  }\n}\n`
    },
    hits: [
      '\nfinal class Chat {\n  ChatModel build(String key) {\n    return OpenAiChatModel.builder().apiKey(key).modelName("gpt-4.1-mini").build();\n  }\n}\n',
      '\n// Written with the help of gemini-2.5-pro.\n',
    ],
  },
  {
    id: 'csharp',
    weight: 5,
    extension: 'cs',
    head: 'using System;\nusing System.Collections.Generic;\n\nnamespace Depot;\n',
    block: (word, random) => {
      const [a, b] = [word(), word()]
      return `\npublic sealed class ${title(a)}${title(b)}${random.below(900)}\n{\n    public int Count(IReadOnlyList<int> ${b}s)\n    {\n        var total = ${random.below(50)};\n        foreach (var ${b} in ${b}s)\n        {\n            total += ${b};\n        }\n        return total;\n    }\n}\n`
    },
    hits: [
      '\npublic sealed class Chat\n{\n    private readonly ChatClient _client = new OpenAIClient("k").GetChatClient("gpt-4o-mini");\n}\n',
    ],
  },
  {
    id: 'ruby',
    weight: 3,
    extension: 'rb',
    head: '# frozen_string_literal: true\n',
    block: (word, random) => {
      const [a, b] = [word(), word()]
      return `\nclass ${title(a)}${title(b)}\n  LIMIT = ${random.below(300)}\n\n  def ${a}(${b}s)\n    ${b}s.select { |entry| entry < LIMIT }.sum\n  end\nend\n`
    },
    hits: [
      '\nclass Chat\n  def ask(text)\n    OpenAI::Client.new.chat(parameters: { model: "gpt-4o", messages: [{ role: "user", content: text }] })\n  end\nend\n',
    ],
  },
  {
    id: 'rust',
    weight: 4,
    extension: 'rs',
    head: 'use std::collections::BTreeMap;\n',
    block: (word, random) => {
      const [a, b] = [word(), word()]
      return `\n/// The ${a} of every ${b}.\npub fn ${a}_${b}(entries: &BTreeMap<String, u32>) -> u32 {\n    let limit = ${random.below(400)};\n    entries.values().copied().filter(|n| *n > limit).sum()\n}\n`
    },
    hits: [
      '\npub fn request() -> Request {\n    CreateEmbeddingRequestArgs::default().model("text-embedding-3-small").build()\n}\n',
    ],
  },
  {
    id: 'yaml',
    weight: 6,
    extension: 'yaml',
    head: '# Written by the platform team\n',
    block: (word, random) =>
      `${word()}-${random.below(100_000)}:\n  ${word()}: ${word()}\n  replicas: ${random.below(9)}\n  hosts:\n    - ${word()}.example\n    - ${word()}.example\n`,
    hits: [
      'chat:\n  env:\n    - name: CHAT_MODEL\n      value: gpt-4.1\n',
      'assistant:\n  model: claude-sonnet-4-5\n',
    ],
  },
  {
    id: 'markdown',
    weight: 9,
    extension: 'md',
    head: '# Notes\n',
    block: (word) =>
      `\n## ${title(word())} and ${word()}\n\nThe ${word()} of a ${word()} is kept for a ${word()}. When the ${word()} is late, the ${word()}\ntells the ${word()} and the ${word()} moves on. See the ${word()} for the ${word()}.\n`,
    hits: ['\n## Assistant\n\nAnswers come from `gpt-4o` or claude-sonnet-4-5.\n'],
  },
  {
    id: 'sql',
    weight: 2,
    extension: 'sql',
    head: '-- Reports\n',
    block: (word, random) =>
      `\nSELECT ${word()}_id, sum(${word()}) AS ${word()}\nFROM ${word()}s\nWHERE ${word()} > ${random.below(1000)}\nGROUP BY ${word()}_id;\n`,
    hits: ["\nSELECT snowflake.cortex.complete('claude-3-5-sonnet', body) FROM tickets;\n"],
  },
  {
    id: 'shell',
    weight: 2,
    extension: 'sh',
    head: '#!/bin/sh\nset -eu\n',
    block: (word, random) =>
      `\n${word()}() {\n  for name in ${word()} ${word()}; do\n    echo "$name ${random.below(100)}"\n  done\n}\n`,
    hits: ['\nclaude -p "Sum up" --model claude-haiku-4-5\n'],
  },
  {
    id: 'css',
    weight: 4,
    extension: 'css',
    head: ':root { --gap: 8px; }\n',
    block: (word, random) =>
      `\n.${word()}-${word()} {\n  width: ${random.below(90)}px;\n  padding: ${random.below(20)}px var(--gap);\n}\n`,
    hits: ['\n/* drawn by gemini-2.5-flash */\n'],
  },
]
