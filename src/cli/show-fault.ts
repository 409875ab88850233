import { Fault, messageOf } from '../base/fault.ts'
import { faultCodes } from '../base/fault-codes.ts'

/** What went wrong, where, what was expected, what to do next, and the code. */
export function faultText(error: unknown): string {
  if (!(error instanceof Fault)) {
    const stack = error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : ''
    return `error HF_BUG: ${messageOf(error)}${stack}\n  do: this is a bug in holdfast; please report it with the lines above\n`
  }
  const lines = [`error ${error.code}: ${error.message}`]
  if (error.place !== undefined) {
    const { path, line, column } = error.place
    lines.push(`  at: ${[path, line, column].filter((part) => part !== undefined).join(':')}`)
  }
  if (error.expected !== undefined) lines.push(`  expected: ${error.expected}`)
  for (const other of error.others) lines.push(`  also: ${other}`)
  if (error.advice !== undefined) lines.push(`  do: ${error.advice}`)
  return `${lines.join('\n')}\n`
}

export function exitCodeOf(error: unknown): number {
  return error instanceof Fault ? faultCodes[error.code].exitCode : faultCodes.HF_BUG.exitCode
}
