import { canonicalJson } from '../../base/canonical-json.ts'
import { shortDigest } from '../../base/digest.ts'
import {
  type RecordedAnswer,
  redactionRules,
  withoutNearCopies,
} from '../../qualification/index.ts'
import type { CapturedTask } from '../../schema/captured-task.ts'
import type { ConfigWorkflow } from '../../schema/holdfast-config.ts'
import type { Task, TaskSetHeader } from '../../schema/task-set.ts'
import type { WrittenSet } from '../tasks/write-task-set.ts'

export interface CapturedSet extends WrittenSet {
  /** Calls that were drawn and became no task, by reason. */
  readonly leftOut: ReadonlyMap<string, number>
  /** Tasks that say nearly what another says. */
  readonly nearCopies: number
  /** Of what was taken out, by kind. */
  readonly redacted: ReadonlyMap<string, number>
}

export interface SetWishes {
  readonly id: string
  readonly workflow: string
  /** Null: holdfast.yaml does not have it any more. */
  readonly configured: ConfigWorkflow | null
  readonly today: string
}

type Kept = Extract<CapturedTask['content'], { kind: 'task' }>

/** A task set of what was captured, for a person to look through. */
export function capturedSet(captured: readonly CapturedTask[], wishes: SetWishes): CapturedSet {
  const kept = new Map<string, { readonly task: Task; readonly content: Kept }>()
  const leftOut = new Map<string, number>()
  const redacted = new Map<string, number>()
  for (const { content, day } of captured) {
    if (content.kind === 'left-out') {
      count(leftOut, content.reason, 1)
      continue
    }
    for (const [kind, times] of Object.entries(content.redacted)) count(redacted, kind, times)
    const id = `t-${shortDigest(canonicalJson(content.request), 16)}`
    // The first of several that ask the very same.
    if (!kept.has(id)) kept.set(id, { task: taskOf(id, content, day), content })
  }
  const tasks = withoutNearCopies([...kept.values()].map(({ task }) => task))
  const recorded = new Map<string, RecordedAnswer>()
  for (const { id } of tasks) {
    const content = kept.get(id)?.content
    const answer = content === undefined ? null : incumbentsAnswer(content, wishes.configured)
    if (answer !== null) recorded.set(id, answer)
  }
  const drawn = captured.length
  const lost = [...leftOut.values()].reduce((sum, one) => sum + one, 0)
  const nearCopies = drawn - lost - tasks.length
  const header = headerOf(captured, wishes, { lost, nearCopies })
  return { header, tasks, recorded, leftOut, nearCopies, redacted }
}

function taskOf(id: string, { cluster, request }: Kept, day: string): Task {
  return { id, cluster, request, provenance: { kind: 'captured', at: day } }
}

/** What the model of the workflow answered by itself; what others did is no incumbent's answer. */
function incumbentsAnswer(
  { answer, model, providerModel, outcome }: Kept,
  configured: ConfigWorkflow | null,
): RecordedAnswer | null {
  const isIncumbent = configured?.model === undefined || configured.model === model
  if (answer === null || outcome !== 'direct' || !isIncumbent) return null
  return { model: providerModel ?? model, answer }
}

function headerOf(
  captured: readonly CapturedTask[],
  { id, workflow, configured, today }: SetWishes,
  { lost, nearCopies }: { readonly lost: number; readonly nearCopies: number },
): TaskSetHeader {
  const days = captured.map(({ day }) => day).toSorted()
  const rates = [...new Set(captured.map(({ rate }) => rate))].join(', ')
  const rules = new Set(
    captured.flatMap(({ content }) => (content.kind === 'task' ? [content.rules] : [])),
  )
  return {
    schemaVersion: 1,
    id,
    title: `calls of the workflow ${workflow}, ${days[0] ?? today} to ${days.at(-1) ?? today}`,
    task: configured?.task ?? 'other',
    workflow,
    licence: 'proprietary',
    provenance: { kind: 'captured', source: `the gateway, workflow ${workflow}`, at: today },
    redaction: { state: 'redacted', rules: rules.size === 1 ? [...rules][0] : redactionRules },
    review: 'needed',
    notes: `${captured.length} calls drawn at a rate of ${rates}; ${lost} of them became no task, ${nearCopies} say nearly what another says`,
  }
}

function count(counts: Map<string, number>, kind: string, by: number): void {
  counts.set(kind, (counts.get(kind) ?? 0) + by)
}
