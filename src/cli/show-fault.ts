import { Fault, messageOf } from '../base/fault.ts'
import { faultCodes } from '../base/fault-codes.ts'
import { visibleText } from '../base/visible-text.ts'

/** What went wrong, where, what was expected, what to do next, and the code. */
export function faultText(error: unknown, command = 'holdfast COMMAND'): string {
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
  const advice = error.advice ?? faultCodes[error.code].advice
  lines.push(`  do: ${advice.replace('holdfast COMMAND', command)}`)
  // Names out of foreign files stand in it: they must not move the cursor or look like lines of their own.
  return `${lines.map(visibleLine).join('\n')}\n`
}

export function exitCodeOf(error: unknown): number {
  return error instanceof Fault ? faultCodes[error.code].exitCode : faultCodes.HF_BUG.exitCode
}

/** The indent stays: `visibleText` is for what stands behind it. */
function visibleLine(line: string): string {
  const indent = line.startsWith('  ') ? '  ' : ''
  return indent + visibleText(line.slice(indent.length))
}
