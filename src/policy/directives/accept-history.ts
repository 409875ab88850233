import { canonicalJson } from '../../base/canonical-json.ts'
import type { CarveOut, Directive, DirectiveStatus } from '../../schema/directive.ts'
import { canRestrict, clauseOf } from '../directive-state.ts'
import { sparesNoMore } from './carve-out-width.ts'
import { reachesNoLess } from './scope-width.ts'

export interface Acceptance {
  /** The version that is enforced: the one of the file, or the last one that was accepted. */
  readonly inForce: Directive
  /** The file differs from what was accepted, and is accepted: it has to be kept. */
  readonly isNew: boolean
  /** Why the file is not accepted; empty when it is. */
  readonly problems: readonly string[]
}

export interface AcceptanceRules {
  /** A relief needs two named persons. */
  readonly twoPerson: boolean
}

/**
 * Holds a directive against the version that was last accepted (decision 0009). History is only ever appended to,
 * and whatever allows more than before names its source and who entered it.
 */
export function acceptDirective(
  accepted: Directive | null,
  current: Directive,
  rules: AcceptanceRules,
): Acceptance {
  if (accepted === null) return { inForce: current, isNew: true, problems: [] }
  if (canonicalJson(accepted) === canonicalJson(current)) {
    return { inForce: accepted, isNew: false, problems: [] }
  }
  const { lost, added } = compareHistory(accepted.status, current.status)
  const problems = [
    ...lost.map(
      (line) =>
        `the status line ${lineText(line)} is gone or was changed; the history is only appended to`,
    ),
    ...lineProblems(added, rules),
    ...carveOutProblems(accepted, current, rules),
    ...ruleProblems(accepted, current, added, rules),
  ]
  return problems.length === 0
    ? { inForce: current, isNew: true, problems }
    : { inForce: accepted, isNew: false, problems }
}

/** The names in `by`; the same person twice is one person. */
export function personsOf(by: string | readonly string[] | undefined): ReadonlySet<string> {
  const names = by === undefined ? [] : typeof by === 'string' ? [by] : by
  return new Set(
    names
      .map((name) => name.trim().toLowerCase().replace(/\s+/g, ' '))
      .filter((name) => name !== ''),
  )
}

/**
 * The accepted lines must all be there in their order. Lines may come between them: a directive that ships may gain
 * one while the organisation has added another, and only instants decide in which order lines are read.
 */
function compareHistory(
  accepted: readonly DirectiveStatus[],
  current: readonly DirectiveStatus[],
): { readonly lost: readonly DirectiveStatus[]; readonly added: readonly DirectiveStatus[] } {
  const texts = current.map((line) => canonicalJson(line))
  const lost: DirectiveStatus[] = []
  const added = new Set(current)
  let next = 0
  for (const line of accepted) {
    const at = texts.indexOf(canonicalJson(line), next)
    const found = current[at]
    if (found === undefined) lost.push(line)
    else {
      added.delete(found)
      next = at + 1
    }
  }
  return { lost, added: [...added] }
}

export function lineText(line: DirectiveStatus): string {
  return `\`${line.is}\` ${line.at ?? line.on}`
}

function lineProblems(
  added: readonly DirectiveStatus[],
  rules: AcceptanceRules,
): readonly string[] {
  return added
    .filter((line) => line.is === 'lifted' || line.is === 'suspended')
    .flatMap((line) => signatureProblems(`the status line ${lineText(line)}`, line, rules))
}

/** A carve-out is a relief unless one that was accepted spares at least as much. */
function carveOutProblems(
  accepted: Directive,
  current: Directive,
  rules: AcceptanceRules,
): readonly string[] {
  return current.carveOuts.flatMap((carveOut, index) =>
    accepted.carveOuts.some((before) => sparesNoMore(carveOut, before))
      ? []
      : signatureProblems(`the clause \`${clauseOf(carveOut, index)}\``, carveOut, rules),
  )
}

type Signed = Pick<DirectiveStatus | CarveOut, 'source' | 'by'>

function signatureProblems(
  what: string,
  signed: Signed,
  rules: AcceptanceRules,
): readonly string[] {
  const needed = rules.twoPerson ? 2 : 1
  const missing = [
    ...(signed.source === undefined ? ['`source`'] : []),
    ...(personsOf(signed.by).size < needed
      ? [rules.twoPerson ? '`by` with two named persons' : '`by` with a named person']
      : []),
  ]
  return missing.length === 0 ? [] : [`${what} allows more and lacks ${missing.join(' and ')}`]
}

/** What changes the rule itself is signed by a status line that comes with it, since the rule has no `by`. */
function ruleProblems(
  accepted: Directive,
  current: Directive,
  added: readonly DirectiveStatus[],
  rules: AcceptanceRules,
): readonly string[] {
  const template =
    current.template === true && accepted.template !== true ? ['it has become a template'] : []
  if (added.some((line) => signatureProblems('', line, rules).length === 0)) return template
  const changes = [
    ...(reachesNoLess(accepted.scope, current.scope) ? [] : ['the scope may reach less']),
    ...(accepted.effect === 'forbid' && current.effect !== 'forbid'
      ? ['the effect is weaker']
      : []),
    ...(canRestrict(accepted.instrument) && !canRestrict(current.instrument)
      ? [`a \`${current.instrument}\` restricts less`]
      : []),
  ]
  const needed = rules.twoPerson ? 'two named persons in `by`' : 'a named person in `by`'
  return [
    ...template,
    ...changes.map(
      (change) =>
        `${change} than before; append a status line with \`source\` and ${needed} that says so`,
    ),
  ]
}
