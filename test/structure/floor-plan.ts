/**
 * The floor plan: every room under src/, what it is for, and which rooms it may enter. ARCHITECTURE.md prints
 * the same lines, and structure.test.ts holds the code against them.
 */
export interface Room {
  readonly name: string
  readonly purpose: string
  /** Rooms it may import from, each by its door; `base` and `schema` by file name. */
  readonly mayEnter: readonly string[]
  /** Node modules it may use. Pure rooms get `node:path` and `node:crypto`, which read nothing. */
  readonly nodeModules: readonly string[] | 'any'
  /** May it print, read the environment or set exit codes? */
  readonly isEdge: boolean
}

const pure = ['node:path', 'node:crypto'] as const

export const floorPlan: readonly Room[] = [
  {
    name: 'base',
    purpose: 'pure tools any room may use: faults, digests, canonical JSON',
    mayEnter: [],
    nodeModules: pure,
    isEdge: false,
  },
  {
    name: 'schema',
    purpose: 'the nouns, each validated (zod), typed and versioned in one file',
    mayEnter: ['base'],
    nodeModules: [],
    isEdge: false,
  },
  {
    name: 'catalogue',
    purpose:
      'facts of the world: vendors, providers, models, jurisdictions; the resolver of spellings',
    mayEnter: ['schema', 'base'],
    nodeModules: pure,
    isEdge: false,
  },
  {
    name: 'protocols',
    purpose: 'wire formats of model APIs and the translation between them',
    mayEnter: ['base'],
    nodeModules: pure,
    isEdge: false,
  },
  {
    name: 'audit',
    purpose: 'source tree → facts → register',
    mayEnter: ['catalogue', 'schema', 'base'],
    nodeModules: 'any',
    isEdge: false,
  },
  {
    name: 'policy',
    purpose: 'directives and eligibility in, decision and reasons out',
    mayEnter: ['catalogue', 'schema', 'base'],
    nodeModules: pure,
    isEdge: false,
  },
  {
    name: 'simulation',
    purpose: 'register + contingencies → outcomes, cut sets, remedies, sovereignty',
    mayEnter: ['policy', 'catalogue', 'schema', 'base'],
    nodeModules: pure,
    isEdge: false,
  },
  {
    name: 'gateway',
    purpose: 'carries model traffic, asks policy at every hop, hands out evidence',
    mayEnter: ['policy', 'catalogue', 'protocols', 'schema', 'base'],
    nodeModules: [...pure, 'node:dns', 'node:http'],
    isEdge: false,
  },
  {
    name: 'qualification',
    purpose: 'can a fallback do the work? tasks, graders, statistics and verdicts',
    mayEnter: ['protocols', 'schema', 'base'],
    nodeModules: pure,
    isEdge: false,
  },
  {
    name: 'ledger',
    purpose: 'evidence that cannot be changed unnoticed',
    mayEnter: ['schema', 'base'],
    nodeModules: [...pure, 'node:fs/promises', 'node:sqlite', 'node:zlib'],
    isEdge: false,
  },
  {
    name: 'store',
    purpose: 'what must survive a restart: embedded by default, PostgreSQL for a fleet',
    mayEnter: ['schema', 'base'],
    nodeModules: [
      ...pure,
      'node:async_hooks',
      'node:fs',
      'node:fs/promises',
      'node:sqlite',
      'node:timers/promises',
    ],
    isEdge: false,
  },
  {
    name: 'report',
    purpose: 'results → text, HTML, Markdown, SARIF, CycloneDX, SPDX, CSV',
    mayEnter: ['schema', 'base'],
    nodeModules: pure,
    isEdge: false,
  },
  {
    name: 'cli',
    purpose: 'parses, wires rooms together, prints, sets the exit code',
    mayEnter: [
      'audit',
      'policy',
      'simulation',
      'gateway',
      'protocols',
      'qualification',
      'ledger',
      'store',
      'report',
      'catalogue',
      'schema',
      'base',
    ],
    nodeModules: 'any',
    isEdge: true,
  },
]

/** Rooms of the design that later work adds; each gets its line above when it is built. */
export const doorless: ReadonlySet<string> = new Set(['base', 'schema', 'cli'])
