import {
  countOf,
  type Entry,
  instantOf,
  isEntry,
  logged,
  plainUse,
  type SourceTools,
  textOf,
  totalOf,
  unpacked,
  type UsageSource,
} from './usage-source.ts'

/** Spend logs of LiteLLM's proxy, as its API answers and as its table is dumped. */
export const litellmSpendLog: UsageSource = {
  id: 'litellm-spend-log',
  title: "LiteLLM's spend logs (JSON of `/spend/logs`, or its table as JSON or CSV)",
  documentation: [
    'https://docs.litellm.ai/docs/proxy/cost_tracking',
    'https://github.com/BerriAI/litellm/blob/main/schema.prisma',
  ],
  fields: [
    'call_type',
    'startTime',
    'model',
    'custom_llm_provider',
    'api_base',
    'total_tokens',
    'prompt_tokens',
    'completion_tokens',
    'status',
    'request_tags',
    'team_id',
    'metadata.user_api_key_team_alias',
    'metadata.status',
  ],
  recognises: (entry) =>
    Object.hasOwn(entry, 'call_type') &&
    Object.hasOwn(entry, 'startTime') &&
    Object.hasOwn(entry, 'model'),
  read: (entry, _parents, tools) => {
    const at = instantOf(entry['startTime'])
    if (at === null) return null
    const written = textOf(entry['model'])
    if (written === null) return []
    const metadata = metadataOf(entry)
    const status = textOf(entry['status']) ?? textOf(metadata['status'])
    const team = textOf(metadata['user_api_key_team_alias']) ?? textOf(entry['team_id'])
    const tags = unpacked(entry['request_tags'])
    return [
      {
        ...plainUse,
        ...logged(at, status !== 'failure'),
        written,
        ...routeOf(entry, tools),
        workflow: tools.workflowOf([...(Array.isArray(tags) ? tags : []), team]),
        scope: team,
        tokens:
          countOf(entry['total_tokens']) ??
          totalOf(entry['prompt_tokens'], entry['completion_tokens']),
      },
    ]
  },
}

function metadataOf(entry: Entry): Entry {
  const metadata = unpacked(entry['metadata'])
  return isEntry(metadata) ? metadata : {}
}

/** The address tells more than the name: many providers are spoken to as if they were OpenAI. */
function routeOf(
  entry: Entry,
  tools: SourceTools,
): { readonly provider: string | null; readonly region: string | null } {
  const address = textOf(entry['api_base'])
  const ofHost = address === null ? null : tools.providerOfHost(address)
  if (ofHost !== null) return ofHost
  const name = textOf(entry['custom_llm_provider'])
  return { provider: name === null ? null : tools.providerOfName(name), region: null }
}
