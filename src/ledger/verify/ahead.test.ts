import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ahead } from './ahead.ts'

/** Counts what is worked on, and finishes the later ones first. */
function slowWork() {
  const state = { running: 0, most: 0, begun: 0 }
  const work = async (number: number): Promise<string> => {
    state.begun += 1
    state.running += 1
    state.most = Math.max(state.most, state.running)
    for (let turn = number % 3; turn >= 0; turn -= 1)
      await new Promise((resolve) => setImmediate(resolve))
    state.running -= 1
    if (number === 13) throw new Error('thirteen')
    return `result ${number}`
  }
  return { state, work }
}

test('results come in order, with no more worked on at once than was said', async () => {
  for (const atOnce of [1, 3, 20]) {
    const { state, work } = slowWork()
    const results: string[] = []
    const all = Array.from({ length: 12 }, (_, number) => 11 - number)
    for await (const { of, result } of ahead(all, atOnce, work)) {
      assert.equal(result, `result ${of}`)
      results.push(result)
    }
    assert.deepEqual(
      results,
      all.map((number) => `result ${number}`),
    )
    assert.equal(state.most, Math.min(atOnce, 12))
  }
})

test('what fails is heard of in its turn, and by nobody who stopped before', async () => {
  const { state, work } = slowWork()
  const heard: number[] = []
  await assert.rejects(async () => {
    for await (const { of } of ahead([1, 2, 13, 4], 4, work)) heard.push(of)
  }, /thirteen/)
  assert.deepEqual(heard, [1, 2])
  for await (const { of } of ahead([1, 13, 3, 4, 5], 2, work)) {
    assert.equal(of, 1)
    break
  }
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(state.begun, 4 + 2)
})
