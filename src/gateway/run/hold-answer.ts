import type { Call } from '../call.ts'
import { holderOf } from '../conversations/recalled.ts'
import type { Progress } from './progress.ts'
import type { Turn } from './turn.ts'

/**
 * Holds what was asked and answered, for whoever goes on behind it. `sent`: the answer, or the last word of a streamed one. Before
 * its end is out, for then the caller may go on, over another process as well.
 */
export function holdAnswer(run: Progress, { judged: { hop } }: Turn, sent: Buffer | string): void {
  const { call, continuations, tools } = run
  const { conversations } = call.codec
  if (conversations === undefined || tools.state().conversations === null) return
  if (!conversations.mayBeHeld(call.body)) return
  const references = conversations.referencesIn(call.body)
  // What it follows from is unknown: with less, another answer would be another.
  if (references !== null && call.recalled === null) return
  const answer = conversations.answerIn(sent.toString())
  if (answer === null) return
  const isOwn = continuations === 0 && hop.route.protocol === call.codec.protocol
  const route = isOwn && answer.isKept ? hop.route.id : null
  tools.conversations.hold(holderOf(call), {
    id: answer.id,
    previous: references?.previous ?? null,
    route,
    input: inputOf(call, route),
    output: copied(JSON.stringify(answer.items.map(({ item }) => item))),
    itemIds: answer.items.flatMap(({ id }) => id ?? []),
  })
}

function inputOf(call: Call, route: string | null): Buffer {
  if (call.recalled !== null) return copied(JSON.stringify(call.recalled.ownInputAt(route)))
  const place = call.members.findLast(({ name }) => name === 'input')
  return place === undefined ? copied('[]') : copied(call.bytes.subarray(place.start, place.end))
}

/** With memory of its own: a piece of another would keep all of that. */
function copied(text: Buffer | string): Buffer {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const own = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(own)
  return own
}
