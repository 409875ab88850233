import type { ImportedUse } from '../usage-draft.ts'
import {
  entriesOf,
  type Entry,
  instantOf,
  isEntry,
  plainUse,
  type SourceTools,
  textOf,
  totalOf,
  type UsageSource,
} from './usage-source.ts'

/** Usage and costs of an organisation, as Anthropic's Admin API answers and as its console exports them. */
export const anthropicUsage: UsageSource = {
  id: 'anthropic-usage',
  title: "Anthropic's usage and cost reports (JSON) and console exports (CSV)",
  documentation: [
    'https://platform.claude.com/docs/en/api/admin-api/usage-cost/get-messages-usage-report',
    'https://platform.claude.com/docs/en/api/admin-api/usage-cost/get-cost-report',
    'https://support.claude.com/en/articles/9534590-cost-and-usage-reporting-in-the-claude-console',
  ],
  fields: [
    'starting_at',
    'ending_at',
    'results[].model',
    'results[].workspace_id',
    'results[].uncached_input_tokens',
    'results[].cache_read_input_tokens',
    'results[].cache_creation',
    'results[].output_tokens',
    'usage_date_utc',
    'model_version',
    'model',
    'workspace',
    'usage_…_tokens…',
  ],
  recognises: (entry) => isBucket(entry) || Object.hasOwn(entry, 'usage_date_utc'),
  read: (entry, _parents, tools) =>
    isBucket(entry) ? ofBucket(entry, tools) : ofRow(entry, tools),
}

function isBucket({ starting_at: start, ending_at: end, results }: Entry): boolean {
  return typeof start === 'string' && typeof end === 'string' && Array.isArray(results)
}

/** Neither report counts requests: each entry says only that a model was used, and with how many tokens. */
function ofBucket(bucket: Entry, tools: SourceTools): readonly ImportedUse[] | null {
  const firstAt = instantOf(bucket['starting_at'])
  const lastAt = instantOf(bucket['ending_at'])
  if (firstAt === null || lastAt === null) return null
  return entriesOf(bucket['results']).flatMap((result) => {
    const created = isEntry(result['cache_creation']) ? result['cache_creation'] : {}
    return useOf({
      period: { firstAt, lastAt },
      model: result['model'],
      workspace: result['workspace_id'],
      tokens: [
        result['uncached_input_tokens'],
        result['cache_read_input_tokens'],
        created['ephemeral_1h_input_tokens'],
        created['ephemeral_5m_input_tokens'],
        result['output_tokens'],
      ],
      tools,
    })
  })
}

const tokenColumns = [
  'usage_input_tokens_no_cache',
  'usage_input_tokens_cache_write',
  'usage_input_tokens_cache_write_5m',
  'usage_input_tokens_cache_write_1h',
  'usage_input_tokens_cache_read',
  'usage_output_tokens',
] as const

function ofRow(row: Entry, tools: SourceTools): readonly ImportedUse[] | null {
  const firstAt = instantOf(row['usage_date_utc'])
  if (firstAt === null) return null
  const lastAt = new Date(Date.parse(firstAt) + 86_400_000).toISOString()
  return useOf({
    period: { firstAt, lastAt },
    model: row['model_version'] ?? row['model'],
    workspace: row['workspace'],
    tokens: tokenColumns.map((name) => row[name]),
    tools,
  })
}

function useOf(found: {
  readonly period: Pick<ImportedUse, 'firstAt' | 'lastAt'>
  readonly model: unknown
  readonly workspace: unknown
  readonly tokens: readonly unknown[]
  readonly tools: SourceTools
}): readonly ImportedUse[] {
  const written = textOf(found.model)
  if (written === null) return []
  return [
    {
      ...plainUse,
      ...found.period,
      isReport: true,
      written,
      provider: 'anthropic',
      workflow: found.tools.workflowOf([found.workspace]),
      scope: textOf(found.workspace),
      tokens: totalOf(...found.tokens),
    },
  ]
}
