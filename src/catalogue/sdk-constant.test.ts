import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createResolver } from './resolver.ts'
import { constantSpelling, resolveConstant } from './sdk-constant.ts'
import { shippedCatalogue } from './shipped.test.ts'

const resolver = createResolver(shippedCatalogue())

const constants: readonly (readonly [string, string | null])[] = [
  ['ModelClaudeSonnet4_5', 'anthropic/claude-sonnet-4-5'],
  ['anthropic.ModelClaudeSonnet4_5_20250929', 'anthropic/claude-sonnet-4-5'],
  ['anthropic.ModelClaude3_7SonnetLatest', 'anthropic/claude-3-7-sonnet'],
  ['anthropic.ModelClaudeOpus4_0', 'anthropic/claude-opus-4'],
  ['CLAUDE_SONNET_4_5', 'anthropic/claude-sonnet-4-5'],
  ['Model.CLAUDE_OPUS_4_1_20250805', 'anthropic/claude-opus-4-1'],
  ['ANTHROPIC_CLAUDE_3_5_SONNET_20240620_V1_0', 'anthropic/claude-3-5-sonnet'],
  ['FoundationModelIdentifier.AMAZON_NOVA_PRO_V1_0', 'amazon/nova-pro'],
  ['FoundationModelIdentifier.META_LLAMA_3_1_70B_INSTRUCT_V1', 'meta/llama-3.1-70b-instruct'],
  ['COHERE_EMBED_ENGLISH_V3', 'cohere/embed-english-v3.0'],
  ['ChatModelGPT4o', 'openai/gpt-4o'],
  ['openai.ChatModelGPT4_1Mini', 'openai/gpt-4.1-mini'],
  ['openai.ChatModelO3Mini', 'openai/o3-mini'],
  ['openai.EmbeddingModelTextEmbedding3Small', 'openai/text-embedding-3-small'],
  ['ChatModel.GPT_4O', 'openai/gpt-4o'],
  ['openai.GPT4o', 'openai/gpt-4o'],
  ['openai.GPT4o20240806', 'openai/gpt-4o'],
  ['openai.GPT3Dot5Turbo', 'openai/gpt-3.5-turbo'],
  ['GEMINI_2_5_PRO', 'google/gemini-2.5-pro'],
  ['MAX_TOKENS', null],
  ['ModelConfig', null],
  ['DefaultModel', null],
  ['', null],
]

suite('a constant of an SDK', () => {
  for (const [name, model] of constants) {
    test(`\`${name}\` is ${model ?? 'no model'}`, () => {
      assert.equal(resolveConstant(resolver, name).model, model, constantSpelling(name))
    })
  }

  test('keeps the day of a snapshot', () => {
    const found = resolveConstant(resolver, 'Model.CLAUDE_OPUS_4_1_20250805')
    assert.equal(found.snapshot, 'claude-opus-4-1-20250805')
  })
})
