import type { DecisionReason } from '../../schema/decision.ts'
import type { Permission } from '../contingency.ts'
import type { Option, PortfolioWorkflow } from '../portfolio.ts'
import type { CompiledPortfolio } from './compiled-portfolio.ts'
import { classes } from './outcome-words.ts'

type Reasons = readonly (DecisionReason | null)[]

/** By route. */
type Answers = Map<string, Reasons>

const permitted: Reasons = classes.map(() => null)

/**
 * Policy is slow and its answers repeat: it is asked once for each model, route, class and kind of workflow that it
 * tells apart. Where it tells all workflows apart, only the answers about the last one are kept.
 */
class PermissionAnswers {
  readonly permission: Permission | undefined
  private readonly byKind = new Map<string, Map<string, Answers>>()
  private lastWorkflow: PortfolioWorkflow | null = null
  private ofLast = new Map<string, Answers>()

  constructor(permission: Permission | undefined) {
    this.permission = permission
  }

  /** By class why the option is denied. Policy has no say about tools and people, nor about a model nobody knows. */
  reasonsFor(workflow: PortfolioWorkflow, option: Option): Reasons {
    const { permission } = this
    if (permission === undefined || option.kind !== 'model' || option.model === null) {
      return permitted
    }
    const ofModel = this.knownFor(workflow, permission, option.model)
    // A route has one provider; only where no route is known the provider stands for it.
    const access = option.route ?? `provider\n${option.provider ?? ''}`
    const known = ofModel.get(access)
    if (known !== undefined) return known
    const answers = classes.map((one) => permission(workflow, option, one))
    ofModel.set(access, answers)
    return answers
  }

  private knownFor(workflow: PortfolioWorkflow, permission: Permission, model: string): Answers {
    const ofKind = this.ofKind(workflow, permission)
    const known = ofKind.get(model) ?? new Map<string, Reasons>()
    ofKind.set(model, known)
    return known
  }

  private ofKind(workflow: PortfolioWorkflow, permission: Permission): Map<string, Answers> {
    if (permission.sameFor !== undefined) {
      const kind = permission.sameFor(workflow)
      const known = this.byKind.get(kind) ?? new Map<string, Answers>()
      this.byKind.set(kind, known)
      return known
    }
    if (this.lastWorkflow !== workflow) {
      this.lastWorkflow = workflow
      this.ofLast = new Map()
    }
    return this.ofLast
  }
}

export type { PermissionAnswers }

/** A permission is a value: what it has answered is kept as long as somebody holds it. */
const answered = new WeakMap<Permission, PermissionAnswers>()

export function answersOf(permission: Permission | undefined): PermissionAnswers {
  if (permission === undefined) return new PermissionAnswers(permission)
  const known = answered.get(permission) ?? new PermissionAnswers(permission)
  answered.set(permission, known)
  return known
}

/** Of each option the classes that policy denies it to, a bit each. */
export function deniedClasses(
  portfolio: CompiledPortfolio,
  answers: PermissionAnswers,
): Uint8Array {
  const denied = new Uint8Array(portfolio.optionSet.length)
  if (answers.permission === undefined) return denied
  let number = 0
  for (const workflow of portfolio.portfolio.workflows) {
    for (const need of workflow.needs) {
      for (const option of need.options) {
        for (const [one, reason] of answers.reasonsFor(workflow, option).entries()) {
          if (reason !== null) denied[number] = (denied[number] ?? 0) | (1 << one)
        }
        number += 1
      }
    }
  }
  return denied
}
