import { Fault } from '../base/fault.ts'
import type { CedarEngine, CedarPolicy, CedarProblem } from './cedar-engine.ts'
import { cedarSchema } from './cedar-schema.ts'
import { ownPoliciesMax, ownPolicyCharactersMax } from './limits.ts'
import type { PolicyUnit } from './policy-unit.ts'

/** A file of policies/ beside holdfast.yaml. */
export interface OwnPolicies {
  readonly name: string
  readonly text: string
}

/** An organisation's own policies, each a unit of its own. A permit of theirs undoes no forbid: Cedar sees to it. */
export function compileOwnPolicies(
  files: readonly OwnPolicies[],
  engine: CedarEngine,
): readonly PolicyUnit[] {
  const units = files.flatMap((file) => compileFile(file, engine))
  if (units.length > ownPoliciesMax) {
    throw new Fault('HF_POLICY_INVALID', `${units.length} own policies are too many`, {
      expected: `at most ${ownPoliciesMax}`,
    })
  }
  return units
}

function compileFile(file: OwnPolicies, engine: CedarEngine): readonly PolicyUnit[] {
  if (file.text.length > ownPolicyCharactersMax) {
    throw new Fault('HF_POLICY_INVALID', `\`${file.name}\` is too long`, {
      place: { path: file.name },
      expected: `at most ${ownPolicyCharactersMax} characters`,
    })
  }
  const parsed = engine.parse(file.text)
  if ('problems' in parsed) throw invalid(file, parsed.problems)
  const { errors } = engine.validate(cedarSchema, file.text)
  if (errors.length > 0) throw invalid(file, errors)
  const inexact = parsed.policies.findIndex(({ policy }) => hasInexactNumber(policy))
  if (inexact >= 0) {
    throw new Fault('HF_POLICY_INVALID', `policy ${inexact + 1} has a number that is too large`, {
      place: placeOf(file, byteOf(file.text, parsed.policies[inexact]?.text ?? '')),
      expected: `whole numbers up to ${Number.MAX_SAFE_INTEGER}`,
    })
  }
  const names = new Set<string>()
  return parsed.policies.map(({ policy }, index) => {
    const name = policy.annotations?.['id'] ?? `policy-${index + 1}`
    if (names.has(name)) {
      throw new Fault('HF_POLICY_INVALID', `two policies are called \`${name}\``, {
        place: placeOf(file, byteOf(file.text, parsed.policies[index]?.text ?? '')),
        expected: 'an `@id` of its own for each policy',
      })
    }
    names.add(name)
    return unitOf(file.name, name, policy)
  })
}

function unitOf(file: string, name: string, policy: CedarPolicy): PolicyUnit {
  const isForbid = policy.effect === 'forbid'
  const title = `\`${name}\` of ${file}`
  return {
    id: `own:${file}:${name}`,
    kind: 'own',
    title: `${name} (${file})`,
    rules: [
      {
        id: `own/${file}/${name}`,
        policy,
        reason: {
          code: isForbid ? 'organisation-policy' : 'base-permit',
          directive: null,
          clause: null,
          source: file,
          review: null,
          text: `the policy ${title} ${isForbid ? 'forbids' : 'permits'} this use`,
          needed: isForbid ? [`a change of the policy ${title}`] : [],
        },
      },
    ],
    markers: [],
  }
}

function invalid(file: OwnPolicies, problems: readonly CedarProblem[]): Fault {
  const [first, ...rest] = problems
  const said = (problem: CedarProblem) =>
    problem.help === null ? problem.message : `${problem.message} (${problem.help})`
  return new Fault('HF_POLICY_INVALID', first === undefined ? 'not valid' : said(first), {
    place: placeOf(file, first?.byte ?? null),
    expected: 'policies that fit the schema which `holdfast policy show --schema` prints',
    others: rest.slice(0, 10).map((problem) => {
      const { line, column } = placeOf(file, problem.byte)
      return `${file.name}:${line}:${column} ${said(problem)}`
    }),
  })
}

/** Beyond 2^53 a number would come out of JSON as another one, and the rule would be another rule. */
function hasInexactNumber(value: unknown): boolean {
  if (typeof value === 'bigint') return true
  if (typeof value === 'number') return !Number.isSafeInteger(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(hasInexactNumber)
}

function byteOf(text: string, part: string): number | null {
  const at = text.indexOf(part)
  return at < 0 ? null : new TextEncoder().encode(text.slice(0, at)).length
}

/** Cedar counts bytes of UTF-8, people lines. */
function placeOf(file: OwnPolicies, byte: number | null) {
  if (byte === null) return { path: file.name, line: 1, column: 1 }
  const before = new TextDecoder().decode(new TextEncoder().encode(file.text).slice(0, byte))
  const lines = before.split('\n')
  return { path: file.name, line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}
