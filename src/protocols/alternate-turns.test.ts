import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alternateTurns } from './alternate-turns.ts'
import type { Part, Turn } from './exchange.ts'

function text(value: string): Part {
  return { kind: 'text', text: value }
}

const result: Part = { kind: 'tool-result', id: 'c', parts: [], isError: false }

function user(...parts: readonly Part[]): Turn {
  return { role: 'user', parts }
}

function assistant(...parts: readonly Part[]): Turn {
  return { role: 'assistant', parts }
}

test('turns that alternate stay as they are', () => {
  const turns = [user(text('a')), assistant(text('b')), user(text('c'))]
  assert.deepEqual(
    alternateTurns(turns, () => true),
    { system: [], turns },
  )
})

test('neighbours of one role become one, with results first', () => {
  const turns = [user(text('a')), assistant(text('b')), user(text('c')), user(result)]
  assert.deepEqual(alternateTurns(turns, () => true).turns, [
    user(text('a')),
    assistant(text('b')),
    user(result, text('c')),
  ])
})

test('turns of which nothing is carried go, and their neighbours meet', () => {
  const thought: Part = { kind: 'thinking', text: 'Hm' }
  const turns = [user(text('a')), assistant(thought, text(' ')), user(text('b'))]
  const { turns: left } = alternateTurns(turns, ({ kind }) => kind !== 'thinking')
  assert.deepEqual(left, [user(text('a'), text('b'))])
})

test('instructions are handed out, and do not part what belongs together', () => {
  const system: Turn = { role: 'system', parts: [text('x')] }
  const { system: texts, turns } = alternateTurns(
    [user(text('a')), system, user(text('b'))],
    () => true,
  )
  assert.deepEqual(texts, [text('x')])
  assert.deepEqual(turns, [user(text('a'), text('b'))])
})
