#!/usr/bin/env node
import { type Command, CommanderError } from 'commander'
import { Fault } from '../base/fault.ts'
import { leaveIfBusy } from './leave.ts'
import { createProgram } from './program.ts'
import { exitCodeOf, faultText } from './show-fault.ts'
import { watchOutput } from './write-output.ts'

/** Runs one command; everything that is thrown ends here as a message and an exit code. */
async function main(words: readonly string[]): Promise<void> {
  const program = await createProgram(words[0])
  takeErrors(program)
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    const command = commandIn(program, words)
    const shown = error instanceof CommanderError ? usageFault(error, command) : error
    if (shown === null) return
    process.stderr.write(faultText(shown, command))
    process.exitCode = exitCodeOf(shown)
  }
}

/** Commander neither ends the process nor writes: what it finds wrong is thrown, at whatever depth. */
function takeErrors(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined })
  for (const below of command.commands) takeErrors(below)
}

/** Help and version are answers, not errors; the rest is a usage fault with the words of commander. */
function usageFault(error: CommanderError, command: string): Fault | null {
  if (error.exitCode === 0) return null
  if (error.code === 'commander.help')
    return new Fault('HF_USAGE', 'a command is missing', { advice: '`holdfast --help` lists them' })
  return new Fault('HF_USAGE', error.message.replace(/^error: /, '').replace(/\n/g, ' '), {
    advice: `\`${command} --help\` explains every flag`,
    cause: error,
  })
}

/** The words that name the command, as in `holdfast ledger search`. */
function commandIn(program: Command, words: readonly string[]): string {
  let named = program
  for (const word of words) {
    const next = named.commands.find((one) => one.name() === word)
    if (next === undefined) break
    named = next
  }
  return fullName(named)
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`
}

watchOutput()
await main(process.argv.slice(2))
leaveIfBusy(Number(process.exitCode ?? 0))
