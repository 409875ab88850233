import type { Call } from './call.ts'
import type { CallerAnswer } from './caller-answer.ts'
import type { GatewayState } from './gateway-state.ts'
import { type EvidenceTools, recordHop } from './hop-evidence.ts'
import { mayName } from './may-name.ts'
import { deniedReference, judgedReference, type NamedModel } from './refuse-call.ts'

/** A second model that works on the request, as a tool names it, where policy permits it over no route of the first. */
export function deniedTool(state: GatewayState, call: Call, at: string): NamedModel | null {
  const routes = call.model === null ? [] : state.routesOf(call.model)
  for (const { model: written, isAtWork, member } of call.references) {
    if (!isAtWork) continue
    if (routes.some((route) => mayName(state, call, { written, route: route.id, at }))) continue
    return { written: written ?? '', member }
  }
  return null
}

/** The whole request is refused, and the ledger says for which model. */
export function refuseTool(
  tools: EvidenceTools,
  call: Call,
  answer: CallerAnswer,
  { tool, at }: { readonly tool: NamedModel; readonly at: string },
): void {
  const now = tools.clock.now()
  const judged = judgedReference(tools.state(), call, { written: tool.written, at })
  for (const [hop, one] of judged.entries())
    recordHop(tools, call, one, { outcome: 'denied', hop, startedAt: now, endedAt: now })
  answer.facts.outcome = 'denied'
  answer.error(call.codec, deniedReference(tools.state(), call, tool, judged, at))
}
