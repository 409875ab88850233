import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createResolver } from './resolver.ts'
import type { ResolutionHint } from './resolution.ts'
import { shippedCatalogue } from './shipped.test.ts'

const resolver = createResolver(shippedCatalogue())

interface Expected {
  readonly kind?: string
  readonly model?: string | null
  readonly vendor?: string | null
  readonly provider?: string | null
  readonly region?: string | null
  readonly snapshot?: string | null
}

const sonnet = 'anthropic/claude-sonnet-4-5'
const sonnetDay = 'claude-sonnet-4-5-20250929'

const spellings: readonly (readonly [string, Expected])[] = [
  ['claude-sonnet-4-5', { kind: 'model', model: sonnet, provider: null, snapshot: null }],
  ['  Claude-Sonnet-4-5 ', { model: sonnet }],
  [sonnetDay, { kind: 'model', model: sonnet, snapshot: sonnetDay }],
  ['claude-sonnet-4.5', { model: sonnet }],
  ['claude-4.5-sonnet', { model: sonnet }],
  ['Claude Sonnet 4.5', { model: sonnet }],
  ['claude-4-sonnet', { model: 'anthropic/claude-sonnet-4' }],
  ['claude-opus-4-0', { model: 'anthropic/claude-opus-4' }],
  ['claude-3-5-sonnet-latest', { kind: 'alias', model: 'anthropic/claude-3-5-sonnet' }],
  ['claude-opus-4-6[1m]', { kind: 'model', model: 'anthropic/claude-opus-4-6' }],
  ['anthropic/claude-sonnet-4.5', { model: sonnet, provider: null }],
  ['anthropic:claude-sonnet-4-5', { model: sonnet }],
  ['openrouter/anthropic/claude-sonnet-4.5', { model: sonnet, provider: 'openrouter' }],
  ['anthropic/claude-sonnet-4.5:thinking', { model: sonnet }],
  ['~anthropic/claude-sonnet-latest', { kind: 'alias', model: 'anthropic/claude-sonnet-5-5' }],
  [
    `us.anthropic.${sonnetDay}-v1:0`,
    { model: sonnet, provider: 'aws-bedrock', region: 'us', snapshot: sonnetDay },
  ],
  [
    `bedrock/us.anthropic.${sonnetDay}-v1:0`,
    { model: sonnet, provider: 'aws-bedrock', region: 'us' },
  ],
  [`bedrock:anthropic.${sonnetDay}-v1:0`, { model: sonnet, provider: 'aws-bedrock' }],
  ['global.anthropic.claude-opus-4-6-v1', { model: 'anthropic/claude-opus-4-6', region: 'global' }],
  ['jp.anthropic.claude-sonnet-5', { model: 'anthropic/claude-sonnet-5', region: 'jp' }],
  [
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0',
    { model: 'anthropic/claude-3-haiku', provider: 'aws-bedrock', region: 'us-east-1' },
  ],
  [
    'arn:aws:bedrock:*::foundation-model/anthropic.claude-fable-5',
    { model: 'anthropic/claude-fable-5', provider: 'aws-bedrock', region: null },
  ],
  [
    'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-6',
    { model: 'anthropic/claude-sonnet-4-6', region: 'eu' },
  ],
  [
    'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/k3j2h1',
    { kind: 'opaque', model: null, provider: 'aws-bedrock', region: 'eu-central-1' },
  ],
  ['arn:aws:bedrock:us-east-1:123456789012:provisioned-model/k3j2h1', { kind: 'opaque' }],
  [
    'arn:aws:sagemaker:us-east-1:123456789012:endpoint/mine',
    { kind: 'opaque', provider: 'aws-sagemaker' },
  ],
  ['amazon.nova-pro-v1:0', { model: 'amazon/nova-pro', provider: 'aws-bedrock' }],
  ['amazon.titan-embed-text-v2:0', { model: 'amazon/titan-embed-text-v2' }],
  ['us.meta.llama3-3-70b-instruct-v1:0', { model: 'meta/llama-3.3-70b-instruct' }],
  ['cohere.embed-english-v3', { model: 'cohere/embed-english-v3.0' }],
  ['claude-sonnet-4-5@20250929', { model: sonnet, provider: 'google-vertex', snapshot: sonnetDay }],
  [
    'vertex_ai/claude-opus-4-5@20251101',
    { model: 'anthropic/claude-opus-4-5', provider: 'google-vertex' },
  ],
  [
    'publishers/anthropic/models/claude-opus-4-1',
    { model: 'anthropic/claude-opus-4-1', provider: 'google-vertex' },
  ],
  [
    'projects/p/locations/europe-west1/publishers/google/models/gemini-2.5-pro',
    { model: 'google/gemini-2.5-pro', provider: 'google-vertex', region: 'europe-west1' },
  ],
  [
    'projects/p/locations/us-central1/endpoints/12345',
    { kind: 'opaque', provider: 'google-vertex' },
  ],
  ['models/gemini-2.5-pro', { model: 'google/gemini-2.5-pro', provider: 'google' }],
  ['models/gemini-2.5-flash:generateContent', { model: 'google/gemini-2.5-flash' }],
  ['gemini/gemini-2.5-pro', { model: 'google/gemini-2.5-pro', provider: 'google' }],
  ['google-gla:gemini-2.5-flash', { model: 'google/gemini-2.5-flash', provider: 'google' }],
  ['azure/gpt-4.1', { model: 'openai/gpt-4.1', provider: 'azure' }],
  ['azure/our-review-deployment', { kind: 'opaque', model: null, provider: 'azure' }],
  ['gpt-35-turbo', { model: 'openai/gpt-3.5-turbo' }],
  ['openai/gpt-4.1', { model: 'openai/gpt-4.1', provider: null }],
  ['gpt-4o-2024-08-06', { model: 'openai/gpt-4o', snapshot: 'gpt-4o-2024-08-06' }],
  ['gpt-4o-2031-01-01', { kind: 'model', model: 'openai/gpt-4o', snapshot: 'gpt-4o-2031-01-01' }],
  ['gpt-4-0314', { model: 'openai/gpt-4', snapshot: 'gpt-4-0314' }],
  ['ft:gpt-4o-2024-08-06:acme::abc', { model: 'openai/gpt-4o', snapshot: 'gpt-4o-2024-08-06' }],
  ['ft:gpt-4o:acme::abc', { model: 'openai/gpt-4o', provider: 'openai' }],
  ['pmpt_68a1b2c3', { kind: 'opaque', provider: 'openai' }],
  ['asst_abc123', { kind: 'opaque', provider: 'openai' }],
  ['GPT-5 (Preview)', { model: 'openai/gpt-5' }],
  ['o3', { kind: 'model', model: 'openai/o3' }],
  [
    'together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo',
    { model: 'meta/llama-3.3-70b-instruct', provider: 'together' },
  ],
  [
    'fireworks_ai/accounts/fireworks/models/kimi-k2p5',
    { model: 'moonshot/kimi-k2.5', provider: 'fireworks' },
  ],
  ['accounts/acme/deployments/abc', { kind: 'opaque', provider: 'fireworks' }],
  ['groq/openai/gpt-oss-120b', { model: 'openai/gpt-oss-120b', provider: 'groq' }],
  ['ollama/qwen3:32b', { model: 'alibaba/qwen3-32b', provider: 'ollama' }],
  ['ollama/mixtral:8x7b', { vendor: 'mistral', provider: 'ollama' }],
  ['huggingface/Qwen/Qwen3-32B', { model: 'alibaba/qwen3-32b', provider: 'huggingface' }],
  ['hf.co/bartowski/Llama-3.3-70B-Instruct-GGUF', { model: 'meta/llama-3.3-70b-instruct' }],
  ['meta-llama/Llama-3.3-70B-Instruct', { model: 'meta/llama-3.3-70b-instruct' }],
  [
    '@cf/meta/llama-3.3-70b-instruct-fp8-fast',
    { model: 'meta/llama-3.3-70b-instruct', provider: 'cloudflare-workers-ai' },
  ],
  ['databricks-claude-sonnet-4-5', { model: sonnet, provider: 'databricks' }],
  ['openai-gpt-4.1', { model: 'openai/gpt-4.1' }],
  ['github/gpt-4o', { model: 'openai/gpt-4o', provider: 'github-models' }],
  ['grok-4-0709', { model: 'xai/grok-4', snapshot: 'grok-4-0709' }],
  ['mistral-large-latest', { kind: 'alias', model: 'mistral/mistral-large-2512' }],
  ['claude-opus-9', { kind: 'family', model: 'anthropic/claude-opus-9', vendor: 'anthropic' }],
  [
    'claude-opus-9-20300101',
    { kind: 'family', model: 'anthropic/claude-opus-9', snapshot: 'claude-opus-9-20300101' },
  ],
  ['openai/qwen5-coder', { kind: 'family', model: 'alibaba/qwen5-coder' }],
  ['best', { kind: 'unknown' }],
  ['our-own-model', { kind: 'unknown', vendor: null }],
  ['', { kind: 'unknown' }],
]

suite('a spelling', () => {
  for (const [spelling, expected] of spellings) {
    test(`\`${spelling}\` is understood`, () => {
      const found = resolver.resolve(spelling)
      for (const [name, value] of Object.entries(expected)) {
        assert.equal(found[name as keyof Expected], value, `${name} in ${JSON.stringify(found)}`)
      }
    })
  }
})

suite('a hint', () => {
  const cases: readonly (readonly [string, ResolutionHint, Expected])[] = [
    ['our-deployment', { provider: 'azure' }, { kind: 'opaque', model: null }],
    ['gpt-4.1', { provider: 'azure' }, { kind: 'model', model: 'openai/gpt-4.1' }],
    ['best', { vendor: 'assemblyai' }, { kind: 'model', model: 'assemblyai/best' }],
    ['best', { product: 'claude-code' }, { kind: 'alias', model: null, vendor: 'anthropic' }],
    ['default', { provider: 'anthropic' }, { kind: 'alias', model: null, vendor: 'anthropic' }],
    ['opus', {}, { kind: 'alias', model: 'anthropic/claude-opus-5-5' }],
    ['opus', { date: '2026-06-12' }, { kind: 'alias', model: null, vendor: 'anthropic' }],
    ['opus', { date: '2026-09-22' }, { kind: 'alias', model: 'anthropic/claude-opus-5-5' }],
    ['opus[1m]', { product: 'claude-code' }, { kind: 'alias', model: 'anthropic/claude-opus-5-5' }],
    ['fable', { product: 'claude-code' }, { kind: 'alias', model: 'anthropic/claude-fable-5' }],
    ['fable', { product: 'claude-code', date: '2026-06-01' }, { kind: 'alias', model: null }],
    ['opus', { vendor: 'openai' }, { kind: 'unknown' }],
  ]
  for (const [spelling, hint, expected] of cases) {
    test(`${JSON.stringify(hint)} decides what \`${spelling}\` means`, () => {
      const found = resolver.resolve(spelling, hint)
      for (const [name, value] of Object.entries(expected)) {
        assert.equal(found[name as keyof Expected], value, `${name} in ${JSON.stringify(found)}`)
      }
    })
  }
})

suite('what is no model', () => {
  const texts = [
    'gpt-tokenizer',
    'claude-code',
    'claude-code-action',
    'claude-desktop',
    'gemini-cli',
    'openai-python',
    'llama.cpp',
    'llama-index',
    'mistral-common',
    'deepseek-proxy',
    'command-line',
    'nova-scotia',
    'grok-exporter',
    'step-function',
    'solar-panel',
    'phi-node',
    'nova-2',
    'd670460b4b4aece5915caf5c68d12f560a9fe3e4',
    'aHR0cHM6Ly9leGFtcGxlLmNvbS9ncHQtNA==',
    'anthropic.claude.usercontent',
    'com.google.gemini.v1',
    'o1',
    'o3',
    'opus',
    'sonnet',
    'haiku',
    'fable',
    'best',
    'default',
    'node-18',
    'v1.2.3',
    'us-east-1',
    'utf-8',
    'google/protobuf',
    'microsoft/vscode',
    'nvidia/cuda:12.2',
    'amazon/aws-cli:2.0',
    'ubuntu-22.04',
    'x86_64',
    'actions/checkout@v4',
    'anthropics/claude-code-action@v1',
    '@anthropic-ai/claude-code',
    'openai/openai-python',
    'meta/v1',
    'https://api.openai.com/v1/models',
    '2026-06-12',
    '',
  ]
  for (const text of texts) {
    test(`\`${text}\` is passed by`, () => {
      assert.equal(resolver.looksLikeModel(text), false)
    })
  }
})

suite('running text', () => {
  test('names are found in commands, ARNs, paths and prose, left to right', () => {
    const text =
      'run `claude --model claude-opus-4-8`, or ' +
      'arn:aws:bedrock:us-east-1::foundation-model/us.anthropic.claude-fable-5; then POST ' +
      'https://example.org/v1/publishers/google/models/gemini-2.5-pro:generateContent. ' +
      'model="gpt-4.1", or openai/gpt-5.2! Not claude-code-action@v1, not **o3**.'
    const found = resolver.findSpellings(text)
    assert.deepEqual(
      found.map(({ text: name }) => name),
      [
        'claude-opus-4-8',
        'arn:aws:bedrock:us-east-1::foundation-model/us.anthropic.claude-fable-5',
        'publishers/google/models/gemini-2.5-pro:generateContent',
        'gpt-4.1',
        'openai/gpt-5.2',
      ],
    )
    for (const { text: name, offset } of found) {
      assert.equal(text.slice(offset, offset + name.length), name)
    }
  })

  test('a context length in brackets is part of the name before it', () => {
    const text = '[k] x[1m] use claude-opus-4-8[1m], then gpt-4.1'
    assert.deepEqual(
      resolver.findSpellings(text).map(({ text: name }) => name),
      ['claude-opus-4-8[1m]', 'gpt-4.1'],
    )
  })

  test('time grows no faster than the text', () => {
    const unit =
      'claude-claude/claude:claude.claude-opus-4-8a gpt-4-gpt-4-gpt-4/ arn:aws:bedrock:: o k [k [1m] ...o '
    // Processor time of this process, the least of three: what other processes do is no measure.
    const time = (count: number) => {
      const text = unit.repeat(count)
      const times = [1, 2, 3].map(() => {
        const before = process.cpuUsage()
        resolver.findSpellings(text)
        const { user, system } = process.cpuUsage(before)
        return (user + system) / 1_000
      })
      return Math.min(...times)
    }
    time(200)
    const small = Math.max(time(200), 0.5)
    assert.ok(time(3_200) < small * 16 * 6)
  })
})

suite('a host', () => {
  const hosts: readonly (readonly [string, string | null, string | null])[] = [
    ['https://api.anthropic.com/v1/messages', 'anthropic', null],
    ['api.openai.com:443', 'openai', null],
    ['bedrock-runtime.eu-central-1.amazonaws.com', 'aws-bedrock', 'eu-central-1'],
    ['https://europe-west4-aiplatform.googleapis.com/v1/x', 'google-vertex', 'europe-west4'],
    ['aiplatform.googleapis.com', 'google-vertex', null],
    ['https://acme.openai.azure.com/openai/deployments/x', 'azure', null],
    ['generativelanguage.googleapis.com', 'google', null],
    ['https://openrouter.ai/api/v1', 'openrouter', null],
    ['http://localhost:11434/v1', 'self', null],
    ['api.openai.com.evil.example', null, null],
    ['example.org', null, null],
    ['', null, null],
  ]
  for (const [host, provider, region] of hosts) {
    test(`\`${host}\` is ${provider ?? 'nobody known'}`, () => {
      assert.deepEqual(
        resolver.providerOfHost(host),
        provider === null ? null : { provider, region },
      )
    })
  }
})
