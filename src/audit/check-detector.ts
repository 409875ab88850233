import { type LinearTimeOptions, linearTimeProblem } from '../base/linear-time-problem.ts'
import type { Detector, Fixture } from '../schema/detector.ts'
import type { Dependency } from '../schema/register.ts'

/** What a fixture showed: empty when the detector does what it says. */
export type FixtureProblem = string

/** Runs files through the whole audit, in memory. */
export type FixtureAudit = (files: Readonly<Record<string, string>>) => Promise<FixtureOutcome>

interface FixtureOutcome {
  readonly dependencies: readonly Dependency[]
  /** `detector/rule` of every fact, those without a model included. */
  readonly fired: ReadonlySet<string>
}

/** Every rule has been seen to fire in a hit, every expectation holds, and near misses stay silent. */
export async function checkDetector(
  detector: Detector,
  audit: FixtureAudit,
): Promise<readonly FixtureProblem[]> {
  const problems: FixtureProblem[] = lintDetector(detector)
  const fired = new Set<string>()
  for (const [index, fixture] of detector.fixtures.hits.entries()) {
    const name = `hit ${fixture.name ?? index + 1}`
    const outcome = await audit(filesOf(fixture))
    const own = [...outcome.fired].filter((rule) => rule.startsWith(`${detector.id}/`))
    for (const rule of own) fired.add(rule)
    if (own.length === 0) problems.push(`${name}: no rule of this detector fires`)
    problems.push(...unmet(fixture, outcome.dependencies).map((text) => `${name}: ${text}`))
  }
  for (const rule of detector.rules) {
    if (!fired.has(`${detector.id}/${rule.id}`))
      problems.push(`rule ${rule.id} fires in no hit fixture`)
  }
  for (const [index, fixture] of detector.fixtures.nearMisses.entries()) {
    const name = `near miss ${fixture.name ?? index + 1}`
    const { dependencies } = await audit(filesOf(fixture))
    const wrong = dependencies.filter(
      (one) =>
        (one.role === 'use' || one.role === 'declare') &&
        one.detectors.some((rule) => rule.startsWith(`${detector.id}/`)),
    )
    problems.push(
      ...wrong.map(
        (one) => `${name}: finds ${one.modelAsWritten} at line ${one.occurrences[0]?.line}`,
      ),
      ...unmet(fixture, dependencies).map((text) => `${name}: ${text}`),
    )
  }
  return problems
}

/** What can be told without running it: keywords, linear-time expressions, groups that nothing reads. */
function lintDetector(detector: Detector): FixtureProblem[] {
  const problems: FixtureProblem[] = []
  const needsKeywords =
    !detector.rules.every((rule) => 'file' in rule) && detector.files === undefined
  if (needsKeywords && detector.keywords.length === 0)
    problems.push('keywords are empty and no files are named')
  for (const keyword of detector.keywords) {
    if (/^(?:model|models|name|version|provider|api|key|url)$/i.test(keyword)) {
      problems.push(`keyword \`${keyword}\` stands in almost every file`)
    }
  }
  const ids = detector.rules.map((rule) => rule.id)
  for (const id of new Set(ids)) {
    if (ids.filter((one) => one === id).length > 1) problems.push(`rule id ${id} stands twice`)
  }
  for (const { where, pattern, ...options } of patternsOf(detector)) {
    const reason = linearTimeProblem(pattern, options)
    if (reason !== null) problems.push(`${where}: ${reason}`)
  }
  return problems
}

interface DetectorPattern extends LinearTimeOptions {
  readonly where: string
  readonly pattern: string
}

function patternsOf(detector: Detector): readonly DetectorPattern[] {
  return detector.rules.flatMap((rule): readonly DetectorPattern[] => {
    if ('call' in rule) {
      const { callee, where } = rule.call
      return [{ where: `${rule.id}.callee`, pattern: callee }, ...wherePatterns(rule.id, where)]
    }
    if ('pattern' in rule) {
      const { regex, ignoreCase } = rule.pattern
      return [{ where: `${rule.id}.regex`, pattern: regex, isSearched: true, ignoreCase }]
    }
    if ('structure' in rule) {
      const { where, extract } = rule.structure
      return [
        ...wherePatterns(rule.id, where),
        ...(extract === undefined ? [] : [{ where: `${rule.id}.extract`, pattern: extract }]),
      ]
    }
    return []
  })
}

function wherePatterns(
  rule: string,
  where: Readonly<Record<string, string>>,
): readonly DetectorPattern[] {
  return Object.entries(where).map(([name, pattern]) => ({
    where: `${rule}.where.${name}`,
    pattern,
  }))
}

function filesOf(fixture: Fixture): Readonly<Record<string, string>> {
  const single =
    fixture.path === undefined || fixture.content === undefined
      ? {}
      : { [fixture.path]: fixture.content }
  return { ...single, ...fixture.files }
}

function unmet(fixture: Fixture, dependencies: readonly Dependency[]): readonly string[] {
  return fixture.expect.flatMap((expected) => {
    const met = dependencies.some(
      (one) =>
        (expected.model === undefined || one.model === expected.model) &&
        (expected.modelAsWritten === undefined || one.modelAsWritten === expected.modelAsWritten) &&
        (expected.role === undefined || one.role === expected.role) &&
        (expected.provider === undefined || one.route.provider === expected.provider) &&
        (expected.resolution === undefined || one.resolution === expected.resolution) &&
        (expected.fallback === undefined ||
          one.fallbacks.some(
            (fallback) => (fallback.model ?? fallback.modelAsWritten) === expected.fallback,
          )) &&
        (expected.line === undefined || standsAt(one, expected.line)),
    )
    return met ? [] : [`expected ${JSON.stringify(expected)}; found ${found(dependencies)}`]
  })
}

function standsAt(dependency: Dependency, line: number): boolean {
  return dependency.occurrences.some(
    (one) => one.line === line || one.via.some((hop) => hop.line === line),
  )
}

function found(dependencies: readonly Dependency[]): string {
  const texts = dependencies.map(
    (one) =>
      `${one.model ?? `(${one.modelAsWritten})`} ${one.role} ${one.route.provider ?? '-'} ${one.resolution} line ${one.occurrences.map((place) => place.line).join(',')}`,
  )
  return texts.length === 0 ? 'nothing' : texts.join('; ')
}
