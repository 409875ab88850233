import { type CandidateId, isToolCandidate } from './candidate-id.ts'
import type { VerdictRecord } from './verdict.ts'

/** Whose work, by what, over which route. */
export interface TriedWay {
  readonly workflow: string
  readonly model: CandidateId
  readonly route: string
}

/** Verdicts that were found one way or the other; the others say nothing, and leave what was found before in force. */
const findings: ReadonlySet<VerdictRecord['verdict']> = new Set(['QUALIFIED', 'NOT_QUALIFIED'])

/** The same text for the same way. A tool is reached over no route. */
export function wayName({ workflow, model, route }: TriedWay): string {
  return JSON.stringify([workflow, model, isToolCandidate(model) ? null : route])
}

/**
 * For each way the newest verdict that found it good enough or not, by its name. `canonical`: the catalogue's name of a
 * model. A verdict that stands in two places and was ended in one of them is ended.
 */
export function decidingVerdicts(
  verdicts: readonly VerdictRecord[],
  canonical: (model: string) => string = (model) => model,
): ReadonlyMap<string, VerdictRecord> {
  const newest = new Map<string, VerdictRecord>()
  for (const verdict of verdicts) {
    if (!findings.has(verdict.verdict)) continue
    const { model } = verdict.key
    const name = wayName({
      ...verdict.key,
      model: isToolCandidate(model) ? model : canonical(model),
    })
    const known = newest.get(name)
    if (known === undefined || isNewer(verdict, known)) newest.set(name, verdict)
  }
  return newest
}

/** Whether a verdict qualifies at an instant, RFC 3339. */
export function doesQualify(verdict: VerdictRecord | undefined, at: string): boolean {
  return (
    verdict?.verdict === 'QUALIFIED' &&
    verdict.invalidatedBy === null &&
    Date.parse(verdict.validUntil) > Date.parse(at)
  )
}

function isNewer(verdict: VerdictRecord, known: VerdictRecord): boolean {
  const [at, before] = [Date.parse(verdict.decidedAt), Date.parse(known.decidedAt)]
  return at > before || (at === before && verdict.invalidatedBy !== null)
}
