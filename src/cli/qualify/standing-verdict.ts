import type { VerdictRecord } from '../../schema/verdict.ts'
import type { Store } from '../../store/index.ts'

/** What a verdict counts for at an instant. */
export interface StandingVerdict {
  readonly verdict: VerdictRecord['verdict']
  /** Null while it stands. */
  readonly invalidatedBy: string | null
}

export async function standingVerdict(
  { verdicts }: Pick<Store, 'verdicts'>,
  trial: string,
  at: string,
): Promise<StandingVerdict | null> {
  const found = (await verdicts.list()).find((one) => one.trial === trial)
  return found === undefined ? null : standingAt(found, at)
}

/** Only what qualifies can end. */
export function standingAt(record: VerdictRecord, at: string): StandingVerdict {
  const { verdict, validUntil } = record
  const ended = record.invalidatedBy ?? (validUntil <= at ? 'validity-ended' : null)
  if (verdict !== 'QUALIFIED' || ended === null) return { verdict, invalidatedBy: null }
  return { verdict: 'EXPIRED', invalidatedBy: ended }
}
