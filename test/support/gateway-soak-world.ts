import { stringify } from 'yaml'

/** What a soak changes while requests go on. */
export interface SoakSettings {
  /** Orders that are in force. */
  readonly load: readonly string[]
  readonly ledgerMode: 'strict' | 'prompt'
  /** Written so that keys in files are read again. */
  readonly turn: number
}

export const soakOrders = {
  /** On the first model, for foreign persons. */
  'order-persons': { models: ['anthropic/claude-fable-5'], persons: 'foreign-person' },
  /** On the first model, for everybody. */
  'order-all': { models: ['anthropic/claude-fable-5'], persons: 'all' },
  /** On the first fallback, for everybody; it is lifted and comes back by its own file. */
  'order-fallback': { models: ['mistral/mistral-large-2411'], persons: 'all' },
} as const
export type SoakOrder = keyof typeof soakOrders

/** Never ordered away, and healthy: whatever happens, it can serve. */
export const lastFallback = 'alibaba/qwen3-32b'

export const soakWorkflows = {
  review: 'anthropic/claude-fable-5',
  triage: 'anthropic/claude-opus-4-1',
}
export type SoakWorkflow = keyof typeof soakWorkflows

export function soakConfig(
  provider: string,
  ledger: Readonly<Record<string, unknown>>,
  { load, ledgerMode, turn }: SoakSettings,
): object {
  const credential = 'env:HOLDFAST_TEST_UPSTREAM'
  const person = (id: string, key: string, eligibility: string): object => ({
    id,
    kind: 'person',
    key: `file:keys/${key}`,
    class: eligibility,
    groups: ['staff'],
  })
  return {
    version: 1,
    organisation: { name: `Test ${turn}` },
    routes: [
      {
        id: 'first',
        provider: 'anthropic',
        protocol: 'anthropic-messages',
        baseUrl: provider,
        credential,
        models: {
          'anthropic/claude-fable-5': 'claude-fable-5',
          'anthropic/claude-opus-4-1': 'claude-opus-4-1',
        },
      },
      {
        id: 'second',
        provider: 'mistral',
        protocol: 'openai-chat',
        baseUrl: `${provider}/v1`,
        credential,
        models: { 'mistral/mistral-large-2411': 'mistral-large-2411' },
      },
      {
        id: 'local',
        provider: 'self',
        protocol: 'openai-responses',
        baseUrl: `${provider}/v1`,
        credential,
        models: { [lastFallback]: 'qwen3' },
      },
    ],
    workflows: Object.entries(soakWorkflows).map(([id, model]) => ({
      id,
      task: 'code-review',
      audience: ['staff'],
      model,
      fallbacks: ['mistral/mistral-large-2411', lastFallback],
    })),
    groups: { staff: {} },
    principals: [
      person('cleared', 'cleared', 'not-foreign-person'),
      person('foreign', 'foreign', 'foreign-person-not-authorised'),
    ],
    eligibility: { definition: 'us-ear-772.1', reviewedBy: 'counsel', legalBasis: 'test' },
    ...(load.length === 0 ? {} : { directives: { load } }),
    ledger: { ...ledger, mode: ledgerMode },
    gateway: {
      // A busy machine must not look like a provider that is silent.
      timeouts: {
        connectMs: 5_000,
        headersMs: 2_500,
        firstTokenMs: 2_500,
        idleMs: 2_500,
        totalMs: 60_000,
      },
    },
  }
}

const source = { url: 'https://authority.example/order', retrieved: '2026-11-01' }

/** An order that is in force, or one that was lifted and came back at these instants, by turns. */
export function soakOrderText(id: SoakOrder, changes: readonly string[] = []): string {
  const { models, persons } = soakOrders[id]
  return stringify({
    id,
    title: 'Test order',
    instrument: 'regulation',
    issuer: 'xx/test',
    authority: ['Test Act 1'],
    publication: 'published',
    source,
    effect: 'forbid',
    scope: { models, routes: 'all', persons, definition: 'us-ear-772.1' },
    status: [
      { at: '2026-01-01T00:00:00Z', is: 'effective', source },
      ...changes.map((at, index) =>
        index % 2 === 0
          ? { at, is: 'lifted', source, by: ['Robin Example'] }
          : { at, is: 'effective', source },
      ),
    ],
    review: { state: 'unverified', by: null, at: null },
  })
}
