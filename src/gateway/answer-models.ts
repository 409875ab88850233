import type { CallerError, ProtocolCodec } from '../protocols/index.ts'
import type { CallerAnswer } from './caller-answer.ts'
import type { Endpoint } from './call-endpoint.ts'
import type { Caller, GatewayState } from './gateway-state.ts'
import { permittedModels } from './refuse-call.ts'
import type { CallTools } from './call-tools.ts'

/** `GET /v1/models`, and of one model `/v1/models/NAME`: what this caller may use now, with or without one of its workflows. */
export function answerModels(
  tools: CallTools,
  {
    caller,
    codec,
    endpoint,
    answer,
  }: {
    readonly caller: Caller
    readonly codec: ProtocolCodec
    readonly endpoint: Extract<Endpoint, { kind: 'models' }>
    readonly answer: CallerAnswer
  },
): void {
  const state = tools.state()
  const at = new Date(tools.clock.now()).toISOString()
  const models = usable(state, caller, at)
  const isAnthropic = endpoint.protocol === 'anthropic-messages'
  const { name } = endpoint
  if (name === null)
    return answer.json(200, isAnthropic ? anthropicList(models) : openAiList(models))
  const model = state.modelOf(name) ?? name
  if (!models.includes(model)) return answer.error(codec, notFound(name))
  answer.json(200, isAnthropic ? anthropicModel(model) : openAiModel(model))
}

/** Whether there is none or it is not permitted is told to whoever asks it something. */
function notFound(name: string): CallerError {
  const message = `the model \`${name.slice(0, 200)}\` does not exist or is not permitted`
  return { status: 404, type: 'not_found_error', message }
}

function usable(state: GatewayState, caller: Caller, at: string): readonly string[] {
  const workflows = [null, ...caller.workflows.map((id) => state.workflows.get(id) ?? null)]
  const models = workflows.flatMap((workflow) =>
    permittedModels(state, { caller, workflow, purpose: workflow?.task ?? 'other' }, at),
  )
  return [...new Set(models)].toSorted()
}

function openAiList(models: readonly string[]) {
  return { object: 'list', data: models.map(openAiModel) }
}

function openAiModel(id: string) {
  return { id, object: 'model', created: 0, owned_by: id.slice(0, id.indexOf('/')) }
}

function anthropicList(models: readonly string[]) {
  return {
    data: models.map(anthropicModel),
    has_more: false,
    first_id: models[0] ?? null,
    last_id: models.at(-1) ?? null,
  }
}

function anthropicModel(id: string) {
  return { type: 'model', id, display_name: id, created_at: '1970-01-01T00:00:00Z' }
}
