import { decidingVerdicts, doesQualify, wayName } from '../../schema/deciding-verdicts.ts'
import type { VerdictRecord } from '../../schema/verdict.ts'

/** Whether a trial shows, at the instant, that a model over a route, or a tool, can do the work of a workflow. */
export type IsQualified = (workflow: string, candidate: string, route: string | null) => boolean

/** A verdict counts while it says QUALIFIED, is not past its day and nothing has ended it before. */
export function verdictIndex(
  verdicts: readonly VerdictRecord[],
  at: string,
  canonical: (model: string) => string,
): IsQualified {
  const counting = new Set(
    [...decidingVerdicts(verdicts, canonical)].flatMap(([name, verdict]) =>
      doesQualify(verdict, at) ? [name] : [],
    ),
  )
  return (workflow, model, route) => counting.has(wayName({ workflow, model, route: route ?? '' }))
}
