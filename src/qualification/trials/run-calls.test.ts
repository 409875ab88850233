import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FreshAnswer, ModelAnswer } from '../../schema/model-answer.ts'
import type { PlannedCall } from './planned-calls.ts'
import { type CallsParts, runCalls, UnreachableError } from './run-calls.ts'

const calls = Array.from({ length: 30 }, (_, index): PlannedCall => ({
  item: `t${index}`,
  arm: 'candidate',
  attempt: 1,
}))

const nameOf = ({ item, arm, attempt }: PlannedCall): string => `${item} ${arm} ${attempt}`

/** A journal in memory, and what is asked over it. */
function world(more: Partial<CallsParts> = {}) {
  const claims = new Map<string, ModelAnswer | null>()
  const asked: string[] = []
  const parts: CallsParts = {
    journal: {
      claim: async (call) => {
        if (claims.has(nameOf(call))) return false
        claims.set(nameOf(call), null)
        return true
      },
      retake: async () => undefined,
      release: async (call) => void claims.delete(nameOf(call)),
      keep: async (call, answer) => void claims.set(nameOf(call), answer),
    },
    ask: async (call) => {
      asked.push(nameOf(call))
      await Promise.resolve()
      return { outcome: 'answered', text: call.item } as FreshAnswer
    },
    concurrent: 4,
    pace: { turn: () => Promise.resolve() },
    mayBegin: () => true,
    onAnswer: () => undefined,
    isAgain: () => false,
    signal: new AbortController().signal,
    ...more,
  }
  return { parts, claims, asked }
}

test('each call is made once, at most so many at a time, and what was made before is not made again', async () => {
  let underWay = 0
  let most = 0
  const { parts, claims, asked } = world()
  const ask: CallsParts['ask'] = async (call) => {
    underWay += 1
    most = Math.max(most, underWay)
    const answer = await parts.ask(call)
    await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
    return answer
  }
  assert.equal(await runCalls(calls.slice(0, 10), { ...parts, ask }), null)
  assert.equal(await runCalls(calls, { ...parts, ask }), null)
  assert.deepEqual(new Set(asked), new Set(calls.map(nameOf)))
  assert.equal(asked.length, calls.length)
  assert.equal(most, 4)
  assert.ok([...claims.values()].every((answer) => answer !== null))
})

test('a claim without an answer is left alone, and asked again only where a person says so', async () => {
  const { parts, claims, asked } = world()
  const [lost] = calls
  assert.ok(lost)
  claims.set(nameOf(lost), null)
  await runCalls(calls, parts)
  assert.ok(!asked.includes(nameOf(lost)))
  assert.equal(claims.get(nameOf(lost)), null)
  await runCalls([lost], { ...parts, isAgain: (call) => call === lost })
  assert.equal(claims.get(nameOf(lost))?.isAskedAgain, true)
  assert.equal([...claims.values()].filter((answer) => answer?.isAskedAgain === true).length, 1)
})

test('when money is out no other call begins', async () => {
  let left = 7
  const { parts, asked } = world({ mayBegin: () => (left -= 1) >= 0 })
  assert.deepEqual(await runCalls(calls, parts), { kind: 'budget' })
  assert.equal(asked.length, 7)
})

test('when nobody can be asked the call is given up, and the rest is not tried', async () => {
  const { parts, claims } = world()
  let count = 0
  const halt = await runCalls(calls, {
    ...parts,
    concurrent: 1,
    ask: async (call) => {
      count += 1
      if (count === 3) throw new UnreachableError('the gateway is away')
      return await parts.ask(call)
    },
  })
  assert.deepEqual(halt, { kind: 'unreachable', problem: 'the gateway is away' })
  assert.equal(count, 3)
  assert.equal(claims.size, 2)
})

test('a call that broke off stays claimed: it may have been made', async () => {
  const { parts, claims } = world()
  const halt = await runCalls(calls.slice(0, 1), {
    ...parts,
    ask: () => Promise.reject(new UnreachableError('broken off', { isPerhapsMade: true })),
  })
  assert.deepEqual(halt, { kind: 'unreachable', problem: 'broken off' })
  assert.deepEqual([...claims.values()], [null])
})

test('a stop lets calls under way end and begins no other', async () => {
  const stop = new AbortController()
  const { parts, claims, asked } = world({
    signal: stop.signal,
    onAnswer: () => {
      if (claims.size >= 5) stop.abort()
    },
  })
  assert.deepEqual(await runCalls(calls, parts), { kind: 'stopped' })
  assert.ok(asked.length < calls.length)
  assert.ok([...claims.values()].every((answer) => answer !== null))
})

test('a journal that fails ends it, with its error', async () => {
  const { parts } = world()
  const journal = { ...parts.journal, keep: () => Promise.reject(new Error('the disk is full')) }
  await assert.rejects(runCalls(calls, { ...parts, journal }), /the disk is full/)
})
