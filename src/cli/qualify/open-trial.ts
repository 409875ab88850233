import { digest } from '../../base/digest.ts'
import {
  looksOf,
  type PlannedCall,
  sampledItems,
  scrambledItems,
  type TrialUnit,
  trialUnits,
} from '../../qualification/index.ts'
import { Preregistration } from '../../schema/preregistration.ts'
import type { Task } from '../../schema/task-set.ts'
import type { TrialParameters } from '../../schema/trial-parameters.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import { parametersOf } from './registration.ts'
import type { TriedTasks } from './tried-tasks.ts'

/** A registered trial with its tasks: everything that the seed has decided stands in it. */
export interface OpenTrial {
  readonly record: TrialRecord
  readonly registration: Preregistration
  readonly parameters: TrialParameters
  readonly tried: TriedTasks
  readonly tasks: ReadonlyMap<string, Task>
  /** All comparisons in their order. */
  readonly units: readonly TrialUnit[]
  readonly looks: readonly Look[]
  /** Tasks that the incumbent is asked once more; with frozen answers: all that have one more. */
  readonly repeated: ReadonlySet<string>
}

/** Comparisons after which the trial is looked at. */
export interface Look {
  readonly units: readonly TrialUnit[]
  readonly items: readonly string[]
  /** In the negative control: whose answer each task gets. */
  readonly scrambled: ReadonlyMap<string, string>
}

export function openTrial(record: TrialRecord, tried: TriedTasks): OpenTrial {
  const registration = Preregistration.parse(record.registration)
  const parameters = parametersOf(registration)
  const seed = String(registration.seed)
  const { tasks } = tried.set
  const items = tasks.map(({ id }) => id)
  const units = trialUnits(seed, tasks, parameters.attempts)
  const negatives = new Set(sampledItems(`${seed}\nnegative`, items, parameters.negativeTasks))
  const parts = registration.mode === 'e-process' ? looksOf(units, parameters.lookEvery) : [units]
  return {
    record,
    registration,
    parameters,
    tried,
    tasks: new Map(tasks.map((task) => [task.id, task])),
    units,
    looks: parts.map((part) => lookOf(seed, part, negatives)),
    repeated: new Set(sampledItems(seed, items, parameters.repeatTasks)),
  }
}

function lookOf(seed: string, units: readonly TrialUnit[], negatives: ReadonlySet<string>): Look {
  const items = [...new Set(units.map(({ item }) => item))]
  const scrambled = [...scrambledItems(seed, items)].filter(([item]) => negatives.has(item))
  return { units, items, scrambled: new Map(scrambled) }
}

/** Calls that a look needs, judges aside. */
export function callsOfLook(
  { parameters, repeated }: OpenTrial,
  { units }: Look,
): readonly PlannedCall[] {
  const { attempts, frozen } = parameters
  return units.flatMap(({ item, attempt }) => [
    { item, arm: 'candidate' as const, attempt },
    ...(frozen === null ? [{ item, arm: 'incumbent' as const, attempt }] : []),
    ...(frozen === null && attempt === 1 && repeated.has(item)
      ? [{ item, arm: 'incumbent' as const, attempt: attempts + 1 }]
      : []),
  ])
}

/** The same for the same call in every process, and for no other one. */
export function callId(trial: string, { item, arm, attempt }: PlannedCall): string {
  return digest(`${trial}\n${arm}\n${attempt}\n${item}`).slice('sha256:'.length, -24)
}
