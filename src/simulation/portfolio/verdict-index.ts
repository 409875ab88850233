import type { VerdictRecord } from '../../schema/verdict.ts'

/** Whether a trial shows, at the instant, that a model over a route can do the work of a workflow. */
export type IsQualified = (workflow: string, model: string, route: string | null) => boolean

/** A verdict counts while it says QUALIFIED, is not past its day and nothing has ended it before. */
export function verdictIndex(
  verdicts: readonly VerdictRecord[],
  at: string,
  canonical: (model: string) => string,
): IsQualified {
  const now = Date.parse(at)
  const counting = new Set(
    verdicts
      .filter(
        (one) =>
          one.verdict === 'QUALIFIED' &&
          one.invalidatedBy === null &&
          now < Date.parse(one.validUntil),
      )
      .map(({ key }) => `${key.workflow}\n${canonical(key.model)}\n${key.route}`),
  )
  return (workflow, model, route) =>
    route !== null && counting.has(`${workflow}\n${model}\n${route}`)
}
