import { type Command, Option } from 'commander'
import { sovereigntyHtml, sovereigntyMarkdown, sovereigntyText } from '../report/index.ts'
import { type SovereigntyAssessment, WeightProfile } from '../schema/sovereignty.ts'
import { readSimulationInputs } from './simulate-inputs.ts'
import { withSimulationInputs } from './simulation-input-options.ts'
import { failedSovereigntyGates, parseSovereigntyGates } from './sovereignty-gate.ts'
import { assessInputs } from './sovereignty-inputs.ts'
import { printOut, writeFileWhole } from './write-output.ts'

const formats = ['text', 'json', 'md', 'html'] as const

export interface SovereigntyFlags {
  readonly config?: string | undefined
  readonly register?: string | undefined
  readonly verdicts: readonly string[]
  readonly at?: string | undefined
  readonly weights?: WeightProfile | undefined
  readonly format: (typeof formats)[number]
  readonly output?: string | undefined
  readonly failOn?: string | undefined
}

export function registerSovereigntyCommand(program: Command): void {
  withSimulationInputs(program.command('sovereignty'))
    .description(
      'assess the work by the EU Cloud Sovereignty Framework, from what can be simulated',
    )
    .option('--at <instant>', 'read directives as they stand then, with its zone (default: now)')
    .addOption(
      new Option(
        '--weights <profile>',
        'weights of the objectives (default: sovereignty.weightProfile, else csf-calculator-2026-06)',
      ).choices(WeightProfile.options),
    )
    .addOption(
      new Option('-f, --format <format>', 'how to show it').choices([...formats]).default('text'),
    )
    .option('-o, --output <file>', 'write there instead of to stdout')
    .option(
      '--fail-on <conditions>',
      'exit 1 when one holds: `seal:N` below level N, `required` a workflow below its requiredSeal',
    )
    .addHelpText(
      'after',
      `
Examples:
  holdfast sovereignty                                 the level, what sets it, and what is open
  holdfast sovereignty -f html -o sovereignty.html     one self-contained page
  holdfast sovereignty --weights csf-1.2.1 -f json
  holdfast sovereignty --fail-on seal:2,required       in CI

The level is the least of all answers; the score is a reading of its own. Answers that only a person can give stand
under sovereignty.answers in holdfast.yaml. Nothing leaves this machine.`,
    )
    .action((flags: SovereigntyFlags) => assess(flags))
}

/** `holdfast sovereignty`. */
export async function assess(flags: SovereigntyFlags): Promise<void> {
  const gates = parseSovereigntyGates(flags.failOn)
  const inputs = await readSimulationInputs(flags, new Date().toISOString())
  const assessment = await assessInputs(inputs, flags.weights)
  const text = render(assessment, flags)
  if (flags.output === undefined) await printOut(text)
  else await writeFileWhole(flags.output, text)
  const failures = failedSovereigntyGates(gates, assessment)
  if (failures.length > 0) {
    process.stderr.write(`failed:\n${failures.map((line) => `  ${line}\n`).join('')}`)
    process.exitCode = 1
  }
}

function render(assessment: SovereigntyAssessment, flags: SovereigntyFlags): string {
  const isTerminal = flags.output === undefined && process.stdout.isTTY
  switch (flags.format) {
    case 'json':
      return `${JSON.stringify(assessment, null, 2)}\n`
    case 'md':
      return sovereigntyMarkdown(assessment)
    case 'html':
      return sovereigntyHtml(assessment)
    case 'text':
      return sovereigntyText(assessment, {
        colour: isTerminal && process.env['NO_COLOR'] === undefined,
        width: isTerminal ? (process.stdout.columns ?? 100) : 100,
      })
  }
}
