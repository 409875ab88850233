import type { ConfigAnswer } from '../../schema/holdfast-config.ts'
import type { Dependency, Register } from '../../schema/register.ts'

/** Environments whose calls are no production work. */
const otherEnvironments =
  /^(?:dev|devel|development|local|localhost|test|tests|testing|qa|uat|stage|staging|preview|sandbox|demo)(?:$|[-_.\d])/i

const productionEnvironments = /^(?:prod|production|live)(?:$|[-_.\d])/i

/**
 * The dependencies of each workflow whose loss stops production: used or declared, in production or CI. What
 * developers' tools, tests, evaluations, documentation, generated and vendored files use stops no production; nor
 * does a value that holds for another environment, or a default that production replaces at the same place.
 * Answers of holdfast.yaml win over what the audit could not tell.
 */
export function stoppingDependencies(
  register: Register | null,
  answers: readonly ConfigAnswer[],
): ReadonlyMap<string, readonly Dependency[]> {
  const answered = new Map(answers.map((answer) => [answer.question, answer]))
  const byWorkflow = new Map<string, Dependency[]>()
  for (const found of register?.dependencies ?? []) {
    if (!stops(found)) continue
    const dependency = withAnswer(found, answered)
    if (dependency === null || dependency.workflow === null) continue
    const rows = byWorkflow.get(dependency.workflow) ?? []
    rows.push(dependency)
    byWorkflow.set(dependency.workflow, rows)
  }
  return new Map([...byWorkflow].map(([id, rows]) => [id, withoutReplacedDefaults(rows)]))
}

function stops({ role, context, environment }: Dependency): boolean {
  const isUsed = role === 'use' || role === 'declare'
  const isWork = context === 'production' || context === 'ci'
  return isUsed && isWork && (environment === null || !otherEnvironments.test(environment))
}

/** Null: somebody says that it is no model at all. */
function withAnswer(
  dependency: Dependency,
  answers: ReadonlyMap<string, ConfigAnswer>,
): Dependency | null {
  const answer = dependency.question === null ? undefined : answers.get(dependency.question)
  if (answer === undefined || dependency.model !== null) return dependency
  if (answer.model === null) return null
  return {
    ...dependency,
    model: answer.model,
    vendor: null,
    question: null,
    route: { ...dependency.route, provider: answer.provider ?? dependency.route.provider },
  }
}

function withoutReplacedDefaults(rows: readonly Dependency[]): readonly Dependency[] {
  const replaced = new Set(
    rows
      .filter(({ environment }) => environment !== null && productionEnvironments.test(environment))
      .map(placeOf),
  )
  return rows.filter((row) => row.environment !== null || !replaced.has(placeOf(row)))
}

function placeOf({ occurrences }: Dependency): string {
  const first = occurrences[0]
  return first === undefined ? '' : `${first.repository}\n${first.path}\n${first.line}`
}
