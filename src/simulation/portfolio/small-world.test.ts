import { createResolver, regionCountries } from '../../catalogue/index.ts'
import type {
  Catalogue,
  CatalogueModel,
  CatalogueProvider,
  CatalogueVendor,
} from '../../schema/catalogue.ts'
import { HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { Dependency, Register } from '../../schema/register.ts'
import type { VerdictRecord } from '../../schema/verdict.ts'
import { buildPortfolio } from '../build-portfolio.ts'
import type { Need, Portfolio, PortfolioWorkflow } from '../portfolio.ts'

/** A small world for the tests beside this one: orchards make models, markets serve them. */

const origin = { source: 'almanac', asOf: '2026-01-01' }
const seat = (value: string) => ({ headquarters: { value, ...origin } })

function model(id: string, capabilities: readonly ('tools' | 'embedding')[]): CatalogueModel {
  return {
    id,
    name: id.slice(id.indexOf('/') + 1),
    aliases: [],
    snapshots: [],
    lifecycle: [],
    capabilities: { value: [...capabilities], ...origin },
    ...origin,
  }
}

function vendor(id: string, country: string, models: readonly CatalogueModel[]): CatalogueVendor {
  return {
    id,
    name: id,
    ...seat(country),
    spellings: [],
    aliases: [],
    models: [...models],
    ...origin,
  }
}

function provider(
  id: string,
  kind: CatalogueProvider['kind'],
  more: Partial<CatalogueProvider>,
): CatalogueProvider {
  return {
    id,
    name: id,
    kind,
    hosts: [],
    prefixes: [],
    credentialVariables: [],
    spellings: {},
    prices: {},
    ...origin,
    ...more,
  }
}

export const smallCatalogue: Catalogue = {
  families: { version: 1, republishers: [], families: [] },
  sources: [
    { id: 'almanac', title: 'Almanac', url: 'https://almanac.example', retrieved: '2026-01-01' },
  ],
  vendors: [
    {
      ...vendor('appletree', 'US', [
        model('appletree/apple-large-1', ['tools']),
        {
          ...model('appletree/apple-small-1', ['tools']),
          lifecycle: [{ kind: 'retired', on: '2026-01-01', providers: ['market'], ...origin }],
        },
        model('appletree/apple-embed-1', ['embedding']),
      ]),
      ultimateParent: { value: { name: 'Orchard Holding Ltd.', jurisdiction: 'GB' }, ...origin },
    },
    vendor('plumtree', 'FR', [
      model('plumtree/plum-large-1', ['tools']),
      model('plumtree/plum-embed-1', ['embedding']),
    ]),
    vendor('peartree', 'CN', [model('peartree/pear-large-1', ['tools'])]),
  ],
  providers: [
    provider('appletree', 'vendor-api', seat('US')),
    provider('market', 'cloud', {
      ...seat('US'),
      ultimateParent: { value: { name: 'Square Inc', jurisdiction: 'US' }, ...origin },
    }),
    provider('plum-stall', 'vendor-api', {
      ...seat('FR'),
      spellings: { 'plumtree/plum-large-1': ['plum'] },
    }),
    provider('self', 'self', {}),
  ],
  regions: {
    version: 1,
    clouds: [
      { id: 'market', providers: ['market'], regions: { 'north-1': { value: 'DE', ...origin } } },
    ],
  },
}

export const smallResolver = createResolver(smallCatalogue)

/** A route of holdfast.yaml. */
export function route(
  id: string,
  providerId: string,
  models: readonly string[],
  more: object = {},
) {
  return {
    id,
    provider: providerId,
    protocol: 'openai-chat',
    baseUrl: 'https://models.example/v1',
    credential: 'none',
    models: Object.fromEntries(models.map((one) => [one, one])),
    ...more,
  }
}

export function config(parts: object): HoldfastConfig {
  return HoldfastConfig.parse({ version: 1, organisation: { name: 'Fruit Ltd' }, ...parts })
}

/** A dependency that production has on a model. */
export function dependency(parts: Partial<Dependency> & Pick<Dependency, 'workflow'>): Dependency {
  const written = parts.modelAsWritten ?? parts.model ?? 'crate'
  return {
    id: `d-${parts.workflow}-${written}-${parts.environment ?? ''}`,
    model: null,
    modelAsWritten: written,
    vendor: null,
    route: { id: null, provider: null, protocol: null, region: null, baseUrl: null },
    role: 'use',
    context: 'production',
    task: 'other',
    taskReason: '',
    detection: 1,
    resolution: 'resolved',
    resolutionReason: '',
    overridableBy: [],
    environment: null,
    detectors: [],
    occurrences: [
      { repository: 'shop', path: `src/${written}.ts`, line: 3, column: 1, snippet: '', via: [] },
    ],
    features: [],
    migrationEffort: 'low',
    migrationReason: '',
    fallbacks: [],
    owners: [],
    ownerSource: 'none',
    lifecycle: 'active',
    hidden: false,
    question: null,
    ...parts,
  }
}

export function over(providerId: string | null, region: string | null = null): Dependency['route'] {
  return { id: null, provider: providerId, protocol: null, region, baseUrl: null }
}

export function codeFallback(
  modelId: string,
  providerId: string | null,
): Dependency['fallbacks'][number] {
  return {
    model: modelId,
    modelAsWritten: modelId,
    vendor: null,
    provider: providerId,
    grade: 'unknown',
    reason: '',
    path: 'src/fallback.ts',
    line: 1,
    missing: [],
  }
}

export function register(dependencies: readonly Dependency[]): Register {
  const ids = [...new Set(dependencies.flatMap(({ workflow }) => workflow ?? []))]
  return {
    schemaVersion: 1,
    root: '.',
    partial: false,
    repositories: [],
    tool: { name: 'holdfast', version: '0', rules: 'sha256:0' },
    files: { seen: 0, read: 0, skipped: [] },
    dependencies: [...dependencies],
    workflows: ids.map((id) => ({
      id,
      task: 'other',
      source: 'inferred',
      reason: '',
      confidence: 1,
      owner: null,
      criticality: null,
      dependencies: [],
      models: [],
      fallbackGrade: null,
    })),
    gaps: [],
    questions: [],
    credentials: [],
  }
}

export function verdict(workflow: string, modelId: string, routeId: string): VerdictRecord {
  const none = `sha256:${'0'.repeat(64)}`
  return {
    schemaVersion: 1,
    trial: 't-1',
    key: {
      workflow,
      model: modelId,
      route: routeId,
      servedModel: modelId,
      promptDigest: none,
      toolsDigest: none,
      gradersDigest: none,
    },
    verdict: 'QUALIFIED',
    decidedAt: '2026-06-01T00:00:00Z',
    validUntil: '2026-12-01T00:00:00Z',
    invalidatedBy: null,
  }
}

export interface Built {
  readonly portfolio: Portfolio
  readonly notices: readonly string[]
  readonly workflow: (id: string) => PortfolioWorkflow
  /** Ids of the options of a need. */
  readonly options: (workflow: string, need: string) => readonly string[]
  readonly need: (workflow: string, need: string) => Need
}

export function build(
  configParts: object | null,
  dependencies: readonly Dependency[] | null,
  verdicts: readonly VerdictRecord[] = [],
): Built {
  const { portfolio, notices } = buildPortfolio({
    config: configParts === null ? null : config(configParts),
    register: dependencies === null ? null : register(dependencies),
    catalogue: smallCatalogue,
    resolver: smallResolver,
    verdicts,
    regionJurisdiction: regionCountries(smallCatalogue),
    at: '2026-11-24T00:00:00.000Z',
  })
  const workflow = (id: string) => {
    const found = portfolio.workflows.find((one) => one.id === id)
    if (found === undefined) throw new Error(`no workflow ${id}`)
    return found
  }
  const need = (id: string, name: string) => {
    const found = workflow(id).needs.find((one) => one.id === name)
    if (found === undefined) throw new Error(`${id} has no need ${name}`)
    return found
  }
  return {
    portfolio,
    notices,
    workflow,
    need,
    options: (id, name) => need(id, name).options.map((option) => option.id),
  }
}
