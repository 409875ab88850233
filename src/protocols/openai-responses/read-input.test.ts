import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '../exchange.ts'
import { sealCallMark, sealThought } from '../sealed-thought.ts'
import { readRequest } from './read-request.ts'

function read(...input: readonly JsonValue[]) {
  return readRequest({ model: 'm', input })
}

const call = (id: string) => ({ type: 'function_call', call_id: id, name: id, arguments: '{}' })
const output = (id: string) => ({ type: 'function_call_output', call_id: id, output: `${id}!` })

test('thoughts, words and calls of the assistant are one turn, and so are their results', () => {
  const { turns } = read(
    { role: 'user', content: 'Hi' },
    { type: 'reasoning', id: 'rs_1', summary: [] },
    { role: 'assistant', content: [{ type: 'output_text', text: 'Well.' }] },
    call('a'),
    call('b'),
    output('a'),
    output('b'),
    { role: 'user', content: 'Go on' },
  )
  assert.deepEqual(
    turns.map(({ role, parts }) => [role, ...parts.map(({ kind }) => kind)]),
    [
      ['user', 'text'],
      ['assistant', 'thinking', 'text', 'tool-call', 'tool-call'],
      ['user', 'tool-result', 'tool-result'],
      ['user', 'text'],
    ],
  )
})

test('one more message of the assistant is a turn of its own', () => {
  const { turns } = read(
    { role: 'assistant', content: 'One.', phase: 'commentary' },
    { role: 'assistant', content: 'Two.', phase: 'final_answer' },
  )
  assert.deepEqual(
    turns.map(({ extra }) => extra),
    [{ phase: 'commentary' }, { phase: 'final_answer' }],
  )
})

test('a result knows the name of its tool from the call', () => {
  const { turns } = read(call('look'), output('look'))
  const [result] = turns[1]?.parts ?? []
  assert.ok(result?.kind === 'tool-result')
  assert.equal(result.name, 'look')
  assert.deepEqual(result.parts, [{ kind: 'text', text: 'look!' }])
})

test('instructions before the conversation are its system, later ones a turn', () => {
  const { system, turns, written } = read(
    { role: 'developer', content: 'First.' },
    { role: 'system', content: [{ type: 'input_text', text: 'Second.' }] },
    { role: 'user', content: 'Hi' },
    { role: 'developer', content: 'Third.' },
  )
  assert.deepEqual(
    system.map(({ text }) => text),
    ['First.', 'Second.'],
  )
  assert.equal(turns.at(-1)?.role, 'system')
  assert.equal(written.get('system-turns'), 'input[3]')
})

test('data stands in a URL, alone, or elsewhere', () => {
  const { turns } = read({
    role: 'user',
    content: [
      { type: 'input_file', file_data: 'data:text/csv;base64,YQ==', filename: 'a.csv' },
      { type: 'input_file', file_data: 'YQ==', filename: 'a.txt' },
      { type: 'input_file', file_url: 'https://files.example/a.pdf' },
      { type: 'input_image', image_url: 'https://images.example/a', detail: 'auto' },
    ],
  })
  assert.deepEqual(turns[0]?.parts, [
    {
      kind: 'file',
      source: { kind: 'base64', mediaType: 'text/csv', data: 'YQ==' },
      name: 'a.csv',
    },
    {
      kind: 'file',
      source: { kind: 'base64', mediaType: 'text/plain', data: 'YQ==' },
      name: 'a.txt',
    },
    {
      kind: 'file',
      source: {
        kind: 'url',
        url: 'https://files.example/a.pdf',
        mediaType: 'application/pdf',
      },
    },
    { kind: 'image', source: { kind: 'url', url: 'https://images.example/a' } },
  ])
})

test('a thought is OpenAI’s own, shown with its mark or hidden', () => {
  const { turns } = read(
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'A.' }],
      encrypted_content: 'enc',
    },
    { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'enc' },
  )
  const own = { kind: 'thinking', protocol: 'openai-responses' } as const
  assert.deepEqual(turns[0]?.parts, [
    { ...own, text: 'A.', signature: 'enc', id: 'rs_1', extra: { id: 'rs_1' } },
    { ...own, text: '', redacted: 'enc', id: 'rs_2', extra: { id: 'rs_2' } },
  ])
})

test('marks that we have sealed come back to their makers', () => {
  const sealed = { kind: 'thinking', protocol: 'gemini', text: '', signature: 'c2ln' } as const
  const { turns } = read(
    {
      type: 'reasoning',
      id: 'rs_x_0',
      summary: [{ type: 'summary_text', text: 'Hm.' }],
      encrypted_content: sealThought(sealed),
    },
    { type: 'reasoning', summary: [], encrypted_content: sealCallMark('look', 'Y2FsbA==') },
    call('look'),
  )
  assert.deepEqual(turns[0]?.parts, [
    { ...sealed, text: 'Hm.' },
    { kind: 'tool-call', id: 'look', name: 'look', arguments: '{}', signature: 'Y2FsbA==' },
  ])
})

test('the free text of a custom tool is one member of an object elsewhere', () => {
  const { turns, tools } = readRequest({
    model: 'm',
    input: [
      { type: 'custom_tool_call', call_id: 'c', name: 'patch', input: '*** "x"\n' },
      { type: 'custom_tool_call_output', call_id: 'c', output: 'done' },
    ],
    tools: [
      {
        type: 'custom',
        name: 'patch',
        format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
      },
    ],
  })
  const [part] = turns[0]?.parts ?? []
  assert.ok(part?.kind === 'tool-call')
  assert.deepEqual(JSON.parse(part.arguments), { input: '*** "x"\n' })
  const [tool] = tools
  assert.ok(tool?.kind === 'function')
  assert.match(JSON.stringify(tool.parameters), /lark grammar/)
  assert.deepEqual(tool.parameters['required'], ['input'])
})

test('what only the provider can read is opaque', () => {
  const { turns, written } = read(
    { id: 'msg_0' },
    { type: 'web_search_call', id: 'ws_1', status: 'completed' },
    { type: 'function_call_output', output: 'without a call' },
  )
  assert.deepEqual(
    turns.flatMap(({ parts }) => parts.map(({ kind }) => kind)),
    ['opaque', 'opaque', 'opaque'],
  )
  assert.equal(written.get('opaque-parts'), 'input[0]')
})
