import type { VerdictRecord } from '../../schema/verdict.ts'

/** The name that the provider last gave a model over a route; null: nothing was seen. */
export type LastServed = (model: string, route: string) => string | null

/** What the newest trials of each model over each route were answered by, whatever they found. */
export function servedInTrials(verdicts: readonly VerdictRecord[]): LastServed {
  const newest = new Map<string, VerdictRecord>()
  for (const verdict of verdicts) {
    const { model, route, servedModel } = verdict.key
    const name = `${model}@${route}`
    const known = newest.get(name)
    // A trial that could not tell good from bad may have been answered by nobody; and not every provider tells a name.
    if (verdict.verdict === 'INVALID' || servedModel === model) continue
    if (known === undefined || known.decidedAt <= verdict.decidedAt) newest.set(name, verdict)
  }
  return (model, route) => newest.get(`${model}@${route}`)?.key.servedModel ?? null
}
