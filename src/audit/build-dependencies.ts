import type { Resolver } from '../catalogue/index.ts'
import { compareText } from '../base/compare.ts'
import { shortDigest } from '../base/digest.ts'
import type { Dependency, Occurrence, RegisterFallback } from '../schema/register.ts'
import type { Feature } from '../schema/vocabulary.ts'
import type { UseFact } from './fact.ts'
import type { Finding } from './finding.ts'
import { inferTask } from './infer-task.ts'
import { migrationEffort } from './migration-effort.ts'
import type { ModelFacts } from './model-facts.ts'
import { isOpen, questionId } from './questions.ts'

export interface DependencyInput {
  readonly resolver: Resolver
  /** The line of a file, secrets redacted. */
  readonly snippetOf: (path: string, line: number) => string
  readonly fallbacksOf: (finding: Finding) => readonly RegisterFallback[]
  readonly featuresOf: (finding: Finding) => readonly Feature[]
  readonly lifecycleOf: ModelFacts['lifecycleOf']
  readonly isEmbeddingModel: (model: string) => boolean
}

/** Findings of one repository as dependencies: sightings of one thing merged, occurrences in order. */
export function buildDependencies(
  findings: readonly Finding[],
  input: DependencyInput,
): readonly Dependency[] {
  const kept = dropFollowed(mergeSightings(findings))
  const groups = new Map<string, Sighting[]>()
  for (const sighting of kept) {
    const key = dependencyKey(sighting.finding)
    groups.set(key, [...(groups.get(key) ?? []), sighting])
  }
  return [...groups]
    .map(([key, sightings]) => dependencyOf(key, sightings, input))
    .toSorted((a, b) => compareText(orderOf(a), orderOf(b)))
}

/** Findings at one line that mean the same model, strongest first. */
interface Sighting {
  readonly finding: Finding
  readonly others: readonly Finding[]
}

function mergeSightings(findings: readonly Finding[]): readonly Sighting[] {
  const byPlace = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = [
      finding.use.place.path,
      finding.use.place.line,
      finding.model ?? finding.modelAsWritten,
      finding.environment,
    ].join('\n')
    byPlace.set(key, [...(byPlace.get(key) ?? []), finding])
  }
  return [...byPlace.values()].map((same) => {
    const [finding, ...others] = same.toSorted(
      (a, b) => specificity(b) - specificity(a) || compareText(a.use.detector, b.use.detector),
    )
    if (finding === undefined) throw new Error('a place without findings')
    return { finding: completed(finding, others), others }
  })
}

const roleWeight = {
  use: 6,
  declare: 5,
  allow: 4,
  price: 4,
  test: 3,
  documentation: 2,
  mention: 1,
} as const

function specificity(finding: Finding): number {
  const isGeneric = finding.use.detector.startsWith('generic/')
  // What a line looks like yields to what the syntax says of the same place.
  const isGuess = finding.use.method === 'pattern' && finding.role === 'declare'
  return (
    (isGuess ? -100 : isGeneric ? 0 : 100) +
    roleWeight[finding.role] * 10 +
    (finding.route.provider === null ? 0 : 4) +
    (finding.route.protocol === null ? 0 : 2) +
    (finding.use.symbol === '' ? 0 : 1)
  )
}

/** What the strongest sighting does not know, another one may. */
function completed(finding: Finding, others: readonly Finding[]): Finding {
  const other = (pick: (one: Finding) => string | null): string | null =>
    others.map(pick).find((value) => value !== null) ?? null
  const { route } = finding
  return {
    ...finding,
    vendor: finding.vendor ?? other((one) => one.vendor),
    route: {
      id: route.id,
      provider: route.provider ?? other((one) => one.route.provider),
      protocol: route.protocol ?? other((one) => one.route.protocol),
      region: route.region ?? other((one) => one.route.region),
      baseUrl: route.baseUrl ?? other((one) => one.route.baseUrl),
    },
  }
}

/** A constant that some use was followed to is evidence of that use, no dependency of its own. */
function dropFollowed(sightings: readonly Sighting[]): readonly Sighting[] {
  const followed = new Set<string>()
  for (const { finding } of sightings) {
    if (finding.model === null || (finding.role !== 'use' && finding.role !== 'declare')) continue
    const { path, line } = finding.use.place
    for (const place of [...finding.hops, ...(finding.written === null ? [] : [finding.written])]) {
      if (place.path === path && place.line === line) continue
      followed.add(`${place.path}\n${place.line}\n${finding.model}`)
    }
  }
  return sightings.filter(({ finding }) => {
    if (finding.role !== 'declare' || finding.model === null) return true
    const { path, line } = finding.use.place
    return !followed.has(`${path}\n${line}\n${finding.model}`)
  })
}

/** Free of lines, tasks and workflows, so that it outlives edits of them. */
function dependencyKey(finding: Finding): string {
  const snapshot = snapshotOf(finding)
  return [
    finding.repository,
    placeKeyOf(finding.use),
    finding.use.symbol,
    finding.model ?? finding.modelAsWritten,
    finding.route.provider ?? '',
    finding.role,
    finding.environment ?? '',
    // Dated names of one model end on days of their own.
    ...(snapshot === null ? [] : [snapshot]),
  ].join('\n')
}

function snapshotOf({ model, resolution }: Finding): string | null {
  return model !== null && resolution?.model === model ? resolution.snapshot : null
}

/** A tool whose settings are many files of one folder is one dependency. */
function placeKeyOf(use: UseFact): string {
  const { path } = use.place
  if (use.method !== 'file' || !use.hidden) return path
  const folder = /^(?:.*\/)?\.[^/]+\//.exec(path)?.[0]
  return `${folder ?? path.slice(0, path.lastIndexOf('/') + 1)}*`
}

function dependencyOf(
  key: string,
  sightings: readonly Sighting[],
  input: DependencyInput,
): Dependency {
  const findings = sightings.map((sighting) => sighting.finding)
  const [first] = findings
  if (first === undefined) throw new Error('a dependency without sightings')
  const everySighting = sightings.flatMap((sighting) => [sighting.finding, ...sighting.others])
  const features = distinctSorted(everySighting.flatMap((one) => input.featuresOf(one)))
  const hidden = findings.some((one) => one.use.hidden) && first.model === null
  const effort = migrationEffort(
    features,
    Math.max(...findings.map((one) => one.hops.length)),
    hidden,
  )
  const task = inferTask({
    told: everySighting.map((one) => one.use.task).find((one) => one !== null) ?? null,
    context: first.context,
    path: first.use.place.path,
    symbol: first.use.symbol,
    hints: everySighting.flatMap((one) => one.use.hints),
    isEmbeddingModel: first.model !== null && input.isEmbeddingModel(first.model),
    product: everySighting.map((one) => one.use.product).find((one) => one !== null) ?? null,
    repository: first.repository,
  })
  const dependency: Dependency = {
    id: `d-${shortDigest(key)}`,
    model: first.model,
    modelAsWritten: first.modelAsWritten,
    vendor: first.vendor,
    route: first.route,
    role: first.role,
    context: first.context,
    task: task.task,
    workflow: null,
    taskReason: `${task.reason} (confidence ${task.confidence})`,
    detection: detectionOf(everySighting),
    resolution: first.state,
    resolutionReason: first.stateReason,
    overridableBy: distinctSorted(findings.flatMap((one) => one.overridableBy)),
    environment: first.environment,
    detectors: distinctSorted(everySighting.map((one) => one.use.detector)),
    occurrences: occurrencesOf(findings, input),
    features,
    migrationEffort: effort.effort,
    migrationReason: effort.reason,
    fallbacks: distinctFallbacks(findings.flatMap((one) => input.fallbacksOf(one))),
    owners: [],
    ownerSource: 'none',
    ...(first.model === null
      ? { lifecycle: 'unknown' }
      : input.lifecycleOf({
          model: first.model,
          snapshot: snapshotOf(first),
          provider: first.route.provider,
        })),
    hidden,
    question: null,
  }
  return isOpen(dependency)
    ? { ...dependency, question: questionId(first.repository, first.modelAsWritten) }
    : dependency
}

function occurrencesOf(findings: readonly Finding[], input: DependencyInput): Occurrence[] {
  const occurrences = findings.map((finding): Occurrence => {
    const { path, line, column } = finding.use.place
    const end = finding.written
    const last = finding.hops.at(-1)
    const isTold = end === null || (last?.path === end.path && last.line === end.line)
    return {
      repository: finding.repository,
      path,
      line,
      column: column ?? 1,
      snippet: input.snippetOf(path, line),
      ...(finding.use.symbol === '' ? {} : { symbol: finding.use.symbol }),
      via: [
        ...finding.hops,
        ...(isTold ? [] : [{ path: end.path, line: end.line, kind: 'literal' }]),
      ],
    }
  })
  const byPlace = new Map(
    occurrences.map((one) => [`${one.path}\n${one.line}\n${one.column}`, one]),
  )
  return [...byPlace.values()].toSorted(
    (a, b) => compareText(a.path, b.path) || a.line - b.line || a.column - b.column,
  )
}

/**
 * Noisy-OR over methods; within one method more sightings add a little, at most 15 % of what is missing:
 * g = max + (1 − max) · min(0.05 (n − 1), 0.15).
 */
function detectionOf(findings: readonly Finding[]): number {
  const byMethod = new Map<string, number[]>()
  for (const { use } of findings) {
    byMethod.set(use.method, [...(byMethod.get(use.method) ?? []), Math.min(use.detection, 0.99)])
  }
  let miss = 1
  for (const sightings of byMethod.values()) {
    const best = Math.max(...sightings)
    miss *= 1 - (best + (1 - best) * Math.min(0.05 * (sightings.length - 1), 0.15))
  }
  return Math.round((1 - miss) * 1000) / 1000
}

function distinctFallbacks(fallbacks: readonly RegisterFallback[]): RegisterFallback[] {
  const byTarget = new Map(
    fallbacks.map((one) => [`${one.model ?? one.modelAsWritten}\n${one.provider}`, one]),
  )
  return [...byTarget.values()]
}

function distinctSorted<T extends string>(items: readonly T[]): T[] {
  return [...new Set(items)].toSorted(compareText)
}

function orderOf(dependency: Dependency): string {
  const [first] = dependency.occurrences
  const line = String(first?.line ?? 0).padStart(8, '0')
  return `${first?.repository}\n${first?.path}\n${line}\n${dependency.id}`
}
