import type { CallerError, JsonObject } from '../protocols/index.ts'
import type { Call } from './call.ts'
import { decideUse } from './decide-use.ts'
import { type Failure, noEvidence } from './attempt.ts'
import type { GatewayState } from './gateway-state.ts'
import { limitError } from './limits/limit-error.ts'
import type { JudgedHop, Passed } from './plan-hops.ts'
import { toldReason } from './told-reason.ts'

/** Models shown to somebody who was refused. */
const permittedMax = 50

/** What a caller is told when no hop could be tried. */
export function refusal(
  state: GatewayState,
  call: Call,
  judged: readonly JudgedHop[],
  at: string,
): { readonly error: CallerError; readonly isDenied: boolean } {
  const isServedNowhere =
    judged.length === 0 && call.model !== null && state.snapshot.table.models.has(call.model)
  const isDenied =
    !isServedNowhere && judged.every(({ passed, hop }) => passed === 'denied' || hop.isFallback)
  return {
    isDenied,
    error: isDenied ? deniedError(state, call, judged, at) : unavailableError(call, judged),
  }
}

/** Nothing may serve this call: why, and what the caller may use instead. */
export function deniedError(
  state: GatewayState,
  call: Call,
  judged: readonly JudgedHop[],
  at: string,
): CallerError {
  const reasons = judged.flatMap(({ decision }) => decision.reasons)
  const directive = reasons.find((reason) => reason.directive !== null)?.directive ?? null
  const [denied] = judged
  const first = denied === undefined ? undefined : toldReason(denied.decision)
  const because =
    first === undefined
      ? `neither a route of this gateway nor the catalogue knows a model of this name`
      : first.text
  const others = judged.filter(({ hop, passed }) => hop.isFallback && passed !== 'denied')
  const permitted = permittedShown(state, call, at)
  const passedOver = others.map(({ hop, why }) => `\`${hop.model}\`: ${why ?? 'not tried'}`)
  return {
    status: 403,
    type: 'model_not_permitted',
    message: [
      `\`${call.requested}\` is not permitted: ${because}.`,
      ...(passedOver.length === 0 ? [] : [`No fallback can serve it: ${passedOver.join('; ')}.`]),
      permittedText(permitted),
    ].join(' '),
    detail: {
      directive,
      reason: first?.code ?? 'unknown-model',
      permitted,
    },
  }
}

/** As many of them as somebody who was refused is shown. */
export function permittedShown(state: GatewayState, call: Call, at: string): readonly string[] {
  return permittedModels(state, call, at).slice(0, permittedMax)
}

export function permittedText(permitted: readonly string[]): string {
  return permitted.length === 0
    ? 'No model is permitted to this caller now.'
    : `Permitted now: ${permitted.slice(0, 10).join(', ')}.`
}

/** What this caller may use now, over some route, `vendor/name`, sorted. */
export function permittedModels(
  state: GatewayState,
  call: Pick<Call, 'caller' | 'workflow' | 'purpose'>,
  at: string,
): readonly string[] {
  const permitted = new Set<string>()
  for (const route of state.routes.values()) {
    if (route.disabled !== null) continue
    for (const model of route.models.keys()) {
      const { verdict } = decideUse(state, call, { model, route: route.id, at })
      if (verdict === 'allow') permitted.add(model)
    }
  }
  return [...permitted].toSorted()
}

/** Some hop was permitted and none could be tried. */
export function unavailableError(call: Call, judged: readonly JudgedHop[]): CallerError {
  const has = (passed: Passed): boolean => judged.some((one) => one.passed === passed)
  const details = judged
    .filter(({ passed }) => passed !== 'denied')
    .map(({ hop, why }) => `\`${hop.model}\` over \`${hop.route.id}\`: ${why ?? 'not tried'}`)
  const isUnfit =
    details.length > 0 && judged.every(({ passed }) => passed === 'unfit' || passed === 'denied')
  return {
    status: isUnfit ? 400 : 503,
    type: isUnfit
      ? 'invalid_request_error'
      : has('evidence')
        ? 'evidence_unavailable'
        : has('withdrawn')
          ? 'model_withdrawn'
          : has('unqualified')
            ? 'fallback_not_qualified'
            : 'overloaded_error',
    message:
      details.length === 0
        ? `no route of holdfast.yaml serves \`${call.requested}\``
        : `\`${call.requested}\` cannot be served now: ${details.join('; ')}`,
  }
}

export const evidenceError: CallerError = {
  status: 503,
  type: 'evidence_unavailable',
  message: 'nothing can be recorded now, and nothing is served without that here',
}

export const endingError: CallerError = {
  status: 503,
  type: 'overloaded_error',
  message: 'the gateway ends before this answer: ask again',
}

/** What came of the attempts, in the caller's shape. Of our own credential a caller is not told that its key is wrong. */
export function failedError(failure: Failure): CallerError {
  if (failure.limited !== undefined) return limitError(failure.limited)
  if (failure.code === noEvidence) return evidenceError
  const told = `the provider answered: ${failure.message}`
  const detail: JsonObject = { class: failure.class, upstream_status: failure.status }
  switch (failure.class) {
    case 'auth':
      return {
        status: 502,
        type: 'upstream_credential_refused',
        message: 'the provider refuses the credential of this route',
        detail,
      }
    case 'withdrawn':
      return { status: 404, type: 'model_withdrawn', message: told, detail }
    case 'quota':
      return { status: 429, type: 'rate_limit_error', message: told, detail }
    case 'overload':
      return { status: 503, type: 'overloaded_error', message: told, detail }
    case 'client':
    case 'context':
    case 'content-policy':
      return {
        status: failure.status ?? 400,
        type: 'invalid_request_error',
        message: failure.message,
        detail,
      }
    case 'transport':
      return {
        status: failure.isSilence ? 504 : 502,
        type: failure.isSilence ? 'timeout_error' : 'api_error',
        message: withoutAddress(failure.message),
        detail,
      }
  }
}

/** Names and addresses of machines behind the gateway are none of a caller's business; circuits and `check` tell them. */
export function withoutAddress(message: string): string {
  const code =
    /\b(?:ECONN[A-Z]+|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE)\b/.exec(
      message,
    )?.[0]
  return code === undefined ? message : `there is no connection to the provider (${code})`
}
