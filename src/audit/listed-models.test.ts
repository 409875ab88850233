import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DefinitionFact } from './fact.ts'
import { listedPlaces } from './listed-models.ts'
import { buildFactGraph } from './resolve/fact-graph.ts'

function members(
  form: 'constant' | 'enum-member',
  values: Readonly<Record<string, string>>,
): readonly DefinitionFact[] {
  return Object.entries(values).map(([name, text], index) => {
    const place = { path: 'models.rs', line: index + 1, column: 1 }
    return {
      kind: 'definition',
      detector: 'generic/code-definition',
      symbol: '',
      place,
      name,
      form,
      value: { kind: 'literal', text, place },
    }
  })
}

function lines(definitions: readonly DefinitionFact[]): readonly string[] {
  const places = listedPlaces(buildFactGraph([]), definitions, (text) => /\d/.test(text))
  return [...places].map((place) => place.split('\n')[1] ?? '')
}

test('names that only spell the model they hold are a catalogue', () => {
  const constants = members('constant', {
    GPT_4O: 'gpt-4o',
    SONAR_3_PRO: 'perplexity/sonar-3-pro',
    'Embedding.small3': 'text-embedding-small-3',
    MISTRAL_7B: 'mistral-7b-latest',
  })
  assert.deepEqual(lines(constants), ['1', '2', '4'])
})

test('names that say what a model is for decide something, and one alone may too', () => {
  assert.deepEqual(lines(members('enum-member', { 'M.FAST': 'gpt-4o', 'M.SMART': 'gpt-5' })), [])
  assert.deepEqual(lines(members('constant', { GPT_4O: 'gpt-4o', REVIEW_MODEL: 'gpt-5' })), [])
})
