import type { Gateway } from '../../gateway/index.ts'
import type { ServedEvidence } from '../serve-evidence.ts'
import type { Fleet } from './fleet.ts'

/** How everything that serves on this machine stands. */
export interface MachineStanding {
  /** Processes that carry traffic. */
  readonly processes: number
  /** Of them, those that do now. */
  readonly serving: number
  readonly underWay: number
  /** Why no traffic can be served; empty: it can. */
  readonly unreadiness: readonly string[]
  readonly ledgerProblem: string | null
  /** Entries of all logs of these processes; null: there is no ledger. */
  readonly entries: number | null
}

export function standingOf(gateway: Gateway, evidence: ServedEvidence | null): MachineStanding {
  return {
    processes: 1,
    serving: 1,
    underWay: gateway.underWay,
    unreadiness: gateway.unreadiness,
    ledgerProblem: evidence?.ledger.problem ?? null,
    entries: evidence?.ledger.head().size ?? null,
  }
}

/** The first process decides and the others serve: what keeps one of them from it is told, once. */
export async function standingOfFleet(
  first: MachineStanding,
  fleet: Fleet,
): Promise<MachineStanding> {
  const standings = await fleet.standings()
  const there = standings.flatMap(({ standing }) => (standing === null ? [] : [standing]))
  const reasons = [first, ...there].flatMap(({ unreadiness }) => unreadiness)
  return {
    processes: standings.length,
    serving: there.length,
    underWay: there.reduce((sum, { underWay }) => sum + underWay, 0),
    unreadiness: [
      ...new Set([...reasons, ...(there.length === 0 ? ['no process takes traffic'] : [])]),
    ],
    ledgerProblem:
      [first, ...there].find(({ ledgerProblem }) => ledgerProblem !== null)?.ledgerProblem ?? null,
    entries:
      first.entries === null
        ? null
        : there.reduce((sum, { entries }) => sum + (entries ?? 0), first.entries),
  }
}
