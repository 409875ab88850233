import { canonicalJson } from '../base/canonical-json.ts'
import type { CedarExpression, CedarPolicy } from './cedar-engine.ts'
import type { TestAnswers } from './side-classes.ts'
import { scopeExpression, type Side, type TestedParts } from './tested-parts.ts'

/** A test that must come out so before anything behind it is looked at. */
export interface FirstTest {
  readonly side: Side
  /** Place among the tests of the side. */
  readonly index: number
  readonly expected: 'y' | 'n'
}

/** The tests that a policy makes first, up to the first part that mixes sides. */
export function firstTests(policy: CedarPolicy, parts: TestedParts): readonly FirstTest[] {
  const conditions = [
    { kind: 'when', body: scopeExpression('principal', policy.principal) },
    { kind: 'when', body: scopeExpression('resource', policy.resource) },
    ...policy.conditions,
  ]
  const first: FirstTest[] = []
  for (const { kind, body } of conditions) {
    for (const part of kind === 'when' ? conjuncts(body, parts) : [body]) {
      if (isTrue(part)) continue
      const test = parts.places.get(canonicalJson(part))
      if (test === undefined) return first
      first.push({ ...test, expected: kind === 'when' ? 'y' : 'n' })
    }
  }
  return first
}

/** Whether a policy can hold. A test that failed says nothing: then Cedar has to be asked. */
export function canHold(
  tests: readonly FirstTest[],
  answers: Readonly<Record<Side, TestAnswers>>,
): boolean {
  for (const { side, index, expected } of tests) {
    const answer = answers[side][index]
    if (answer !== 'y' && answer !== 'n') return true
    if (answer !== expected) return false
  }
  return true
}

/** What is joined by `&&`, in the order in which Cedar looks at it. */
function conjuncts(expression: CedarExpression, parts: TestedParts): readonly CedarExpression[] {
  const joined = expression['&&'] as
    | { readonly left: CedarExpression; readonly right: CedarExpression }
    | undefined
  if (joined === undefined || parts.places.has(canonicalJson(expression))) return [expression]
  return [...conjuncts(joined.left, parts), ...conjuncts(joined.right, parts)]
}

function isTrue(expression: CedarExpression): boolean {
  return expression['Value'] === true
}
