import { canonicalJson } from '../../base/canonical-json.ts'
import { compareText } from '../../base/compare.ts'
import { shortDigest } from '../../base/digest.ts'
import type { Dependency, Occurrence, Register, Repository } from '../../schema/register.ts'
import { betterGrade } from '../grade-words.ts'
import type { GradeOrNone } from '../grade-words.ts'
import { jurisdictionsOf } from '../jurisdictions.ts'
import { endpointUrl, remoteUrl } from '../location-uri.ts'
import { distinct, viewRegister } from '../register-view.ts'
import type { RegisterView } from '../register-view.ts'
import type { ReportOptions } from '../report-format.ts'
import { documentUuid } from '../document-uuid.ts'

export type CycloneDxVersion = '1.6' | '1.7'

interface Property {
  readonly name: string
  readonly value: string
}

/**
 * The register as a CycloneDX bill of materials: repositories are applications, routes are services, models
 * are components of type machine-learning-model with the places of their use as evidence. What CycloneDX has
 * no field for stands in properties of our namespace `continuity:`.
 */
export function billOfMaterials(
  register: Register,
  options: ReportOptions,
  version: CycloneDxVersion,
): object {
  const view = viewRegister(register, options)
  const models = modelsOf(view)
  const services = servicesOf(view)
  const tool = `tool:holdfast@${register.tool.version}`
  return {
    $schema: `http://cyclonedx.org/schema/bom-${version}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion: version,
    serialNumber: `urn:uuid:${documentUuid([version, options.timestamp, options.jurisdictions, view.dependencies, register])}`,
    version: 1,
    metadata: {
      ...(options.timestamp === undefined ? {} : { timestamp: options.timestamp }),
      lifecycles: [{ phase: 'pre-build' }],
      tools: {
        components: [
          {
            type: 'application',
            'bom-ref': tool,
            name: 'holdfast',
            version: register.tool.version,
          },
        ],
      },
      component: rootComponent(register, version),
      properties: [
        property('rules', register.tool.rules),
        ...(register.asOf === undefined ? [] : [property('as-of', register.asOf)]),
        property('partial', String(register.partial)),
        property('files.seen', String(register.files.seen)),
        property('files.skipped', String(register.files.skipped.length)),
      ],
    },
    components: [
      ...register.repositories.map(repositoryComponent),
      ...models.map((model) => modelComponent(model, { view, options, version, tool })),
      ...fallbackComponents(view, models, options, version),
    ],
    services: services.map((service) => serviceOf(service, options)),
    dependencies: graphOf(view, models, services),
    // A file that names no model may still reach one: an audit of sources never proves that it saw all.
    compositions: [{ aggregate: 'incomplete', assemblies: [rootRef], dependencies: [rootRef] }],
  }
}

const rootRef = 'application'

function rootComponent(register: Register, version: CycloneDxVersion): object {
  const [first] = register.repositories
  return {
    type: 'application',
    'bom-ref': rootRef,
    name: (register.repositories.length === 1 ? first?.id : undefined) ?? register.root,
    ...(version === '1.7' ? { isExternal: false } : {}),
  }
}

function repositoryRef(id: string): string {
  return `repository:${id}`
}

function repositoryComponent(repository: Repository): object {
  const url = remoteUrl(repository.remote)
  return {
    type: 'application',
    'bom-ref': repositoryRef(repository.id),
    name: repository.id,
    ...(repository.commit === null ? {} : { version: repository.commit }),
    ...(url === null ? {} : { externalReferences: [{ type: 'vcs', url }] }),
    properties: [
      property('repository.root', repository.root),
      property('repository.modified', String(repository.modified)),
    ],
  }
}

/** A model as one component, whatever number of dependencies name it. */
interface UsedModel {
  readonly ref: string
  /** As resolved, or null when only a handle is known. */
  readonly model: string | null
  readonly name: string
  readonly vendor: string | null
  readonly dependencies: readonly Dependency[]
}

function modelRef(dependency: Pick<Dependency, 'model' | 'modelAsWritten'>): string {
  return dependency.model === null
    ? `handle:${shortDigest(dependency.modelAsWritten)}`
    : `model:${dependency.model}`
}

function modelsOf(view: RegisterView): readonly UsedModel[] {
  const byRef = new Map<string, Dependency[]>()
  for (const dependency of view.dependencies) {
    const ref = modelRef(dependency)
    const own = byRef.get(ref)
    if (own === undefined) byRef.set(ref, [dependency])
    else own.push(dependency)
  }
  return [...byRef]
    .map(([ref, dependencies]): UsedModel => {
      const [first] = dependencies
      const model = first?.model ?? null
      return {
        ref,
        model,
        name: model === null ? (first?.modelAsWritten ?? ref) : nameOf(model),
        vendor: first?.vendor ?? null,
        dependencies,
      }
    })
    .toSorted((a, b) => compareText(a.ref, b.ref))
}

function nameOf(model: string): string {
  return model.slice(model.indexOf('/') + 1)
}

interface ComponentContext {
  readonly view: RegisterView
  readonly options: ReportOptions
  readonly version: CycloneDxVersion
  readonly tool: string
}

function modelComponent(model: UsedModel, context: ComponentContext): object {
  const { dependencies, vendor } = model
  const selfHosted = dependencies.every((one) => one.route.provider === 'self')
  return {
    type: 'machine-learning-model',
    'bom-ref': model.ref,
    ...(vendor === null ? {} : { group: vendor, supplier: { name: vendor } }),
    name: model.name,
    ...(context.version === '1.7' ? { isExternal: !selfHosted } : {}),
    evidence: evidenceOf(model, context),
    modelCard: {
      considerations: { useCases: distinct(dependencies.map((one) => one.task)) },
    },
    properties: modelProperties(model, context),
  }
}

function evidenceOf(model: UsedModel, { tool, view }: ComponentContext): object {
  const { dependencies } = model
  const confidence = Math.max(...dependencies.map((one) => one.detection))
  const several = view.register.repositories.length > 1
  const occurrences = dependencies.flatMap((one) => one.occurrences)
  const longest = occurrences.reduce<Occurrence | null>(
    (best, one) => (one.via.length > (best?.via.length ?? 0) ? one : best),
    null,
  )
  return {
    identity: [
      {
        field: 'name',
        confidence,
        ...(model.model === null ? {} : { concludedValue: model.name }),
        methods: methodsOf(dependencies),
        tools: [tool],
      },
    ],
    occurrences: dependencies.flatMap((dependency) =>
      dependency.occurrences.map((one) => occurrenceOf(one, several)),
    ),
    ...(longest === null ? {} : { callstack: { frames: framesOf(longest) } }),
  }
}

/** One method for each state of resolution, with the surest sighting in that state. */
function methodsOf(dependencies: readonly Dependency[]): readonly object[] {
  const states = distinct(dependencies.map((one) => one.resolution))
  return states.map((state) => {
    const own = dependencies.filter((one) => one.resolution === state)
    return {
      technique: state === 'declared' ? 'manifest-analysis' : 'source-code-analysis',
      confidence: Math.max(...own.map((one) => one.detection)),
      value: `${state}: ${own[0]?.resolutionReason ?? ''}`,
    }
  })
}

function occurrenceOf(occurrence: Occurrence, several: boolean): object {
  const via = occurrence.via
    .map((hop) => [`${hop.path}:${hop.line}`, hop.kind, hop.name].filter(Boolean).join(' '))
    .join(' ← ')
  return {
    location: several ? `${occurrence.repository}: ${occurrence.path}` : occurrence.path,
    line: occurrence.line,
    ...(occurrence.symbol === undefined ? {} : { symbol: occurrence.symbol }),
    additionalContext: via === '' ? occurrence.snippet : `${occurrence.snippet} ← ${via}`,
  }
}

/** The longest way from a use to where its model is written; the others stand beside their occurrences. */
function framesOf(occurrence: Occurrence): readonly object[] {
  return [
    {
      module: occurrence.path,
      ...(occurrence.symbol === undefined ? {} : { function: occurrence.symbol }),
      line: occurrence.line,
      column: occurrence.column,
      fullFilename: occurrence.path,
    },
    ...occurrence.via.map((hop) => ({
      module: hop.path,
      ...(hop.name === undefined ? {} : { function: hop.name }),
      line: hop.line,
      fullFilename: hop.path,
    })),
  ]
}

function modelProperties(
  model: UsedModel,
  { view, options }: ComponentContext,
): readonly Property[] {
  const { dependencies } = model
  const many = (name: string, values: readonly string[]): readonly Property[] =>
    distinct(values).map((value) => property(name, value))
  return [
    ...many(
      'dependency',
      dependencies.map((one) => one.id),
    ),
    ...many(
      'environment',
      dependencies.flatMap((one) => one.environment ?? []),
    ),
    property(
      'fallback.status',
      dependencies
        .map(view.gradeOf)
        .reduce<GradeOrNone>((best, grade) => betterGrade(best, grade), 'none'),
    ),
    ...many(
      'fallback.ref',
      dependencies.flatMap((one) => one.fallbacks.map(modelRef)),
    ),
    ...many(
      'feature',
      dependencies.flatMap((one) => one.features),
    ),
    ...many(
      'hidden',
      dependencies.flatMap((one) => (one.hidden ? ['true'] : [])),
    ),
    ...many(
      'jurisdiction.provider',
      dependencies.flatMap((one) => jurisdictionsOf('provider', one.route.provider, options)),
    ),
    ...many('jurisdiction.vendor', jurisdictionsOf('vendor', model.vendor, options)),
    ...many(
      'lifecycle',
      dependencies.map((one) => one.lifecycle),
    ),
    ...many(
      'migration.effort',
      dependencies.map((one) => one.migrationEffort),
    ),
    ...many(
      'model.written',
      dependencies.map((one) => one.modelAsWritten),
    ),
    ...many(
      'overridable',
      dependencies.flatMap((one) => one.overridableBy),
    ),
    ...many(
      'owner',
      dependencies.flatMap((one) => one.owners),
    ),
    ...many(
      'resolution',
      dependencies.map((one) => one.resolution),
    ),
    ...many(
      'role',
      dependencies.map((one) => one.role),
    ),
    ...many(
      'route',
      dependencies.flatMap((one) => serviceRef(one) ?? []),
    ),
    ...many(
      'task',
      dependencies.map((one) => one.task),
    ),
    ...many(
      'workflow',
      dependencies.flatMap((one) => one.workflow ?? []),
    ),
  ]
}

/** Models that only stand as fallbacks: not needed while the first ones answer. */
function fallbackComponents(
  view: RegisterView,
  models: readonly UsedModel[],
  options: ReportOptions,
  version: CycloneDxVersion,
): readonly object[] {
  const known = new Set(models.map((model) => model.ref))
  const components = new Map<string, object>()
  for (const fallback of view.dependencies.flatMap((one) => one.fallbacks)) {
    const ref = modelRef(fallback)
    if (known.has(ref) || components.has(ref)) continue
    const { vendor, model } = fallback
    components.set(ref, {
      type: 'machine-learning-model',
      'bom-ref': ref,
      ...(vendor === null ? {} : { group: vendor, supplier: { name: vendor } }),
      name: model === null ? fallback.modelAsWritten : nameOf(model),
      scope: 'optional',
      ...(version === '1.7' ? { isExternal: fallback.provider !== 'self' } : {}),
      properties: [
        property('role', 'fallback'),
        ...jurisdictionsOf('vendor', vendor, options).map((code) =>
          property('jurisdiction.vendor', code),
        ),
      ],
    })
  }
  return [...components].toSorted(([a], [b]) => compareText(a, b)).map(([, one]) => one)
}

/** One way to reach models: everything but the model. */
function serviceRef({ route }: Dependency): string | null {
  if (route.provider === null && route.baseUrl === null && route.id === null) return null
  return `service:${route.provider ?? 'unknown'}:${shortDigest(canonicalJson(route), 12)}`
}

function servicesOf(view: RegisterView): readonly (readonly [string, Dependency])[] {
  const byRef = new Map<string, Dependency>()
  for (const dependency of view.dependencies) {
    const ref = serviceRef(dependency)
    if (ref !== null && !byRef.has(ref)) byRef.set(ref, dependency)
  }
  return [...byRef].toSorted(([a], [b]) => compareText(a, b))
}

function serviceOf(
  [ref, { route }]: readonly [string, Dependency],
  options: ReportOptions,
): object {
  const endpoint = endpointUrl(route.baseUrl)
  const optional = (name: string, value: string | null): readonly Property[] =>
    value === null ? [] : [property(name, value)]
  return {
    'bom-ref': ref,
    ...(route.provider === null ? {} : { provider: { name: route.provider } }),
    name: route.id ?? route.provider ?? 'unknown provider',
    ...(endpoint === null ? {} : { endpoints: [endpoint] }),
    'x-trust-boundary': route.provider !== 'self',
    properties: [
      ...optional('protocol', route.protocol),
      ...optional('region', route.region),
      ...optional('route', route.id),
      ...jurisdictionsOf('provider', route.provider, options).map((code) =>
        property('jurisdiction.provider', code),
      ),
    ],
  }
}

/** Application → service → model; a model whose route is unknown hangs on the application itself. */
function graphOf(
  view: RegisterView,
  models: readonly UsedModel[],
  services: readonly (readonly [string, Dependency])[],
): readonly object[] {
  const edges = new Map<string, Set<string>>()
  const known = new Set(view.register.repositories.map((one) => one.id))
  const add = (from: string, to: string): void => {
    const targets = edges.get(from)
    if (targets === undefined) edges.set(from, new Set([to]))
    else targets.add(to)
  }
  edges.set(rootRef, new Set([...known].map(repositoryRef)))
  for (const repository of known) edges.set(repositoryRef(repository), new Set())
  for (const [service] of services) edges.set(service, new Set())
  for (const model of models) edges.set(model.ref, new Set())
  for (const dependency of view.dependencies) {
    const service = serviceRef(dependency)
    const model = modelRef(dependency)
    if (service !== null) add(service, model)
    const repositories = distinct(dependency.occurrences.map((one) => one.repository))
    const users = repositories.filter((id) => known.has(id)).map(repositoryRef)
    for (const user of users.length === 0 ? [rootRef] : users) add(user, service ?? model)
  }
  return [...edges].map(([ref, targets]) => ({
    ref,
    dependsOn: [...targets].toSorted(compareText),
  }))
}

function property(name: string, value: string): Property {
  return { name: `continuity:${name}`, value }
}
