import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, JsonValue } from '../exchange.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { readRequest } from './read-request.ts'

function read(generationConfig: JsonObject, more: JsonObject = {}) {
  return readRequest({ contents: [], generationConfig, ...more })
}

function turnsOf(...contents: readonly JsonValue[]) {
  return readRequest({ contents }).turns
}

test('thinking is on, off, or left to the model', () => {
  const thinking = (thinkingConfig: JsonObject) => {
    const { isOn, effort, budgetTokens, summary } = read({ thinkingConfig }).reasoning ?? {}
    return [isOn, effort, budgetTokens, summary]
  }
  assert.deepEqual(thinking({ thinkingBudget: 0 }), [false, undefined, undefined, undefined])
  assert.deepEqual(thinking({ thinkingBudget: -1 }), [true, undefined, undefined, undefined])
  assert.deepEqual(thinking({ thinkingLevel: 'HIGH', includeThoughts: true }), [
    true,
    'high',
    undefined,
    'auto',
  ])
})

test('a schema stands in either of two forms', () => {
  const responseMimeType = 'application/json'
  assert.deepEqual(read({ responseMimeType }).output, { kind: 'json' })
  const schema = { type: 'object' }
  for (const form of [{ responseJsonSchema: schema }, { responseSchema: { type: 'OBJECT' } }])
    assert.deepEqual(read({ responseMimeType, ...form }).output, { kind: 'json-schema', schema })
})

test('an answer of one word out of a list can be asked for nowhere else', () => {
  const request = read({ responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING' } })
  assert.deepEqual(request.refused, ['generationConfig.responseMimeType'])
})

test('so is a prompt whose beginning the provider keeps', () => {
  assert.deepEqual(read({}, { cachedContent: 'cachedContents/1' }).refused, ['cachedContent'])
})

test('calls without ids get some, and their results find them by name and order', () => {
  const call = (name: string) => ({ functionCall: { name, args: {} } })
  const result = (name: string, output: string) => ({
    functionResponse: { name, response: { output } },
  })
  const [called, answered] = turnsOf(
    { role: 'model', parts: [call('a'), call('b'), call('a')] },
    { role: 'user', parts: [result('a', '1'), result('b', '2'), result('a', '3')] },
  )
  const ids = (parts: readonly { readonly kind: string }[] | undefined) =>
    parts?.map((part) => ('id' in part ? part.id : null))
  assert.deepEqual(ids(called?.parts), ['gemini_0_0', 'gemini_0_1', 'gemini_0_2'])
  assert.deepEqual(ids(answered?.parts), ids(called?.parts))
})

test('what a tool said is a text, an error, or all of the object', () => {
  const parts = (response: JsonObject) => {
    const content = { role: 'user', parts: [{ functionResponse: { name: 'a', response } }] }
    const [part] = turnsOf(content)[0]?.parts ?? []
    assert.ok(part?.kind === 'tool-result')
    return [part.isError, part.parts[0]]
  }
  assert.deepEqual(parts({ output: 'x' }), [false, { kind: 'text', text: 'x' }])
  assert.deepEqual(parts({ error: 'x' }), [true, { kind: 'text', text: 'x' }])
  assert.deepEqual(parts({ a: 1 }), [false, { kind: 'text', text: '{"a":1}' }])
})

test('a mark at a text stays with it, a mark alone is a hidden thought', () => {
  const [turn] = turnsOf({
    role: 'model',
    parts: [
      { text: 'Hi', thoughtSignature: 'YQ==' },
      { text: '', thoughtSignature: 'Yg==' },
    ],
  })
  assert.deepEqual(turn?.parts, [
    { kind: 'text', text: 'Hi', extra: { thoughtSignature: 'YQ==' } },
    { kind: 'thinking', protocol: 'gemini', text: '', signature: 'Yg==' },
  ])
})

test('what is wrong is refused with its path', () => {
  const wrong: readonly (readonly [string, JsonObject])[] = [
    ['contents', {}],
    ['contents[0].role', { contents: [{ role: 'system', parts: [] }] }],
    ['contents[0].parts', { contents: [{ role: 'user' }] }],
    ['contents[0].parts[0].functionCall.name', { contents: [{ parts: [{ functionCall: {} }] }] }],
    [
      'systemInstruction.parts[0]',
      { contents: [], systemInstruction: { parts: [{ functionCall: { name: 'a' } }] } },
    ],
    ['generationConfig.topK', { contents: [], generationConfig: { topK: '1' } }],
  ]
  for (const [path, body] of wrong)
    assert.throws(
      () => readRequest(body),
      (error) => error instanceof ProtocolError && error.path === path,
      path,
    )
})
