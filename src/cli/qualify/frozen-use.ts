import { readFrozen, findFrozen } from './frozen-answers.ts'
import type { TrialParameters } from '../../schema/trial-parameters.ts'
import type { TrialTarget } from './trial-target.ts'
import type { TriedTasks } from './tried-tasks.ts'

/** Frozen answers of an incumbent, and what there is of them for the tasks of a trial. */
export interface FrozenUse {
  readonly path: string
  readonly parameters: NonNullable<TrialParameters['frozen']>
  /** Tasks that have an answer. */
  readonly covered: number
  /** Tasks that have one answer more than is compared, so that noise can be seen in them. */
  readonly repeated: readonly string[]
}

/** The newest frozen answers for a comparison; null: there are none. */
export async function frozenFor(
  folder: string,
  { workflow, incumbent, trial }: TrialTarget,
  { set, corpus }: TriedTasks,
): Promise<FrozenUse | null> {
  const file = await findFrozen(folder, {
    workflow: workflow.id,
    model: incumbent.model,
    taskSet: corpus,
  })
  if (file === null) return null
  const known = new Set(set.tasks.map(({ id }) => id))
  const answers = new Map<string, number>()
  const reading = readFrozen(file.path)
  let step = await reading.next()
  for (; step.done !== true; step = await reading.next()) {
    const { item, attempt } = step.value
    if (known.has(item)) answers.set(item, Math.max(answers.get(item) ?? 0, attempt))
  }
  const { trial: asker, from, until } = file.header
  return {
    path: file.path,
    parameters: {
      trial: asker,
      digest: step.value,
      from,
      until,
      attempts: Math.max(1, ...answers.values()),
    },
    covered: answers.size,
    repeated: [...answers].flatMap(([item, count]) => (count > trial.attempts ? item : [])),
  }
}
