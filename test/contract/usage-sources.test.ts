import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import * as samples from '../support/usage-samples.ts'
import { type ImportedUse, UsageDraft } from '../../src/cli/usage-draft.ts'
import { type ReadUsage, readUsage } from '../../src/cli/usage-read.ts'
import type { SourceTools } from '../../src/cli/usage-sources/usage-source.ts'
import { usageSources } from '../../src/cli/usage-sources/usage-sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-usage-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const providers: Readonly<Record<string, string>> = {
  azure: 'azure',
  bedrock: 'aws-bedrock',
  anthropic: 'anthropic',
  mistral: 'mistral',
  openai: 'openai',
  'vertex-ai': 'google-vertex',
}
const hosts: Readonly<Record<string, string>> = {
  'openai.azure.com': 'azure',
  'api.anthropic.com': 'anthropic',
  'api.mistral.ai': 'mistral',
}
const tools: SourceTools = {
  providerOfName: (name) => providers[name] ?? null,
  providerOfHost: (address) => {
    const found = Object.entries(hosts).find(([host]) => address.includes(host))
    return found === undefined ? null : { provider: found[1], region: null }
  },
  looksLikeModel: (text) => text.startsWith('gpt-'),
  workflowOf: (labels) => (labels.includes('support') ? 'support' : null),
}

class Listed extends UsageDraft {
  readonly uses: ImportedUse[] = []

  override add(use: ImportedUse): void {
    this.uses.push(use)
    super.add(use)
  }
}

let count = 0

async function read(
  content: string | Uint8Array,
): Promise<ReadUsage & { readonly uses: readonly ImportedUse[] }> {
  count += 1
  const path = join(folder, String(count))
  writeFileSync(path, content)
  const draft = new Listed(new DatabaseSync(':memory:'))
  const found = await readUsage(path, draft, { source: null, tools })
  return { ...found, uses: draft.uses }
}

/** What matters of each use, in short. */
function brief(uses: readonly ImportedUse[]): readonly unknown[] {
  return uses.map((use) => [
    use.written,
    use.provider,
    use.region,
    use.workflow ?? use.scope,
    use.requests,
    use.served,
    use.tokens,
    use.firstAt.slice(0, 16),
  ])
}

const json = (value: unknown) => JSON.stringify(value)
const lines = (values: readonly unknown[]) => `${values.map(json).join('\n')}\n`

const cases: readonly {
  readonly name: string
  readonly content: string
  readonly kind: string
  readonly uses: readonly unknown[]
  readonly others?: number
}[] = [
  {
    name: "OpenAI's usage API",
    content: JSON.stringify(samples.openaiUsagePage, null, 2),
    kind: 'openai-usage',
    uses: [
      ['gpt-4o-2024-08-06', 'openai', null, 'proj_support', 5, 5, 1500, '2025-11-25T00:00'],
      ['gpt-secret-preview', 'openai', null, 'proj_support', 1, 1, 10, '2025-11-25T00:00'],
    ],
    others: 1,
  },
  {
    name: "OpenAI's cost API",
    content: json(samples.openaiCostsPage),
    kind: 'openai-usage',
    uses: [
      [
        'gpt-4o-mini-2024-07-18',
        'openai',
        null,
        'proj_support',
        null,
        null,
        null,
        '2025-11-25T00:00',
      ],
    ],
  },
  {
    name: "OpenAI's dashboard",
    content: samples.openaiUsageCsv,
    kind: 'openai-usage',
    uses: [['gpt-4o-2024-08-06', 'openai', null, 'proj_support', 3, 3, 5885, '2025-11-25T00:00']],
    others: 1,
  },
  {
    name: "Anthropic's usage report",
    content: json(samples.anthropicUsagePage),
    kind: 'anthropic-usage',
    uses: [
      [
        'claude-sonnet-4-20250514',
        'anthropic',
        null,
        'wrkspc_reviews',
        null,
        null,
        3700,
        '2025-11-25T00:00',
      ],
    ],
  },
  {
    name: "Anthropic's cost report",
    content: json(samples.anthropicCostPage),
    kind: 'anthropic-usage',
    uses: [
      [
        'claude-sonnet-4-20250514',
        'anthropic',
        null,
        'wrkspc_reviews',
        null,
        null,
        null,
        '2025-11-25T00:00',
      ],
    ],
  },
  {
    name: "Anthropic's console, usage",
    content: samples.anthropicUsageCsv,
    kind: 'anthropic-usage',
    uses: [
      [
        'claude-opus-4-5-20251101',
        'anthropic',
        null,
        'Reviews, EU',
        null,
        null,
        6900,
        '2025-11-25T00:00',
      ],
    ],
  },
  {
    name: "Anthropic's console, costs",
    content: samples.anthropicCostCsv,
    kind: 'anthropic-usage',
    uses: [
      ['Claude Haiku 4.5', 'anthropic', null, 'Default', null, null, null, '2025-11-25T00:00'],
    ],
  },
  {
    name: 'Bedrock invocation logs',
    content: lines(samples.bedrockLogs),
    kind: 'bedrock-invocation-log',
    uses: [
      [
        'eu.anthropic.claude-3-haiku-20240307-v1:0',
        'aws-bedrock',
        'eu-west-3',
        'checkout',
        1,
        1,
        481,
        '2025-11-25T11:50',
      ],
      [
        'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6',
        'aws-bedrock',
        'us-east-1',
        null,
        1,
        0,
        0,
        '2025-11-25T11:51',
      ],
    ],
  },
  {
    name: 'CloudTrail in S3',
    content: json(samples.cloudtrailFile),
    kind: 'cloudtrail',
    uses: [
      [
        'us.anthropic.claude-3-5-sonnet-20240620-v1:0',
        'aws-bedrock',
        'us-east-2',
        'checkout',
        1,
        1,
        null,
        '2025-11-25T11:52',
      ],
      [
        'mistral.mistral-large-2402-v1:0',
        'aws-bedrock',
        'us-east-2',
        'checkout',
        1,
        0,
        null,
        '2025-11-25T11:52',
      ],
    ],
    others: 2,
  },
  {
    name: 'CloudTrail event history',
    content: JSON.stringify(samples.cloudtrailLookup, null, 4),
    kind: 'cloudtrail',
    uses: [
      [
        'us.anthropic.claude-3-5-sonnet-20240620-v1:0',
        'aws-bedrock',
        'us-east-2',
        'checkout',
        1,
        1,
        null,
        '2025-11-25T11:52',
      ],
    ],
  },
  {
    name: "LiteLLM's API",
    content: json(samples.litellmLogs),
    kind: 'litellm-spend-log',
    uses: [
      ['gpt-4o', 'azure', null, 'support', 1, 1, 30, '2025-11-25T10:00'],
      [
        'bedrock/cohere.embed-multilingual-v3',
        'aws-bedrock',
        null,
        null,
        1,
        0,
        0,
        '2025-11-25T10:00',
      ],
    ],
  },
  {
    name: "LiteLLM's table",
    content: samples.litellmCsv,
    kind: 'litellm-spend-log',
    uses: [
      ['mistral/mistral-large-2411', 'mistral', null, 'support', 1, 1, 12, '2025-11-25T10:00'],
    ],
  },
  {
    name: 'Portkey',
    content: lines(samples.portkeyLogs),
    kind: 'portkey-log',
    uses: [
      ['claude-3-5-haiku-20241022', 'anthropic', null, 'support', 1, 1, 140, '2025-11-25T12:00'],
      ['gemini-2.0-flash-001', 'google-vertex', null, null, 1, 0, 3, '2025-11-25T12:00'],
    ],
  },
  {
    name: 'OpenTelemetry',
    content: json(samples.otelTraces),
    kind: 'otel-genai',
    uses: [
      ['gpt-4o', 'azure', null, 'triage', 1, 1, 50, '2025-11-25T12:00'],
      ['gemini-2.0-flash-001', 'google', null, 'triage', 1, 0, null, '2025-11-25T12:00'],
    ],
    others: 2,
  },
]

for (const { name, content, kind, uses, others = 0 } of cases)
  test(`${name}: uses are read, and nothing of persons, keys or prompts`, async () => {
    const found = await read(content)
    assert.equal(found.source?.id, kind)
    assert.deepEqual(brief(found.uses), uses)
    assert.equal(found.others, others)
    assert.equal(found.unreadable, 0)
    for (const word of samples.secretWords) assert.ok(!json(found.uses).includes(word), word)
  })

test('every kind has a sample, and an entry is of one kind alone', async () => {
  assert.deepEqual(
    new Set(cases.map(({ kind }) => kind)),
    new Set(usageSources.map(({ id }) => id)),
  )
  for (const { content, kind } of cases)
    for (const source of usageSources) {
      const draft = new UsageDraft(new DatabaseSync(':memory:'))
      const path = join(folder, 'one')
      writeFileSync(path, content)
      const { records } = await readUsage(path, draft, { source, tools })
      assert.equal(records > 0, source.id === kind, `${source.id} on ${kind}`)
    }
})

test('packed or not, one document or one a line, under a byte order mark: the same uses', async () => {
  const plain = await read(json(samples.otelTraces))
  const packed = await read(gzipSync(json(samples.otelTraces)))
  assert.deepEqual(packed.uses, plain.uses)
  assert.equal(packed.digest, plain.digest)
  for (const content of [
    lines([samples.otelTraces, samples.otelTraces]),
    `\ufeff${lines([samples.otelTraces, samples.otelTraces])}`,
    json([samples.otelTraces, samples.otelTraces]),
    `${JSON.stringify(samples.otelTraces, null, 1)}\n${JSON.stringify(samples.otelTraces, null, 1)}`,
    Buffer.concat([gzipSync(lines([samples.otelTraces])), gzipSync(lines([samples.otelTraces]))]),
  ])
    assert.deepEqual((await read(content)).uses, [...plain.uses, ...plain.uses])
})

test('one bad line costs itself alone, wherever it stands', async () => {
  const [good, other] = samples.bedrockLogs.map(json)
  for (const bad of ['{"schemaType":"ModelInv', 'no JSON', '{}', '[]]', '\u0000', '{"a":1}}'])
    for (const at of [0, 1, 2]) {
      const rows = [good, other]
      rows.splice(at, 0, bad)
      const found = await read(`${rows.join('\n')}\n`)
      assert.equal(found.records, 2, `${bad} at ${at}`)
      assert.equal(found.source?.id, 'bedrock-invocation-log')
    }
})

test('a packed file that was cut off gives what came before, and says so', async () => {
  const many = Array.from({ length: 5000 }, (_, index) => ({
    ...samples.portkeyLogs[0],
    id: `${index} ${Math.sin(index)}`,
  }))
  const packed = gzipSync(lines(many))
  const found = await read(packed.subarray(0, packed.length / 2))
  assert.ok(found.records > 0)
  assert.match(found.cut ?? '', /unexpected end of file/)
})

test('what is of no known kind is told as such', async () => {
  for (const content of ['', 'a,b\n1,2\n', '{"a":1}', '[1,2]', 'PK\u0003\u0004', 'plain words']) {
    const found = await read(content)
    assert.equal(found.source, null)
    assert.deepEqual(found.uses, [])
  }
})
