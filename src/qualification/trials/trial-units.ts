import { compareText } from '../../base/compare.ts'
import type { Task } from '../../schema/task-set.ts'
import type { TrialTask } from '../verdict/trial-evidence.ts'
import { inSeededOrder } from './planned-calls.ts'

/** One comparison of a trial: a task, and which answer to it. Several answers to one task are a cluster. */
export interface TrialUnit extends TrialTask {
  /** Id of the task. */
  readonly item: string
  readonly attempt: number
}

/** All comparisons in the order in which they count: the seed decides it, and clusters stay together. */
export function trialUnits(
  seed: string,
  tasks: readonly Pick<Task, 'id' | 'cluster'>[],
  attempts: number,
): readonly TrialUnit[] {
  const units = tasks.flatMap(({ id, cluster = id }) =>
    Array.from({ length: attempts }, (_, index) => ({
      id: attempts === 1 ? id : `${id}#${index + 1}`,
      item: id,
      attempt: index + 1,
      cluster,
    })),
  )
  const clusters = [...new Set(units.map(({ cluster }) => cluster))].toSorted(compareText)
  const places = new Map(
    inSeededOrder(`${seed}\nclusters`, clusters, (one) => one).map((one, at) => [one, at]),
  )
  return inSeededOrder(`${seed}\nunits`, units, ({ id }) => id).toSorted(
    (a, b) => (places.get(a.cluster) ?? 0) - (places.get(b.cluster) ?? 0),
  )
}

/** Parts of them, one a look: all of a task in one part, and no cluster cut where that can be helped. */
export function looksOf(
  units: readonly TrialUnit[],
  lookEvery: number,
): readonly (readonly TrialUnit[])[] {
  const looks: TrialUnit[][] = []
  let open: TrialUnit[] = []
  for (const unit of units) {
    const last = open.at(-1)
    if (open.length >= lookEvery && last !== undefined && last.cluster !== unit.cluster) {
      looks.push(open)
      open = []
    }
    open.push(unit)
  }
  if (open.length > 0) looks.push(open)
  return looks
}
