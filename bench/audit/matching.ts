import type { Register } from '../../src/schema/register.ts'
import type { FileContext, ResolutionState, Role } from '../../src/schema/vocabulary.ts'
import { labelPlaces, type Forbidden, type Label } from './cases.ts'

/** One place of one dependency: what is compared with labels. */
export interface Finding {
  readonly model: string | null
  readonly modelAsWritten: string
  readonly vendor: string | null
  readonly provider: string | null
  readonly role: Role
  readonly context: FileContext
  readonly resolution: ResolutionState
  readonly hidden: boolean
  readonly path: string
  readonly line: number
  readonly via: readonly { readonly path: string; readonly line: number }[]
  readonly fallbacks: readonly ListedFallback[]
  readonly detectors: readonly string[]
}

export interface ListedFallback {
  readonly model: string | null
  readonly grade: string
  readonly path: string
  readonly line: number
}

/** Every place of every dependency, in the register's order. */
export function findingsOf(register: Register): readonly Finding[] {
  return register.dependencies.flatMap((dependency) =>
    dependency.occurrences.map((occurrence) => ({
      model: dependency.model,
      modelAsWritten: dependency.modelAsWritten,
      vendor: dependency.vendor,
      provider: dependency.route.provider,
      role: dependency.role,
      context: dependency.context,
      resolution: dependency.resolution,
      hidden: dependency.hidden,
      path: occurrence.path,
      line: occurrence.line,
      via: occurrence.via,
      fallbacks: dependency.fallbacks,
      detectors: dependency.detectors,
    })),
  )
}

/** How one label fared. `null`: the question does not arise. */
export interface LabelOutcome {
  readonly label: Label
  /** Something was found at the place. */
  readonly located: boolean
  /** Something with the right model was found at the place. */
  readonly recalled: boolean
  readonly role: boolean | null
  readonly context: boolean | null
  readonly resolution: boolean | null
  readonly provider: boolean | null
  readonly fallback: boolean | null
  readonly best: Finding | null
}

export type FalsePositiveReason = 'forbidden' | 'unlabelled' | 'wrong-model' | 'not-a-dependency'

export interface FindingOutcome {
  readonly finding: Finding
  /** Null: right. */
  readonly wrong: FalsePositiveReason | null
}

export interface Match {
  readonly labels: readonly LabelOutcome[]
  readonly findings: readonly FindingOutcome[]
}

export function match(
  findings: readonly Finding[],
  labels: readonly Label[],
  forbidden: readonly Forbidden[],
): Match {
  return {
    labels: labels.map((label) => judgeLabel(label, findings)),
    findings: distinct(findings.filter(isDependency)).map((finding) => ({
      finding,
      wrong: whatIsWrong(finding, labels, forbidden),
    })),
  }
}

function judgeLabel(label: Label, findings: readonly Finding[]): LabelOutcome {
  const there = findings.filter((finding) => standsAt(finding, label))
  const right = there.filter((finding) => hasModel(finding, label)).toSorted(byStrength(label))
  const best = right[0] ?? null
  const isListed = rolesOf(label).includes('declare') && isListedFallback(label, findings)
  if (best === null) {
    return {
      label,
      located: there.length > 0 || isListed,
      recalled: isListed,
      role: null,
      context: null,
      resolution: null,
      provider: null,
      fallback: label.fallback === undefined ? null : false,
      best,
    }
  }
  const { fallback } = label
  return {
    label,
    located: true,
    recalled: true,
    role: rolesOf(label).includes(best.role),
    context: [label.context].flat().includes(best.context),
    resolution: label.resolution === undefined ? null : label.resolution === best.resolution,
    provider: label.provider === undefined ? null : label.provider === best.provider,
    fallback:
      fallback === undefined
        ? null
        : right.some((finding) =>
            finding.fallbacks.some(
              ({ model, grade }) =>
                model === fallback.model &&
                (fallback.grade === undefined || grade === fallback.grade),
            ),
          ),
    best,
  }
}

/** The model that takes over is a row of its own, or stands in the row of the model it takes over from. */
function isListedFallback(label: Label, findings: readonly Finding[]): boolean {
  return findings.some(({ fallbacks }) =>
    fallbacks.some(
      ({ model, path, line }) =>
        model !== null &&
        model === label.model &&
        labelPlaces(label).some((place) => place.path === path && place.line === line),
    ),
  )
}

const roleOrder: readonly Role[] = [
  'use',
  'declare',
  'allow',
  'price',
  'test',
  'documentation',
  'mention',
]

/** A finding at the place itself before one that only leads there; then the strongest role, whatever the label says. */
function byStrength(label: Label): (a: Finding, b: Finding) => number {
  const distance = (finding: Finding) => (occursAt(finding, label) ? 0 : 1)
  const rank = (finding: Finding) => roleOrder.indexOf(finding.role) * 2 + distance(finding)
  return (a, b) => rank(a) - rank(b)
}

function whatIsWrong(
  finding: Finding,
  labels: readonly Label[],
  forbidden: readonly Forbidden[],
): FalsePositiveReason | null {
  if (forbidden.some((place) => isForbidden(finding, place))) return 'forbidden'
  const there = labels.filter((label) => standsAt(finding, label))
  if (there.length === 0) return 'unlabelled'
  const sameModel = there.filter((label) => hasModel(finding, label))
  // Saying that the model is not known names no wrong one; what the reader knew is missing from recall.
  const standing = sameModel.length === 0 && finding.model === null ? there : sameModel
  if (standing.length === 0) return 'wrong-model'
  return standing.some((label) =>
    rolesOf(label).some((role) => role === 'use' || role === 'declare'),
  )
    ? null
    : 'not-a-dependency'
}

function isForbidden(finding: Finding, place: Forbidden): boolean {
  return (
    finding.path === place.path &&
    (place.line === undefined || place.line === finding.line) &&
    (place.model === undefined || place.model === finding.model)
  )
}

function isDependency(finding: Finding): boolean {
  return finding.role === 'use' || finding.role === 'declare'
}

function occursAt(finding: Finding, label: Label): boolean {
  return labelPlaces(label).some(
    (place) => place.path === finding.path && place.line === finding.line,
  )
}

function standsAt(finding: Finding, label: Label): boolean {
  return (
    occursAt(finding, label) ||
    labelPlaces(label).some((place) =>
      finding.via.some((hop) => hop.path === place.path && hop.line === place.line),
    )
  )
}

/** A label without a model wants it said that the model is not known from here. */
function hasModel(finding: Finding, label: Label): boolean {
  if (label.model === null) {
    return (
      finding.model === null ||
      finding.hidden ||
      finding.resolution === 'opaque' ||
      finding.resolution === 'unresolved' ||
      (label.hidden === true && finding.resolution === 'inferred')
    )
  }
  if (label.model.endsWith('/*')) {
    const vendor = label.model.slice(0, -2)
    return finding.vendor === vendor || finding.model?.startsWith(`${vendor}/`) === true
  }
  return finding.model === label.model
}

function rolesOf(label: Label): readonly Role[] {
  return [label.role].flat()
}

/** The same model at the same line in the same role counts once, however many dependencies say it. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, Finding>()
  for (const finding of findings) {
    const key = [
      finding.path,
      finding.line,
      finding.model ?? `?${finding.modelAsWritten}`,
      finding.role,
    ].join('\n')
    if (!seen.has(key)) seen.set(key, finding)
  }
  return [...seen.values()]
}
