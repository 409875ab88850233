import type { Command } from 'commander'
import { registerGuardrailCommands } from './qualify/guardrail-command.ts'

/** Adds `holdfast qualify …`. */
export function registerQualifyCommands(program: Command): void {
  const qualify = program
    .command('qualify')
    .description('find out which fallbacks can really take the work over')
  registerGuardrailCommands(qualify)
}
