import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../base/fault.ts'
import { parseConfig } from './load-config.ts'

const small = 'version: 1\norganisation: { name: Acme }\n'

function faultOf(text: string): Fault {
  try {
    parseConfig(text, 'holdfast.yaml')
  } catch (error) {
    assert.ok(error instanceof Fault)
    return error
  }
  return assert.fail('no fault')
}

test('the smallest file gets its defaults', () => {
  const config = parseConfig(small, 'holdfast.yaml')
  assert.equal(config.store, 'embedded')
  assert.deepEqual(config.workflows, [])
})

test('a misspelt key is an error at its line', () => {
  const fault = faultOf(`${small}workflows:\n  - id: a\n    task: code-review\n    owners: me\n`)
  assert.equal(fault.code, 'HF_CONFIG_INVALID')
  assert.equal(fault.place?.line, 4)
  assert.match(fault.message, /owners/)
})

test('broken YAML is an error at its line', () => {
  const fault = faultOf(`${small}routes: [\n`)
  assert.equal(fault.code, 'HF_CONFIG_INVALID')
  assert.ok((fault.place?.line ?? 0) >= 3)
})

test('a credential written out is refused: only references are taken', () => {
  const fault = faultOf(
    `${small}routes:\n  - { id: a, provider: anthropic, protocol: anthropic-messages, baseUrl: "https://api.anthropic.com", credential: sk-ant-secret, models: {} }\n`,
  )
  assert.match(fault.message, /env:NAME/)
  assert.doesNotMatch(fault.message, /sk-ant-secret/)
})

test('an empty file is said to be empty, and text without keys to hold none', () => {
  assert.match(faultOf('').message, /the file is empty/)
  assert.match(faultOf('# nothing yet\n').message, /the file is empty/)
  assert.match(faultOf('just words\n').message, /no keys and values/)
  assert.match(faultOf(`${small}nationality: FR\n`).message, /Unrecognized key: "nationality"/)
})

test('a problem says what was expected there', () => {
  assert.equal(
    faultOf(`${small}workflows: [{ id: a, task: chat, rto: soon }]\n`).expected,
    'a duration such as `15m` or `4h`',
  )
  assert.match(
    faultOf(`${small}workflows: [{ id: a, task: chat, model: fable }]\n`).expected ?? '',
    /^a model id `vendor\/name`/,
  )
  assert.equal(faultOf(`${small}workflows: 3\n`).expected, 'array')
  assert.match(faultOf(`${small}workflows: [{ id: a, task: x }]\n`).expected ?? '', /"code-review"/)
  assert.equal(faultOf(`${small}nationality: FR\n`).expected, 'only keys that the schema has')
})

test('aliases that unfold into millions of values are a fault, not a crash', () => {
  const levels = Array.from({ length: 40 }, (_, level) => {
    const name = level === 0 ? 'a' : `b${level - 1}`
    return `b${level}: &b${level} [*${name}, *${name}]\n`
  })
  const fault = faultOf(`a: &a [1, 1]\n${levels.join('')}`)
  assert.equal(fault.code, 'HF_CONFIG_INVALID')
  assert.match(fault.expected ?? '', /few aliases/)
})
