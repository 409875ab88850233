import { openaiError, openaiHeaders } from './openai-errors.ts'
import type { Served, WholeBody } from './wire.ts'

export function openaiModels(models: readonly string[], served: Served): WholeBody {
  const data = models.map((id) => ({
    id,
    object: 'model',
    created: served.createdSeconds,
    owned_by: 'provider',
  }))
  const headers = openaiHeaders(served)
  const { model, operation } = served.request
  if (operation !== 'show-model') return { status: 200, headers, body: { object: 'list', data } }
  const shown = data.find((one) => one.id === model)
  if (shown === undefined) return openaiError('model-not-found', served)
  return { status: 200, headers, body: shown }
}
