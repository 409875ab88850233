import type { CallerError } from '../protocols/index.ts'
import type { Call } from './call.ts'
import { decideUse } from './decide-use.ts'
import type { GatewayState } from './gateway-state.ts'
import { mayName } from './may-name.ts'
import type { ModelReference } from './model-references.ts'
import type { JudgedHop } from './plan-hops.ts'
import { permittedShown, permittedText } from './refuse-call.ts'
import { toldReason } from './told-reason.ts'

/** A model that may not work on a request beside its own. */
export interface DeniedReference {
  readonly error: CallerError
  /** The denial as the ledger has it; null: no route leads to the request's own model, so nobody was asked. */
  readonly judged: JudgedHop | null
}

/** The first model that works on the request beside its own and that policy permits over no route of that; null: none. */
export function deniedReference(
  state: GatewayState,
  call: Call,
  at: string,
): DeniedReference | null {
  if (call.references.length === 0) return null
  const routes = call.model === null ? [] : state.routesOf(call.model)
  const denied = call.references.find(
    ({ model, isAtWork }) =>
      isAtWork &&
      !routes.some((route) => mayName(state, call, { written: model, route: route.id, at })),
  )
  return denied === undefined ? null : denialOf(state, call, denied, at)
}

function denialOf(
  state: GatewayState,
  call: Call,
  { model: name, member }: ModelReference,
  at: string,
): DeniedReference {
  const written = (name ?? '').slice(0, 500)
  const model = state.modelOf(written) ?? written
  const routes = call.model === null ? [] : state.routesOf(call.model)
  const [judged = null] = routes.map((route): JudgedHop => {
    const decision = decideUse(state, call, { model, route: route.id, at })
    return {
      hop: { id: `${model}@${route.id}`, model, route, wireModel: written, isFallback: false },
      decision,
      snapshot: String(state.snapshot.version),
      passed: 'denied',
      why: toldReason(decision)?.text ?? 'policy denies it',
      notice: null,
      qualifiedBy: null,
    }
  })
  const permitted = permittedShown(state, call, at)
  const because = judged?.why ?? `no route serves \`${call.requested}\``
  return {
    judged,
    error: {
      status: 403,
      type: 'model_not_permitted',
      message: `\`${written}\`, which \`${member}\` of the request names, is not permitted: ${because}. ${permittedText(permitted)}`,
      detail: {
        directive:
          judged?.decision.reasons.find(({ directive }) => directive !== null)?.directive ?? null,
        reason:
          judged === null
            ? 'unknown-model'
            : (toldReason(judged.decision)?.code ?? 'unknown-model'),
        permitted,
      },
    },
  }
}
