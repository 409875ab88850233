import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endAll } from './end-all.ts'

test('each step runs, and what the first one that failed threw is thrown at the end', async () => {
  const ran: number[] = []
  const steps = [
    async () => void ran.push(1),
    () => Promise.reject(new Error('full')),
    () => undefined,
    async () => void ran.push(4),
    () => Promise.reject(new Error('later')),
  ]
  await assert.rejects(endAll(steps), /^Error: full$/)
  assert.deepEqual(ran, [1, 4])
})
