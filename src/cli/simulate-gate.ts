import { Fault } from '../base/fault.ts'
import { Outcome, type Simulation } from '../schema/simulation.ts'
import { Criticality } from '../schema/vocabulary.ts'

/** `stops`, `at-risk` or `degraded` and worse, for all work or for work of this criticality and above. */
export interface OutcomeGate {
  readonly written: string
  readonly outcome: Outcome
  readonly criticality: Criticality | null
}

const gates = ['stops', 'at-risk', 'degraded'] as const

export function parseOutcomeGates(text: string | undefined): readonly OutcomeGate[] {
  if (text === undefined) return []
  return text.split(',').map((part) => {
    const written = part.trim()
    const [word, level, ...rest] = written.split(':')
    const outcome = gates.find((one) => one === word)
    const criticality = Criticality.safeParse(level)
    if (outcome === undefined || rest.length > 0 || (level !== undefined && !criticality.success)) {
      throw new Fault('HF_USAGE', `--fail-on \`${written}\` is no condition`, {
        expected: `${gates.join(', ')}, each with \`:critical\` or \`:important\` if only such work counts`,
      })
    }
    return { written, outcome, criticality: criticality.success ? criticality.data : null }
  })
}

/**
 * What fails a gate, a line each. Every outcome counts that is shown: before the contingencies and under them.
 * A class that nobody belongs to fails nothing, nor does a class that is itself lost.
 */
export function gateLines(
  gates: readonly OutcomeGate[],
  { workflows, preContingency, postContingency }: Simulation,
): readonly string[] {
  const criticality = new Map(workflows.map((one) => [one.id, one.criticality]))
  const rows = [
    ...preContingency.outcomes.map((one) => ({ one, under: 'with nothing lost' })),
    ...postContingency.flatMap(({ contingency, outcomes }) =>
      outcomes
        // That people who are taken away cannot work is no finding.
        .filter((one) => !contingency.includes(`class:${one.class}`))
        .map((one) => ({ one, under: `without ${contingency.join(' and ')}` })),
    ),
  ].filter(({ one }) => one.people !== 0)
  return gates.flatMap((gate) => {
    const failing = rows.filter(
      ({ one }) =>
        isAsBad(one.outcome, gate.outcome) && counts(criticality.get(one.workflow), gate),
    )
    const byPlace = Map.groupBy(
      failing,
      ({ one, under }) => `${one.workflow} ${one.outcome} ${under}`,
    )
    return [...byPlace].map(([place, of]) => {
      const classes = [...new Set(of.map(({ one }) => one.class))].join(', ')
      return `${gate.written}: ${place} (${classes})`
    })
  })
}

function isAsBad(outcome: Outcome, limit: Outcome): boolean {
  return Outcome.options.indexOf(outcome) >= Outcome.options.indexOf(limit)
}

/** Work that says nothing of its criticality is supporting. */
function counts(criticality: Criticality | null | undefined, gate: OutcomeGate): boolean {
  if (gate.criticality === null) return true
  const level = criticality ?? 'supporting'
  return Criticality.options.indexOf(level) <= Criticality.options.indexOf(gate.criticality)
}
