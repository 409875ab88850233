import { generateKeyPairSync, randomBytes } from 'node:crypto'

/** Keys of callers and of upstreams as they stand in the environment of the gateway that is tested. */
export const gatewayKeys = {
  HOLDFAST_TEST_CLEARED: 'cleared-key-5f0c2d7a9b8e4f31a6d2',
  HOLDFAST_TEST_FOREIGN: 'foreign-key-7a1e0c55d29b4c8f83b1',
  HOLDFAST_TEST_UPSTREAM: 'upstream-key-91c7b2e4',
  HOLDFAST_TEST_VIEWER: 'viewer-token-3c9d1e7f5a2b',
  HOLDFAST_TEST_OPERATOR: 'operator-token-8b4f6d2a0c1e',
  HOLDFAST_TEST_COUNSEL: 'counsel-token-d07e5b9c3f1a',
  HOLDFAST_TEST_ADMIN: 'admin-token-e2c84a6f1b0d',
} as const

export function setGatewayKeys(): void {
  Object.assign(process.env, gatewayKeys)
}

export interface WorldOptions {
  /** Of an upstream that speaks `openai-chat` and `anthropic-messages`, without a path. */
  readonly upstream: string
  readonly load?: readonly string[]
  readonly ledger?: Readonly<Record<string, unknown>>
  readonly gateway?: Readonly<Record<string, unknown>>
  readonly workflow?: Readonly<Record<string, unknown>>
  readonly admin?: Readonly<Record<string, unknown>>
}

/** Two models, two people of different classes, one workflow with a fallback. */
export function gatewayWorld(options: WorldOptions): object {
  const { upstream, load, ledger, gateway, workflow, admin } = options
  const credential = 'env:HOLDFAST_TEST_UPSTREAM'
  return {
    version: 1,
    organisation: { name: 'Test' },
    routes: [
      {
        id: 'anthropic',
        provider: 'anthropic',
        protocol: 'anthropic-messages',
        baseUrl: upstream,
        credential,
        models: {
          'anthropic/claude-fable-5': 'claude-fable-5',
          'anthropic/claude-sonnet-4-5': 'claude-sonnet-4-5',
        },
      },
      {
        id: 'mistral',
        provider: 'mistral',
        protocol: 'openai-chat',
        baseUrl: `${upstream}/v1`,
        credential,
        models: { 'mistral/mistral-large-2411': 'mistral-large-2411' },
      },
    ],
    workflows: [
      {
        id: 'review',
        task: 'code-review',
        criticality: 'critical',
        audience: ['staff'],
        model: 'anthropic/claude-fable-5',
        fallbacks: ['mistral/mistral-large-2411'],
        ...workflow,
      },
    ],
    groups: { staff: {} },
    principals: [
      person('cleared', 'HOLDFAST_TEST_CLEARED', 'not-foreign-person'),
      person('foreign', 'HOLDFAST_TEST_FOREIGN', 'foreign-person-not-authorised'),
    ],
    eligibility: { definition: 'us-ear-772.1', reviewedBy: 'counsel', legalBasis: 'test' },
    ...(load === undefined ? {} : { directives: { load } }),
    ...(ledger === undefined ? {} : { ledger }),
    ...(admin === undefined ? {} : { admin }),
    gateway: { timeouts: shortTimeouts, ...gateway },
  }
}

/** Tokens of the admin API, one of each role that tests ask with. */
export const adminTokens = {
  tokens: [
    { id: 'watcher', token: 'env:HOLDFAST_TEST_VIEWER', role: 'viewer' },
    { id: 'desk', token: 'env:HOLDFAST_TEST_OPERATOR', role: 'operator' },
    { id: 'lawyer', token: 'env:HOLDFAST_TEST_COUNSEL', role: 'counsel' },
  ],
} as const

/** Beside them one that may do everything but what is counsel's: commands would choose it. */
export const adminTokensOfEveryRole = {
  tokens: [...adminTokens.tokens, { id: 'owner', token: 'env:HOLDFAST_TEST_ADMIN', role: 'admin' }],
} as const

const shortTimeouts = {
  connectMs: 2_000,
  headersMs: 2_000,
  firstTokenMs: 2_000,
  idleMs: 2_000,
  totalMs: 30_000,
}

function person(id: string, key: string, eligibility: string): object {
  return { id, kind: 'person', key: `env:${key}`, class: eligibility, groups: ['staff'] }
}

/** A directive on the workflow's model, in force for foreign persons or for all since a time long ago. */
export function banOnFable(id: string, persons: 'foreign-person' | 'all'): string {
  return `id: ${id}
title: Test order
instrument: regulation
issuer: xx/test
authority: [Test Act 1]
publication: published
source: { url: https://authority.example/order, retrieved: 2026-11-01 }
effect: forbid
scope: { models: [anthropic/claude-fable-5], routes: all, persons: ${persons}, definition: us-ear-772.1 }
status:
  - { at: 2026-01-01T00:00:00Z, is: effective, source: { url: https://authority.example/order, retrieved: 2026-11-01 } }
review: { state: unverified, by: null, at: null }
`
}

/** Keys of a ledger as files beside holdfast.yaml. */
export function ledgerKeys(): {
  readonly files: Readonly<Record<string, string>>
  readonly ledger: Readonly<Record<string, unknown>>
} {
  const signing = generateKeyPairSync('ed25519').privateKey
  return {
    files: {
      'keys/sign.pem': signing.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'keys/ids': randomBytes(32).toString('base64'),
      'keys/digests': randomBytes(32).toString('base64'),
    },
    ledger: {
      signingKey: 'file:keys/sign.pem',
      idKey: 'file:keys/ids',
      digestKey: 'file:keys/digests',
    },
  }
}
