import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codecs } from '../protocols/index.ts'
import { answerOfEvents, answerOfParts } from './call-capture.ts'

test('a stream gives the same answer as a whole one', () => {
  const codec = codecs['openai-chat']
  assert.ok(codec !== undefined)
  const whole = codec.readAnswer({
    id: 'a',
    model: 'm',
    choices: [
      {
        index: 0,
        finish_reason: 'tool_calls',
        message: {
          role: 'assistant',
          content: 'Let me look.',
          tool_calls: [
            { id: 'c', type: 'function', function: { name: 'look', arguments: '{"at":1}' } },
          ],
        },
      },
    ],
  })
  const reader = codec.createReader()
  const chunk = (delta: object, finish: string | null = null) =>
    `data: ${JSON.stringify({ id: 'a', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
  const call = (more: object) => ({ tool_calls: [{ index: 0, ...more }] })
  const text = [
    chunk({ role: 'assistant', content: 'Let me' }),
    chunk({ content: ' look.' }),
    chunk(call({ id: 'c', type: 'function', function: { name: 'look', arguments: '{"a' } })),
    chunk(call({ function: { arguments: 't":1}' } })),
    chunk({}, 'tool_calls'),
    'data: [DONE]\n\n',
  ].join('')
  const events = [...reader.push(Buffer.from(text)), ...reader.finish()]
  const stop = events.find((event) => event.kind === 'stop')?.stop ?? null
  assert.deepEqual(answerOfEvents(events, stop), answerOfParts(whole))
  assert.deepEqual(answerOfParts(whole), {
    text: 'Let me look.',
    refusal: '',
    toolCalls: [{ name: 'look', arguments: '{"at":1}' }],
    stop: 'tool-calls',
  })
})
