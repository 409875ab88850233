import { Cron } from 'croner'

/** A cron expression and where its hours are counted. */
export interface CronRule {
  readonly cron: string
  readonly timeZone: string
}

const msPerHour = 3_600_000
/** So many times in a row are looked at to see how near to one another they are. */
const timesLooked = 200

/** Nothing runs by itself here: only times are computed. */
function ruleOf({ cron, timeZone }: CronRule): Cron {
  return new Cron(cron, { paused: true, timezone: timeZone, mode: '5-part' })
}

/** The first time after an instant; null: there is none. Milliseconds since 1970, here and below. */
export function cronTimeAfter(rule: CronRule, at: number): number | null {
  return ruleOf(rule).nextRun(new Date(at))?.getTime() ?? null
}

/** The last time up to an instant; null: there was none. */
export function cronTimeUpTo(rule: CronRule, at: number): number | null {
  return (
    ruleOf(rule)
      .previousRuns(1, new Date(at + 1))[0]
      ?.getTime() ?? null
  )
}

/** What is wrong with a rule, in words; null: nothing. */
export function cronProblem(rule: CronRule, now: number): string | null {
  let times: readonly Date[]
  try {
    times = ruleOf(rule).nextRuns(timesLooked, new Date(now))
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return /timezone/i.test(text)
      ? `\`${rule.timeZone}\` is no time zone`
      : text.replace(/^CronPattern: /, '')
  }
  if (times.length === 0) return 'it never comes'
  const isTooOften = times.some((time, at) => {
    const before = times[at - 1]
    return before !== undefined && time.getTime() - before.getTime() < msPerHour
  })
  return isTooOften ? 'it comes more than once an hour' : null
}
