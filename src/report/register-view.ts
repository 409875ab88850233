import { compareText } from '../base/compare.ts'
import type { Dependency, Gap, Register, RegisterWorkflow } from '../schema/register.ts'
import type { Role } from '../schema/vocabulary.ts'
import { gapKindsWorstFirst, gapWords } from './gap-words.ts'
import { betterGrade } from './grade-words.ts'
import type { GradeOrNone } from './grade-words.ts'
import { jurisdictionsOf } from './jurisdictions.ts'
import type { ReportOptions } from './report-format.ts'

export const rolesShownByDefault: readonly Role[] = ['use', 'declare']

/** A model over a provider, as one workflow uses it. */
interface ModelUse {
  /** As resolved, else as written. */
  readonly model: string
  readonly isResolved: boolean
  readonly vendor: string | null
  readonly provider: string | null
  /** Codes of vendor and provider together. */
  readonly jurisdictions: readonly string[]
}

export interface WorkflowView {
  readonly workflow: RegisterWorkflow
  readonly grade: GradeOrNone
  readonly uses: readonly ModelUse[]
  readonly gaps: readonly Gap[]
}

/** A register as a reader needs it: the worst first, and only the roles that were asked for. */
export interface RegisterView {
  readonly register: Register
  /** With a role of `options.show`, in the order of the register. */
  readonly dependencies: readonly Dependency[]
  /** Riskiest first. */
  readonly workflows: readonly WorkflowView[]
  /** Worst first. */
  readonly gaps: readonly Gap[]
  /** Distinct, over roles use and declare. */
  readonly models: readonly string[]
  readonly vendors: readonly string[]
  /** How many dependencies have role use or declare. */
  readonly dependencyCount: number
  readonly openQuestions: Register['questions']
  readonly gradeOf: (dependency: Dependency) => GradeOrNone
}

export function viewRegister(register: Register, options: ReportOptions): RegisterView {
  const show = new Set(options.show ?? rolesShownByDefault)
  const counted = register.dependencies.filter(isCounted)
  const byId = new Map(register.dependencies.map((one) => [one.id, one]))
  const workflowById = new Map(register.workflows.map((one) => [one.id, one]))
  const gapsByWorkflow = groupGaps(register)
  const workflows = register.workflows
    .map((workflow): WorkflowView => {
      const own = workflow.dependencies.flatMap((id) => byId.get(id) ?? [])
      return {
        workflow,
        grade: workflow.fallbackGrade ?? 'none',
        uses: usesOf(workflow, own, options),
        gaps: gapsByWorkflow.get(workflow.id) ?? [],
      }
    })
    .toSorted((a, b) => compareRisk(a, b))
  const workflowRank = new Map(workflows.map((one, index) => [one.workflow.id, index]))
  return {
    register,
    dependencies: register.dependencies.filter((one) => show.has(one.role)),
    workflows,
    gaps: register.gaps.toSorted(
      (a, b) => gapRank(a) - gapRank(b) || rankOf(a, workflowRank) - rankOf(b, workflowRank),
    ),
    models: distinct(counted.flatMap((one) => one.model ?? [])),
    vendors: distinct(counted.flatMap((one) => one.vendor ?? [])),
    dependencyCount: counted.length,
    openQuestions: register.questions.filter((one) => one.answer === null),
    gradeOf: (dependency) => gradeOf(dependency, workflowById),
  }
}

function isCounted(dependency: Dependency): boolean {
  return dependency.role === 'use' || dependency.role === 'declare'
}

/** What stands in for this dependency: the best that its workflow or its own call site has. */
function gradeOf(
  dependency: Dependency,
  workflows: ReadonlyMap<string, RegisterWorkflow>,
): GradeOrNone {
  const workflow = dependency.workflow === null ? undefined : workflows.get(dependency.workflow)
  return dependency.fallbacks.reduce<GradeOrNone>(
    (best, fallback) => betterGrade(best, fallback.grade),
    workflow?.fallbackGrade ?? 'none',
  )
}

function usesOf(
  workflow: RegisterWorkflow,
  own: readonly Dependency[],
  options: ReportOptions,
): readonly ModelUse[] {
  const byKey = new Map<string, ModelUse>()
  for (const dependency of own) {
    const { model, vendor, route } = dependency
    const use: ModelUse = {
      model: model ?? dependency.modelAsWritten,
      isResolved: model !== null,
      vendor,
      provider: route.provider,
      jurisdictions: distinct([
        ...jurisdictionsOf('vendor', vendor, options),
        ...jurisdictionsOf('provider', route.provider, options),
      ]),
    }
    byKey.set(`${use.model}\n${use.provider}`, use)
  }
  for (const model of workflow.models) {
    if ([...byKey.values()].some((use) => use.model === model)) continue
    const vendor = model.split('/')[0] ?? null
    const jurisdictions = jurisdictionsOf('vendor', vendor, options)
    byKey.set(`${model}\nnull`, { model, isResolved: true, vendor, provider: null, jurisdictions })
  }
  return [...byKey.values()].toSorted(
    (a, b) =>
      Number(b.isResolved) - Number(a.isResolved) ||
      compareText(a.model, b.model) ||
      compareText(a.provider ?? '', b.provider ?? ''),
  )
}

function groupGaps(register: Register): ReadonlyMap<string, readonly Gap[]> {
  const workflowOf = new Map<string, string>()
  for (const workflow of register.workflows) {
    for (const id of workflow.dependencies) workflowOf.set(id, workflow.id)
  }
  const grouped = new Map<string, Gap[]>()
  for (const gap of register.gaps) {
    const workflow =
      gap.workflow ?? (gap.dependency === null ? undefined : workflowOf.get(gap.dependency))
    if (workflow === undefined) continue
    const gaps = grouped.get(workflow)
    if (gaps === undefined) grouped.set(workflow, [gap])
    else gaps.push(gap)
  }
  return grouped
}

const criticalityRank = { critical: 0, important: 1, supporting: 3 } as const

/** What people called critical first, then what has the worst gap, then what has the most of them. */
function compareRisk(a: WorkflowView, b: WorkflowView): number {
  return (
    criticalityOf(a) - criticalityOf(b) ||
    worstGap(a) - worstGap(b) ||
    b.gaps.length - a.gaps.length ||
    b.workflow.dependencies.length - a.workflow.dependencies.length ||
    compareText(a.workflow.id, b.workflow.id)
  )
}

function criticalityOf(view: WorkflowView): number {
  return view.workflow.criticality === null ? 2 : criticalityRank[view.workflow.criticality]
}

function worstGap(view: WorkflowView): number {
  return Math.min(gapKindsWorstFirst.length, ...view.gaps.map(gapRank))
}

function gapRank(gap: Gap): number {
  return gapKindsWorstFirst.indexOf(gap.kind)
}

function rankOf(gap: Gap, ranks: ReadonlyMap<string, number>): number {
  return (gap.workflow === null ? undefined : ranks.get(gap.workflow)) ?? ranks.size
}

export interface GapGroup {
  readonly kind: Gap['kind']
  readonly words: (typeof gapWords)[Gap['kind']]
  readonly gaps: readonly Gap[]
}

/** Gaps by kind, worst kind first; kinds without gaps are left out. */
export function gapsByKind(gaps: readonly Gap[]): readonly GapGroup[] {
  return gapKindsWorstFirst
    .map((kind) => ({
      kind,
      words: gapWords[kind],
      gaps: gaps.filter((gap) => gap.kind === kind),
    }))
    .filter((group) => group.gaps.length > 0)
}

export function distinct(items: readonly string[]): readonly string[] {
  return [...new Set(items)].toSorted(compareText)
}
