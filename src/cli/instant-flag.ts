import { Fault } from '../base/fault.ts'

/** A time without a zone means many instants, and a day alone even more. */
export function instantOfFlag(text: string, flag = '--at'): string {
  const hasZone =
    /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2})$/.test(text)
  const at = hasZone ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return new Date(at).toISOString()
  throw new Fault('HF_USAGE', `${flag} \`${text}\` is no instant`, {
    expected:
      'a day and a time with its zone, such as 2026-06-12T21:21:00Z or 2026-06-12T23:21+02:00',
    advice: 'a time without a zone means a different instant in every zone; add Z for UTC',
  })
}
