import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamEvent } from './exchange.ts'
import { PartOrder } from './part-order.ts'

const text = (index: number, said: string) => ({ kind: 'text', index, text: said }) as const
const start = (index: number) =>
  ({ kind: 'part-start', index, part: { kind: 'text', text: '' } }) as const
const end = (index: number) => ({ kind: 'part-end', index }) as const

function told(...given: readonly ReturnType<typeof text | typeof start | typeof end>[]) {
  const order = new PartOrder()
  const events: StreamEvent[] = []
  for (const event of given) order.tell(event, events)
  return { order, events }
}

test('parts that follow one another are told as they come', () => {
  const given = [start(0), text(0, 'a'), end(0), start(1), text(1, 'b'), end(1)]
  assert.deepEqual(told(...given).events, given)
})

test('what comes for a later part waits until the earlier ones have ended', () => {
  const { events } = told(
    start(0),
    start(1),
    start(2),
    text(2, 'c'),
    text(1, 'b'),
    end(2),
    text(0, 'a'),
    end(1),
    end(0),
  )
  assert.deepEqual(events, [
    start(0),
    text(0, 'a'),
    end(0),
    start(1),
    text(1, 'b'),
    end(1),
    start(2),
    text(2, 'c'),
    end(2),
  ])
})

test('a later part goes on at once when the earlier one has ended', () => {
  const { order, events } = told(start(0), start(1), text(1, 'a'), end(0))
  order.tell(text(1, 'b'), events)
  assert.deepEqual(events.slice(2), [start(1), text(1, 'a'), text(1, 'b')])
})

test('whatever is open is ended in the end', () => {
  const { order, events } = told(start(0), start(1), text(1, 'a'))
  order.finish(events)
  order.finish(events)
  assert.deepEqual(events, [start(0), end(0), start(1), text(1, 'a'), end(1)])
})
