import { shortDigest } from '../../base/digest.ts'
import type { Dependency, Gap, Hop, Occurrence, Register } from '../../schema/register.ts'
import { count } from '../count.ts'
import { gapWords } from '../gap-words.ts'
import { gradeWords } from '../grade-words.ts'
import { reportLimits } from '../limits.ts'
import { remoteUrl } from '../location-uri.ts'
import { viewRegister } from '../register-view.ts'
import type { RegisterView } from '../register-view.ts'
import type { ReportFormat, ReportOptions } from '../report-format.ts'
import { shorten, visibleText } from '../../base/visible-text.ts'
import { sarifBases } from './sarif-bases.ts'
import type { SarifBases } from './sarif-bases.ts'
import { ruleIndex, ruleOfGap, ruleOfRole, sarifRules } from './sarif-rules.ts'

/** For code scanning: each occurrence and each gap is a result at its line. SARIF 2.1.0. */
export const sarifFormat: ReportFormat = {
  id: 'sarif',
  title: 'SARIF 2.1.0 for code scanning',
  fileExtension: 'sarif',
  mediaType: 'application/sarif+json',
  render: renderSarif,
}

interface Notification {
  readonly level: 'warning' | 'note'
  readonly descriptor: { readonly id: string }
  readonly message: { readonly text: string }
  readonly locations?: readonly object[]
}

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations: readonly object[]
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly relatedLocations?: readonly object[]
  readonly codeFlows?: readonly object[]
  readonly properties: object
}

function renderSarif(register: Register, options: ReportOptions): string {
  const view = viewRegister(register, options)
  const bases = sarifBases(register)
  const gaps = gapResults(view, bases)
  const found = [...gaps.results, ...occurrenceResults(view, bases)]
  const results = found.slice(0, reportLimits.sarifResultsMax)
  const notifications = [
    ...partialNotification(register),
    ...leftOutNotification(found.length - results.length),
    ...gaps.notifications,
    ...skippedNotifications(register, bases),
  ]
  const log = {
    $schema:
      'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'holdfast',
            version: register.tool.version,
            ...(/^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(register.tool.version)
              ? { semanticVersion: register.tool.version }
              : {}),
            rules: sarifRules,
            properties: { rules: register.tool.rules },
          },
        },
        automationDetails: { id: 'holdfast/audit/' },
        invocations: [
          {
            executionSuccessful: !register.partial,
            ...(options.timestamp === undefined ? {} : { endTimeUtc: options.timestamp }),
            toolExecutionNotifications: notifications,
          },
        ],
        originalUriBaseIds: bases.originalUriBaseIds,
        ...provenance(register, bases),
        columnKind: 'utf16CodeUnits',
        results: withFingerprints(results),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

/** A result before twins are told apart: `key` holds no line, so that it survives edits above it. */
interface KeyedResult extends Omit<Result, 'partialFingerprints'> {
  readonly key: string
}

/** Equal keys are numbered in order of appearance, as GitHub's own line hashes are. */
function withFingerprints(results: readonly KeyedResult[]): readonly Result[] {
  const seen = new Map<string, number>()
  return results.map(({ key, ...result }) => {
    const number = (seen.get(key) ?? 0) + 1
    seen.set(key, number)
    const hash = shortDigest(`${result.ruleId}\n${key}`)
    return { ...result, partialFingerprints: { primaryLocationLineHash: `${hash}:${number}` } }
  })
}

function occurrenceResults(view: RegisterView, bases: SarifBases): readonly KeyedResult[] {
  return view.dependencies.flatMap((dependency) =>
    dependency.occurrences.map((occurrence): KeyedResult => {
      const ruleId = ruleOfRole(dependency.role)
      const { via } = occurrence
      return {
        ruleId,
        ruleIndex: ruleIndex(ruleId),
        level: 'note',
        message: message(sentenceOf(dependency, view)),
        locations: [occurrenceLocation(occurrence, bases)],
        ...(via.length === 0
          ? {}
          : {
              relatedLocations: via
                .slice(0, reportLimits.sarifRelatedLocationsMax)
                .map((hop, index) => ({
                  id: index + 1,
                  ...hopLocation(hop, occurrence.repository, bases),
                })),
              codeFlows: [codeFlow(occurrence, bases)],
            }),
        properties: propertiesOf(dependency, view),
        key: [dependency.id, occurrence.repository, occurrence.path, occurrence.symbol ?? ''].join(
          '\n',
        ),
      }
    }),
  )
}

function sentenceOf(dependency: Dependency, view: RegisterView): string {
  const { route, workflow } = dependency
  const model = dependency.model ?? `\`${dependency.modelAsWritten}\` (model not known)`
  const over = route.provider === null ? '' : ` over ${route.provider}`
  const within = workflow === null ? '' : ` for ${workflow}`
  const fallback =
    dependency.role === 'use' || dependency.role === 'declare'
      ? `; fallback: ${gradeWords[view.gradeOf(dependency)]}`
      : ''
  return `${model}${over}${within}${fallback}. ${dependency.resolution}: ${dependency.resolutionReason}`
}

/** From where the model is written to where it is used: the resolver's way, turned round. */
function codeFlow(occurrence: Occurrence, bases: SarifBases): object {
  const hops = occurrence.via
    .slice(0, reportLimits.sarifRelatedLocationsMax)
    .toReversed()
    .map((hop) => ({ location: hopLocation(hop, occurrence.repository, bases) }))
  const end = { location: { ...occurrenceLocation(occurrence, bases), message: { text: 'use' } } }
  return { threadFlows: [{ locations: [...hops, end] }] }
}

function occurrenceLocation(occurrence: Occurrence, bases: SarifBases): object {
  return {
    physicalLocation: {
      artifactLocation: bases.locate(occurrence.repository, occurrence.path),
      region: {
        startLine: occurrence.line,
        startColumn: occurrence.column,
        snippet: { text: occurrence.snippet },
      },
    },
    ...(occurrence.symbol === undefined
      ? {}
      : { logicalLocations: [{ fullyQualifiedName: occurrence.symbol }] }),
  }
}

function hopLocation(hop: Hop, repository: string, bases: SarifBases): object {
  const words = [hop.kind, hop.name].filter((word) => word !== undefined).join(' ')
  return {
    physicalLocation: {
      artifactLocation: bases.locate(repository, hop.path),
      region: { startLine: hop.line },
    },
    message: message(words === '' ? 'hop' : words),
  }
}

function gapResults(
  view: RegisterView,
  bases: SarifBases,
): { readonly results: readonly KeyedResult[]; readonly notifications: readonly Notification[] } {
  const results: KeyedResult[] = []
  const notifications: Notification[] = []
  const byId = new Map(view.register.dependencies.map((one) => [one.id, one]))
  for (const gap of view.gaps) {
    const ruleId = ruleOfGap(gap.kind)
    const text = `${gapWords[gap.kind].title}: ${gap.reason}. To close it: ${gap.advice}`
    const location = gapLocation(gap, byId, view, bases)
    if (location === null) {
      // GitHub refuses a whole file when one result has no location.
      notifications.push({
        level: 'warning',
        descriptor: { id: ruleId },
        message: message(text),
      })
      continue
    }
    const rule = sarifRules[ruleIndex(ruleId)]
    results.push({
      ruleId,
      ruleIndex: ruleIndex(ruleId),
      level: rule?.defaultConfiguration.level ?? 'warning',
      message: message(text),
      locations: [location],
      properties: { workflow: gap.workflow, dependency: gap.dependency },
      key: [gap.workflow, gap.dependency, gap.repository, gap.path].join('\n'),
    })
  }
  return { results, notifications }
}

/** A gap without a place of its own stands where its dependency, or its workflow's first one, does. */
function gapLocation(
  gap: Gap,
  byId: ReadonlyMap<string, Dependency>,
  view: RegisterView,
  bases: SarifBases,
): object | null {
  if (gap.path !== null) {
    const artifactLocation = bases.locate(gap.repository, gap.path)
    return { physicalLocation: { artifactLocation, region: { startLine: gap.line ?? 1 } } }
  }
  const workflow = view.register.workflows.find((one) => one.id === gap.workflow)
  const ids = gap.dependency === null ? (workflow?.dependencies ?? []) : [gap.dependency]
  const [occurrence] = ids.flatMap((id) => byId.get(id)?.occurrences ?? [])
  return occurrence === undefined ? null : occurrenceLocation(occurrence, bases)
}

function propertiesOf(dependency: Dependency, view: RegisterView): object {
  const { route } = dependency
  return {
    dependency: dependency.id,
    model: dependency.model,
    modelAsWritten: dependency.modelAsWritten,
    vendor: dependency.vendor,
    provider: route.provider,
    region: route.region,
    task: dependency.task,
    workflow: dependency.workflow,
    context: dependency.context,
    resolution: dependency.resolution,
    detection: dependency.detection,
    overridableBy: dependency.overridableBy,
    environment: dependency.environment,
    fallbackGrade: view.gradeOf(dependency),
    migrationEffort: dependency.migrationEffort,
    lifecycle: dependency.lifecycle,
    owners: dependency.owners,
  }
}

function partialNotification(register: Register): readonly Notification[] {
  if (!register.partial) return []
  const text = 'the audit was stopped before its end: dependencies may be missing'
  return [{ level: 'warning', descriptor: { id: 'partial' }, message: { text } }]
}

function leftOutNotification(left: number): readonly Notification[] {
  if (left <= 0) return []
  const text = `${count(left, 'result')} left out: a run holds at most ${reportLimits.sarifResultsMax}; see the json format`
  return [{ level: 'warning', descriptor: { id: 'results-left-out' }, message: { text } }]
}

function skippedNotifications(register: Register, bases: SarifBases): readonly Notification[] {
  const { skipped } = register.files
  const shown = skipped.slice(0, reportLimits.sarifNotificationsMax)
  const left = skipped.length - shown.length
  return [
    ...shown.map((file): Notification => ({
      level: 'note',
      descriptor: { id: 'file-skipped' },
      message: message(`${file.path} was not read: ${file.reason}`),
      locations: [{ physicalLocation: { artifactLocation: bases.locate(null, file.path) } }],
    })),
    ...(left > 0
      ? [
          {
            level: 'note' as const,
            descriptor: { id: 'file-skipped' },
            message: { text: `${count(left, 'more file')} not read` },
          },
        ]
      : []),
  ]
}

function provenance(register: Register, bases: SarifBases): object {
  const details = register.repositories.flatMap((repository) => {
    const repositoryUri = remoteUrl(repository.remote)
    if (repositoryUri === null) return []
    return {
      repositoryUri,
      ...(repository.commit === null ? {} : { revisionId: repository.commit }),
      mappedTo: { uriBaseId: bases.baseOf(repository.id) },
    }
  })
  // SARIF wants them distinct, and two repositories may have one remote and ids that read alike.
  const distinct = [...new Map(details.map((one) => [JSON.stringify(one), one])).values()]
  return distinct.length === 0 ? {} : { versionControlProvenance: distinct }
}

function message(text: string): { readonly text: string } {
  return { text: shorten(visibleText(text), reportLimits.sarifMessageCharactersMax) }
}
