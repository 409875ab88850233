import type { ImportedUse } from '../usage-draft.ts'
import {
  countOf,
  entriesOf,
  type Entry,
  instantOf,
  plainUse,
  type SourceTools,
  textOf,
  totalOf,
  type UsageSource,
} from './usage-source.ts'

/** Usage and costs of an organisation, as OpenAI's API answers and as its dashboard exports them. */
export const openaiUsage: UsageSource = {
  id: 'openai-usage',
  title: "OpenAI's usage and cost API (JSON) and dashboard exports (CSV)",
  documentation: [
    'https://platform.openai.com/docs/api-reference/usage',
    'https://cookbook.openai.com/examples/completions_usage_api',
  ],
  fields: [
    'start_time',
    'end_time',
    'results[].model',
    'results[].line_item',
    'results[].project_id',
    'results[].project_name',
    'results[].num_model_requests',
    'results[].input_tokens',
    'results[].output_tokens',
  ],
  recognises: (entry) => isBucket(entry) || isRow(entry),
  read: (entry, _parents, tools) => {
    const period = periodOf(entry)
    if (period === null) return null
    const results = isBucket(entry) ? entriesOf(entry['results']) : [entry]
    return results.flatMap((result) => useOf(result, period, tools))
  },
}

function isBucket({ object, results, start_time: start }: Entry): boolean {
  if (!Array.isArray(results) || start === undefined) return false
  const [first] = entriesOf(results)
  return object === 'bucket' || (textOf(first?.['object'])?.startsWith('organization.') ?? false)
}

/** A row of an export: only a table has the same period twice. */
function isRow(entry: Entry): boolean {
  return (
    Object.hasOwn(entry, 'start_time') &&
    Object.hasOwn(entry, 'end_time') &&
    Object.hasOwn(entry, 'start_time_iso')
  )
}

function periodOf(entry: Entry): Pick<ImportedUse, 'firstAt' | 'lastAt'> | null {
  const firstAt = instantOf(entry['start_time']) ?? instantOf(entry['start_time_iso'])
  const lastAt = instantOf(entry['end_time']) ?? instantOf(entry['end_time_iso'])
  return firstAt === null || lastAt === null ? null : { firstAt, lastAt }
}

/** Not grouped by model, a result says nothing of models; neither does an empty row. */
function useOf(
  result: Entry,
  period: Pick<ImportedUse, 'firstAt' | 'lastAt'>,
  tools: SourceTools,
): readonly ImportedUse[] {
  const written = textOf(result['model']) ?? modelOfLineItem(result['line_item'], tools)
  if (written === null) return []
  const scope = textOf(result['project_name']) ?? textOf(result['project_id'])
  const requests = countOf(result['num_model_requests'])
  const labels = [result['project_name'], result['project_id']]
  return [
    {
      ...plainUse,
      ...period,
      isReport: true,
      written,
      provider: 'openai',
      workflow: tools.workflowOf(labels),
      scope,
      requests,
      served: requests,
      tokens: totalOf(result['input_tokens'], result['output_tokens']),
    },
  ]
}

/** `gpt-4o-2024-08-06, input`: a model and what of it was paid for. */
function modelOfLineItem(value: unknown, { looksLikeModel }: SourceTools): string | null {
  const name = textOf(textOf(value)?.split(',')[0])
  return name !== null && looksLikeModel(name) ? name : null
}
