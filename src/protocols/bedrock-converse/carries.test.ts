import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRequest } from '../anthropic-messages/read-request.ts'
import { planTranslation } from '../plan-translation.ts'
import { bedrockConverse } from './bedrock-converse.ts'

const request = readRequest({
  model: 'm',
  max_tokens: 9,
  top_k: 40,
  thinking: { type: 'adaptive', display: 'summarized' },
  system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
  messages: [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm', signature: 'RXJq' }] },
  ],
})

test('what only some makers’ models take is lost with the others', () => {
  const lostWith = (model?: string) =>
    planTranslation(request, bedrockConverse, 'aws-bedrock', model).lost
  assert.deepEqual(lostWith('us.anthropic.claude-x-v1:0'), [])
  const others = ['messages[1].content[0]', 'system[0].cache_control', 'thinking.display', 'top_k']
  assert.deepEqual(lostWith('amazon.nova-x'), others)
  assert.deepEqual(lostWith(), others)
})
