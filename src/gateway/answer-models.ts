import type { CallerAnswer } from './caller-answer.ts'
import type { Endpoint } from './call-endpoint.ts'
import type { Caller, GatewayState } from './gateway-state.ts'
import { permittedModels } from './refuse-call.ts'
import type { CallTools } from './call-tools.ts'

/** `GET /v1/models`: what this caller may use now, with or without one of its workflows. */
export function answerModels(
  tools: CallTools,
  {
    caller,
    endpoint,
    answer,
  }: {
    readonly caller: Caller
    readonly endpoint: Extract<Endpoint, { kind: 'models' }>
    readonly answer: CallerAnswer
  },
): void {
  const state = tools.state()
  const at = new Date(tools.clock.now()).toISOString()
  const models = usable(state, caller, at)
  answer.json(
    200,
    endpoint.protocol === 'anthropic-messages' ? anthropicList(models) : openAiList(models),
  )
}

function usable(state: GatewayState, caller: Caller, at: string): readonly string[] {
  const workflows = [null, ...caller.workflows.map((id) => state.workflows.get(id) ?? null)]
  const models = workflows.flatMap((workflow) =>
    permittedModels(state, { caller, workflow, purpose: workflow?.task ?? 'other' }, at),
  )
  return [...new Set(models)].toSorted()
}

function openAiList(models: readonly string[]) {
  return {
    object: 'list',
    data: models.map((id) => ({
      id,
      object: 'model',
      created: 0,
      owned_by: id.slice(0, id.indexOf('/')),
    })),
  }
}

function anthropicList(models: readonly string[]) {
  return {
    data: models.map((id) => ({
      type: 'model',
      id,
      display_name: id,
      created_at: '1970-01-01T00:00:00Z',
    })),
    has_more: false,
    first_id: models[0] ?? null,
    last_id: models.at(-1) ?? null,
  }
}
