import {
  countOf,
  instantOf,
  isEntry,
  logged,
  plainUse,
  textOf,
  totalOf,
  unpacked,
  type UsageSource,
} from './usage-source.ts'

/** Logs that Portkey exports. Requests and answers may stand in them; neither is kept. */
export const portkeyLog: UsageSource = {
  id: 'portkey-log',
  title: "Portkey's logs export (JSONL)",
  documentation: [
    'https://portkey.ai/docs/product/observability/logs-export',
    'https://portkey.ai/docs/api-reference/admin-api/data-plane/logs/log-exports-beta/create-a-log-export',
  ],
  fields: [
    'created_at',
    'ai_org',
    'ai_model',
    'req_units',
    'res_units',
    'total_units',
    'request_url (the host alone)',
    'is_success',
    'response_status_code',
    'metadata (values that are workflows)',
  ],
  recognises: (entry) => Object.hasOwn(entry, 'ai_org') && Object.hasOwn(entry, 'ai_model'),
  read: (entry, _parents, tools) => {
    const at = instantOf(entry['created_at'])
    const written = textOf(entry['ai_model'])
    if (at === null) return null
    if (written === null) return []
    const address = textOf(entry['request_url'])
    const ofHost = address === null ? null : tools.providerOfHost(address)
    const metadata = unpacked(entry['metadata'])
    return [
      {
        ...plainUse,
        ...logged(at, isSuccess(entry['is_success'], entry['response_status_code'])),
        written,
        provider: ofHost?.provider ?? tools.providerOfName(textOf(entry['ai_org']) ?? ''),
        region: ofHost?.region ?? null,
        workflow: tools.workflowOf(isEntry(metadata) ? Object.values(metadata) : []),
        tokens: countOf(entry['total_units']) ?? totalOf(entry['req_units'], entry['res_units']),
      },
    ]
  },
}

/** `1`, `0`, true or false; else the status tells. */
function isSuccess(value: unknown, status: unknown): boolean {
  if (value !== undefined && value !== null)
    return value === true || value === 1 || value === '1' || value === 'true'
  const code = countOf(status)
  return code === null || (code >= 200 && code < 300)
}
