import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseConfig } from '../../src/cli/load-config.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/guide/local-fallback.md'), 'utf8')
const examples = [...page.matchAll(/```yaml title="holdfast.yaml"\n(?<text>[\s\S]*?)\n```/g)].map(
  ({ groups }) => groups?.['text'] ?? '',
)
/** Of a recipe only the route is shown. */
const head = 'version: 1\norganisation: { name: Acme }\n'

test('every holdfast.yaml of the guide to local fallbacks is one, and holds its weights', () => {
  assert.equal(examples.length, 4)
  for (const text of examples) {
    const config = parseConfig(text.startsWith('version') ? text : head + text, 'holdfast.yaml')
    const held = config.routes.filter(({ weightsHeld }) => weightsHeld)
    assert.equal(held.length, 1, text)
    assert.ok((held[0]?.contextTokens ?? 0) > 0)
    assert.ok((held[0]?.capacity?.concurrent ?? 0) > 0)
  }
})

test('a recipe says the same in the command as in the route', () => {
  for (const recipe of page.split(/^## /m)) {
    const context = /--max-model-len (?<n>\d+)|OLLAMA_CONTEXT_LENGTH=(?<o>\d+)/.exec(recipe)
    const size = Number(context?.groups?.['n'] ?? context?.groups?.['o'] ?? 0)
    const slots = /--ctx-size (?<size>\d+) --parallel (?<slots>\d+)/.exec(recipe)?.groups
    const each = slots === undefined ? size : Number(slots['size']) / Number(slots['slots'])
    if (each > 0) assert.match(recipe, new RegExp(`contextTokens: ${each}\\b`))
  }
})
