import type { JsonValue } from '../protocols/index.ts'
import type { Call } from './call.ts'
import type { GatewayState } from './gateway-state.ts'
import { mayName } from './may-name.ts'
import { withoutEntries } from './model-references.ts'

export interface PermittedLists {
  /** Each list of models that the provider may move to, as it may go on; null: nothing is left of it. */
  readonly lists: ReadonlyMap<string, JsonValue>
  /** What was taken out, for `holdfast-lost`. */
  readonly lost: readonly string[]
}

const nothing: PermittedLists = { lists: new Map(), lost: [] }

/** The lists by which a provider would move to another model by itself, without those that policy denies there. */
export function permittedLists(
  state: GatewayState,
  call: Call,
  route: string,
  at: string,
): PermittedLists {
  const entries = call.references.filter(({ isAtWork }) => !isAtWork)
  if (entries.length === 0) return nothing
  const removed = entries.filter(
    ({ model }) => !mayName(state, call, { written: model, route, at }),
  )
  const lists = new Map<string, JsonValue>()
  for (const member of new Set(entries.map((one) => one.member))) {
    const ofMember = removed.filter((one) => one.member === member)
    lists.set(member, withoutEntries(call.body[member], ofMember) ?? null)
  }
  return { lists, lost: removed.map(({ model, member }) => `${member}: ${model ?? 'default'}`) }
}
