import { bodyFaults } from './body-faults.ts'
import { contentFaults } from './content-faults.ts'
import { cutFaults } from './cut-faults.ts'
import { eventFaults } from './event-faults.ts'
import type { Fault } from './fault.ts'
import { framingFaults } from './framing-faults.ts'
import { modelFaults } from './model-faults.ts'
import { failoverBench, ownScenarios } from './scenarios.ts'
import { statusFaults } from './status-faults.ts'
import { timingFaults } from './timing-faults.ts'
import { transportFaults } from './transport-faults.ts'
import { withdrawalFaults } from './withdrawal-faults.ts'

/** Every fault that this provider knows; a test matrix iterates over it. */
export const faults: readonly Fault[] = [
  ...failoverBench,
  ...ownScenarios,
  ...withdrawalFaults,
  ...statusFaults,
  ...transportFaults,
  ...timingFaults,
  ...cutFaults,
  ...eventFaults,
  ...modelFaults,
  ...contentFaults,
  ...bodyFaults,
  ...framingFaults,
]

const byId = new Map(faults.map((one) => [one.id, one]))

export function faultById(id: string): Fault {
  const found = byId.get(id)
  if (found === undefined) throw new Error(`no fault is called \`${id}\`; see the table \`faults\``)
  return found
}
