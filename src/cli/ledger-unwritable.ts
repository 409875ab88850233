import { Fault } from '../base/fault.ts'
import { whyNot } from './why-not.ts'

/** What the system says of a folder or disk, rather than of the program. */
const codes: ReadonlySet<string> = new Set([
  'EACCES',
  'EDQUOT',
  'EISDIR',
  'ENOSPC',
  'ENOTDIR',
  'EPERM',
  'EROFS',
])

/** Opens something of the ledger; what the system refuses is a fault that names file and folder. */
export async function openingLedger<T>(root: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && codes.has(String(error.code)))) throw error
    const path = 'path' in error ? String(error.path) : root
    throw new Fault('HF_LEDGER_UNWRITABLE', `cannot write \`${path}\`: ${whyNot(error)}`, {
      expected: `that this user may write everything under \`${root}\``,
      cause: error,
    })
  }
}
