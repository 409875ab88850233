import { compareText } from '../../base/compare.ts'
import type { Dependency, Occurrence, Register, RegisterFallback } from '../../schema/register.ts'
import { documentUuid } from '../document-uuid.ts'
import { gradeWords } from '../grade-words.ts'
import { jurisdictionsOf } from '../jurisdictions.ts'
import { endpointUrl, remoteUrl } from '../location-uri.ts'
import { distinct, viewRegister } from '../register-view.ts'
import type { RegisterView } from '../register-view.ts'
import type { ReportOptions } from '../report-format.ts'
import { creationInfo, spdxGraph } from './spdx-graph.ts'
import type { SpdxGraph } from './spdx-graph.ts'

/**
 * SPDX has no value for "not known" where it wants a time: the first second of 1970 stands for it, and a
 * comment beside it says so.
 */
const unknownTime = '1970-01-01T00:00:00Z'

interface Writer {
  readonly graph: SpdxGraph
  readonly view: RegisterView
  readonly options: ReportOptions
}

/**
 * The register in SPDX 3.0.1: repositories are packages, models are AI packages, places of use are snippets
 * that a `hasEvidence` relationship ties to their model, providers are what a model is `availableFrom`.
 */
export function spdxDocument(register: Register, options: ReportOptions): object {
  const view = viewRegister(register, options)
  const uuid = documentUuid([
    'spdx',
    options.timestamp,
    options.jurisdictions,
    options.modelReleases,
    view.dependencies,
    register,
  ])
  const graph = spdxGraph(uuid)
  const writer: Writer = { graph, view, options }
  const holdfast = graph.add('agent', 'holdfast', () => ({
    type: 'SoftwareAgent',
    name: `holdfast ${register.tool.version}`,
  }))
  const application = addApplication(writer)
  const repositories = addRepositories(writer, application)
  for (const [key, dependencies] of groupByModel(view.dependencies)) {
    addModel(writer, key, dependencies, { application, repositories })
  }
  const rest = graph.elements()
  const elementIds = rest.map((element) => element.spdxId)
  const sbom = graph.add('sbom', 'sbom', () => ({
    type: 'software_Sbom',
    name: 'hosted models that the audited tree depends on',
    software_sbomType: ['source'],
    profileConformance: ['core', 'software', 'ai', 'simpleLicensing'],
    rootElement: [application],
    element: elementIds,
  }))
  graph.add('document', 'document', () => ({
    type: 'SpdxDocument',
    name: `holdfast register of ${register.repositories[0]?.id ?? register.root}`,
    comment: register.partial
      ? 'The audit was stopped before its end: dependencies may be missing.'
      : 'An audit of sources: a dependency that no file names is not here.',
    profileConformance: ['core', 'software', 'ai', 'simpleLicensing'],
    dataLicense: noAssertion(graph),
    rootElement: [sbom],
    element: [...elementIds, sbom],
  }))
  return {
    '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
    '@graph': [
      {
        '@id': creationInfo,
        type: 'CreationInfo',
        specVersion: '3.0.1',
        created: spdxTime(options.timestamp) ?? unknownTime,
        createdBy: [holdfast],
        comment:
          options.timestamp === undefined
            ? `rules ${register.tool.rules}; made without a clock, so that the same tree gives the same document`
            : `rules ${register.tool.rules}`,
      },
      ...graph.elements(),
    ],
  }
}

/** SPDX counts in whole seconds of UTC. */
function spdxTime(time: string | undefined): string | null {
  if (time === undefined) return null
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? null : date.toISOString().replace(/\.\d+Z$/, 'Z')
}

function noAssertion(graph: SpdxGraph): string {
  return graph.add('license', 'NOASSERTION', () => ({
    type: 'simplelicensing_LicenseExpression',
    simplelicensing_licenseExpression: 'NOASSERTION',
  }))
}

function addApplication({ graph, view }: Writer): string {
  return graph.add('application', 'application', () => ({
    type: 'software_Package',
    name: view.register.root,
    software_primaryPurpose: 'application',
  }))
}

function addRepositories(
  { graph, view }: Writer,
  application: string,
): ReadonlyMap<string, string> {
  const ids = new Map<string, string>()
  for (const repository of view.register.repositories) {
    const url = remoteUrl(repository.remote)
    const id = graph.add('repository', repository.id, () => ({
      type: 'software_Package',
      name: repository.id,
      software_primaryPurpose: 'source',
      ...(repository.commit === null ? {} : { software_packageVersion: repository.commit }),
      ...(url === null ? {} : { software_downloadLocation: url }),
    }))
    ids.set(repository.id, id)
  }
  graph.relate('contains', application, [...ids.values()])
  return ids
}

function modelKey(one: Pick<Dependency, 'model' | 'modelAsWritten'>): string {
  return one.model ?? `handle ${one.modelAsWritten}`
}

function groupByModel(
  dependencies: readonly Dependency[],
): readonly (readonly [string, readonly Dependency[]])[] {
  const groups = new Map<string, Dependency[]>()
  for (const dependency of dependencies) {
    const key = modelKey(dependency)
    const own = groups.get(key)
    if (own === undefined) groups.set(key, [dependency])
    else own.push(dependency)
  }
  return [...groups].toSorted(([a], [b]) => compareText(a, b))
}

interface Users {
  readonly application: string
  readonly repositories: ReadonlyMap<string, string>
}

function addModel(
  writer: Writer,
  key: string,
  dependencies: readonly Dependency[],
  users: Users,
): void {
  const { graph } = writer
  const [first] = dependencies
  if (first === undefined) return
  const model = addAiPackage(writer, key, first, modelMembers(writer, dependencies))
  const places = dependencies.flatMap((one) => one.occurrences)
  const names = distinct(places.map((place) => place.repository))
  const found = names.flatMap((name) => users.repositories.get(name) ?? [])
  for (const user of found.length === 0 ? [users.application] : found) {
    graph.relate('dependsOn', user, [model])
  }
  const providers = distinct(dependencies.flatMap((one) => one.route.provider ?? []))
  for (const provider of providers) {
    graph.relate('availableFrom', model, [addOrganisation(writer, 'provider', provider)])
  }
  graph.relate('hasEvidence', model, [
    ...new Set(places.map((place) => addSnippet(writer, place, users))),
  ])
  for (const fallback of dependencies.flatMap((one) => one.fallbacks)) {
    const target = addFallback(writer, fallback)
    if (target === model) continue
    graph.relate(
      'hasOptionalDependency',
      model,
      [target],
      `fallback, ${gradeWords[fallback.grade]}: ${fallback.reason}`,
    )
  }
}

/** What the register knows of a model beyond its name. */
function modelMembers(
  { view }: Writer,
  dependencies: readonly Dependency[],
): Readonly<Record<string, unknown>> {
  const tasks = distinct(dependencies.map((one) => one.task))
  const workflows = distinct(dependencies.flatMap((one) => one.workflow ?? []))
  const lines = dependencies.map((one) => {
    const endpoint = endpointUrl(one.route.baseUrl)
    return [
      `${one.id}: ${one.role}`,
      `${one.resolution} (${one.resolutionReason})`,
      `detection ${one.detection}`,
      `fallback ${gradeWords[view.gradeOf(one)]}`,
      `migration effort ${one.migrationEffort}`,
      ...(endpoint === null ? [] : [`over ${endpoint}`]),
    ].join(', ')
  })
  const used = workflows.length === 0 ? '' : `, in ${workflows.join(', ')}`
  return {
    ai_informationAboutApplication: `Used for ${tasks.join(', ')}${used}.`,
    supportLevel: supportLevels(dependencies),
    description: lines.join('\n'),
  }
}

const supportOf = {
  active: 'support',
  deprecated: 'limitedSupport',
  retired: 'endOfSupport',
  suspended: 'noSupport',
  unknown: 'noAssertion',
} as const satisfies Record<Dependency['lifecycle'], string>

function supportLevels(dependencies: readonly Dependency[]): readonly string[] {
  return distinct(dependencies.map((one) => supportOf[one.lifecycle]))
}

/** Every property that the AI profile asks for; what an audit of sources cannot know is said to be unknown. */
function addAiPackage(
  writer: Writer,
  key: string,
  one: Pick<Dependency, 'model' | 'modelAsWritten' | 'vendor'>,
  members: Readonly<Record<string, unknown>>,
): string {
  const { graph, options } = writer
  const { model, vendor } = one
  const released =
    model !== null && Object.hasOwn(options.modelReleases ?? {}, model)
      ? spdxTime(options.modelReleases?.[model])
      : null
  const supplier = addOrganisation(writer, 'vendor', vendor ?? 'NOASSERTION')
  const id = graph.add('model', key, () => ({
    type: 'ai_AIPackage',
    name: model === null ? one.modelAsWritten : model.slice(model.indexOf('/') + 1),
    suppliedBy: supplier,
    // A hosted model is not downloaded; its own name is the one address that is true.
    software_downloadLocation: `urn:holdfast:model:${encodeURIComponent(key.toWellFormed())}`,
    software_packageVersion: 'NOASSERTION',
    software_primaryPurpose: 'model',
    releaseTime: released ?? unknownTime,
    ...(released === null
      ? { comment: `The time of release is not known; ${unknownTime} stands for that.` }
      : {}),
    ...members,
  }))
  const licence = noAssertion(graph)
  graph.relate('hasConcludedLicense', id, [licence])
  graph.relate('hasDeclaredLicense', id, [licence])
  return id
}

function addFallback(writer: Writer, fallback: RegisterFallback): string {
  const key = modelKey(fallback)
  const own = writer.view.dependencies.filter((one) => modelKey(one) === key)
  const members =
    own.length > 0
      ? modelMembers(writer, own)
      : {
          ai_informationAboutApplication: 'Stands as a fallback; not used while the first answers.',
        }
  return addAiPackage(writer, key, own[0] ?? fallback, members)
}

function addOrganisation(
  { graph, options }: Writer,
  kind: 'vendor' | 'provider',
  id: string,
): string {
  const codes = jurisdictionsOf(kind, id, options)
  return graph.add(kind, id, () => ({
    type: 'Organization',
    name: id,
    ...(codes.length === 0 ? {} : { comment: `jurisdiction: ${codes.join(', ')}` }),
  }))
}

function addSnippet({ graph }: Writer, place: Occurrence, users: Users): string {
  const file = graph.add('file', `${place.repository}\n${place.path}`, () => ({
    type: 'software_File',
    name: place.path,
    software_primaryPurpose: 'source',
  }))
  graph.relate('contains', users.repositories.get(place.repository) ?? users.application, [file])
  const key = [place.repository, place.path, place.line, place.column].join('\n')
  const via = place.via.map((hop) =>
    [`${hop.path}:${hop.line}`, hop.kind, hop.name].filter(Boolean).join(' '),
  )
  return graph.add('snippet', key, () => ({
    type: 'software_Snippet',
    name: `${place.path}:${place.line}`,
    software_snippetFromFile: file,
    software_lineRange: {
      type: 'PositiveIntegerRange',
      beginIntegerRange: place.line,
      endIntegerRange: place.line,
    },
    description: place.snippet,
    ...(via.length === 0 ? {} : { comment: `written at ${via.join(', then ')}` }),
  }))
}
