import type { Detector, Fixture } from '../schema/detector.ts'
import type { Dependency } from '../schema/register.ts'

/** What a fixture showed: empty when the detector does what it says. */
export type FixtureProblem = string

/** Runs files through the whole audit, in memory. */
export type FixtureAudit = (files: Readonly<Record<string, string>>) => Promise<FixtureOutcome>

export interface FixtureOutcome {
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
    if (!fired.has(`${detector.id}/${rule.id}`)) problems.push(`rule ${rule.id} fires in no hit fixture`)
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
      ...wrong.map((one) => `${name}: finds ${one.modelAsWritten} at line ${one.occurrences[0]?.line}`),
      ...unmet(fixture, dependencies).map((text) => `${name}: ${text}`),
    )
  }
  return problems
}

/** What can be told without running it: keywords, linear-time expressions, groups that nothing reads. */
export function lintDetector(detector: Detector): FixtureProblem[] {
  const problems: FixtureProblem[] = []
  const needsKeywords = !detector.rules.every((rule) => 'file' in rule) && detector.files === undefined
  if (needsKeywords && detector.keywords.length === 0) problems.push('keywords are empty and no files are named')
  for (const keyword of detector.keywords) {
    if (/^(?:model|models|name|version|provider|api|key|url)$/i.test(keyword)) {
      problems.push(`keyword \`${keyword}\` stands in almost every file`)
    }
  }
  const ids = detector.rules.map((rule) => rule.id)
  for (const id of new Set(ids)) {
    if (ids.filter((one) => one === id).length > 1) problems.push(`rule id ${id} stands twice`)
  }
  for (const { where, pattern } of patternsOf(detector)) {
    const reason = linearTimeProblem(pattern)
    if (reason !== null) problems.push(`${where}: ${reason}`)
  }
  return problems
}

function patternsOf(detector: Detector): readonly { readonly where: string; readonly pattern: string }[] {
  return detector.rules.flatMap((rule) => {
    if ('call' in rule) return [{ where: `${rule.id}.callee`, pattern: rule.call.callee }]
    if ('pattern' in rule) return [{ where: `${rule.id}.regex`, pattern: rule.pattern.regex }]
    if ('structure' in rule) {
      const { where, extract } = rule.structure
      return [
        ...Object.entries(where).map(([path, pattern]) => ({ where: `${rule.id}.where.${path}`, pattern })),
        ...(extract === undefined ? [] : [{ where: `${rule.id}.extract`, pattern: extract }]),
      ]
    }
    return []
  })
}

/**
 * Why an expression may take more than linear time, or null. Look-around and back-references are refused, and a
 * repetition that may hold another open repetition is: `(a+)+`. What is left is the subset that automata match.
 */
export function linearTimeProblem(pattern: string): string | null {
  try {
    RegExp(pattern)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  if (/\(\?<?[=!]/.test(pattern)) return 'look-around is not allowed'
  if (/\\[1-9]|\\k</.test(pattern)) return 'back-references are not allowed'
  return nestedRepetition(pattern) ? 'a repetition inside a repetition may take exponential time' : null
}

function nestedRepetition(pattern: string): boolean {
  const open: boolean[] = []
  let lastGroupRepeats = false
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index]
    if (character === '\\') {
      index += 1
      lastGroupRepeats = false
      continue
    }
    if (character === '[') {
      index = classEnd(pattern, index)
      lastGroupRepeats = false
      continue
    }
    if (character === '(') open.push(false)
    else if (character === ')') lastGroupRepeats = open.pop() ?? false
    else if (isOpenRepetition(pattern, index)) {
      const follows = pattern[index - 1] === ')'
      if (follows && lastGroupRepeats) return true
      if (open.length > 0) open[open.length - 1] = true
    }
    if (character === ')' && lastGroupRepeats && open.length > 0) open[open.length - 1] = true
  }
  return false
}

function isOpenRepetition(pattern: string, index: number): boolean {
  const character = pattern[index]
  if (character === '*' || character === '+') return true
  return character === '{' && /^\{\d*,\}/.test(pattern.slice(index))
}

function classEnd(pattern: string, start: number): number {
  let index = start + 1
  while (index < pattern.length && pattern[index] !== ']') index += pattern[index] === '\\' ? 2 : 1
  return index
}

export function filesOf(fixture: Fixture): Readonly<Record<string, string>> {
  const single =
    fixture.path === undefined || fixture.content === undefined ? {} : { [fixture.path]: fixture.content }
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
          one.fallbacks.some((fallback) => (fallback.model ?? fallback.modelAsWritten) === expected.fallback)) &&
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
