import type { AdminContext } from '../admin-context.ts'
import type { AdminCaller } from '../admin-tokens.ts'
import { noteChange } from '../change-note.ts'
import { byOf } from '../who-asks.ts'
import type { RunKind } from './run-book.ts'

export interface AskedRun {
  readonly kind: RunKind
  /** The command and its flags, without those that say where and how. */
  readonly words: readonly string[]
  readonly caller: AdminCaller
  readonly by: string | undefined
  /** Whether the command records who does it as well. */
  readonly isSigned?: boolean
}

/** Begins a run and records who did; what cannot be recorded is ended at once. */
export async function startRun(
  context: AdminContext,
  { kind, words, caller, by, isSigned = false }: AskedRun,
) {
  const name = byOf(caller, { by })
  const signed = isSigned ? [`--by=${name}`] : []
  const where = ['--config', context.configPath, '--format', 'json']
  const { runs } = context
  const { id } = runs.start({ kind, words: [...words, ...signed, ...where], by: name })
  try {
    await noteChange(context, { subject: `run ${id}`, change: `${kind} begun`, by: name })
  } catch (error) {
    runs.end(id)
    throw error
  }
  return runs.find(id)
}
