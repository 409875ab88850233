import { type Command, Option } from 'commander'
import { Fault } from '../base/fault.ts'
import { visibleText } from '../base/visible-text.ts'
import { EligibilityClass } from '../schema/holdfast-config.ts'
import { parseOutcomeGates, gateLines } from './simulate-gate.ts'
import { readSimulationInputs, type SimulationFlags } from './simulate-inputs.ts'
import { renderSimulation, simulationFormats, type SimulationFormat } from './simulate-output.ts'
import { runSimulation } from './simulate-run.ts'
import { collect } from './collect.ts'
import { withSimulationInputs } from './simulation-input-options.ts'
import { printOut, writeFileWhole } from './write-output.ts'

export interface SimulateFlags extends SimulationFlags {
  readonly without: readonly string[]
  readonly directive: readonly string[]
  readonly each: boolean
  readonly all: boolean
  readonly depth: string
  readonly class: readonly string[]
  readonly failOn?: string | undefined
  readonly format: SimulationFormat
  readonly output?: string | undefined
  readonly for?: 'counsel' | undefined
  readonly quiet: boolean
}

export function registerSimulateCommand(program: Command): void {
  withSimulationInputs(program.command('simulate'))
    .description('what stops, for whom and why, when something is cut off or a directive comes')
    .option(
      '--without <element>',
      'lose it: vendor:ID, provider:ID, model:ID, jurisdiction:XX, class:NAME …; several are lost together',
      collect,
      [],
    )
    .option(
      '--directive <id-or-file>',
      'what this directive does; joined with the elements of --without',
      collect,
      [],
    )
    .option('--each', 'each --without and --directive by itself, not together', false)
    .option('--all', 'every element and every enforced directive, one after the other', false)
    .addOption(
      new Option('--depth <n>', 'losses at the same time in cut sets and with --all')
        .choices(['1', '2'])
        .default('1'),
    )
    .option(
      '--at <instant>',
      'read directives as they stand then, with its zone (default: now; a --directive at its widest)',
    )
    .option('--class <class>', 'show only this class of people; may be repeated', collect, [])
    .option(
      '--fail-on <conditions>',
      'exit 1 when work stops, is at-risk or is degraded, or worse: `stops`, `at-risk:critical` …',
    )
    .addOption(
      new Option('-f, --format <format>', 'how to show it')
        .choices([...simulationFormats])
        .default('text'),
    )
    .option('-o, --output <file>', 'write there instead of to stdout')
    .addOption(
      new Option('--for <reader>', 'counsel sees counts of people under 5').choices(['counsel']),
    )
    .option('-q, --quiet', 'no notes', false)
    .addHelpText(
      'after',
      `
Examples:
  holdfast simulate                                     what holds now, and the weakest points
  holdfast simulate --without vendor:anthropic
  holdfast simulate --without provider:aws-bedrock --without provider:azure     lost together
  holdfast simulate --directive us-bis-2026-06-12       what that directive would stop
  holdfast simulate --directive us-bis-2026-06-12 --at 2026-06-27T12:00:00Z
  holdfast simulate --all --depth 2 --fail-on stops:critical      in CI
  holdfast simulate --register register.json --without jurisdiction:US          without a holdfast.yaml

Elements: model, vendor, provider, route, region, jurisdiction, parent, hardware, common-cause, class, directive.
Nothing leaves this machine, and nothing is written without --output.`,
    )
    .action((flags: SimulateFlags) => simulate(flags))
}

/** `holdfast simulate`. */
export async function simulate(flags: SimulateFlags): Promise<void> {
  const gates = parseOutcomeGates(flags.failOn)
  const classes = flags.class.map(parseClass)
  if (flags.all && (flags.without.length > 0 || flags.directive.length > 0)) {
    throw new Fault('HF_USAGE', '--all takes no --without and no --directive', {
      advice: 'leave one of them out; --each simulates several losses one by one',
    })
  }
  const inputs = await readSimulationInputs(flags, new Date().toISOString())
  const simulation = await runSimulation(inputs, {
    without: flags.without,
    directives: flags.directive,
    isEach: flags.each,
    isAll: flags.all,
    depth: flags.depth === '2' ? 2 : 1,
    isAtGiven: flags.at !== undefined,
    classes,
  })
  const isTerminal = flags.output === undefined && process.stdout.isTTY
  const pieces = renderSimulation(simulation, flags.format, {
    exactCounts: flags.for === 'counsel',
    colour: isTerminal && process.env['NO_COLOR'] === undefined,
    width: isTerminal ? (process.stdout.columns ?? 100) : 100,
  })
  if (flags.output === undefined) for (const piece of pieces) await printOut(piece)
  else await writeFileWhole(flags.output, pieces)
  const failures = gateLines(gates, simulation)
  if (failures.length > 0) {
    process.stderr.write(`failed:\n${failures.map((line) => `  ${visibleText(line)}\n`).join('')}`)
    process.exitCode = 1
  }
}

function parseClass(text: string): EligibilityClass {
  const name = EligibilityClass.safeParse(text.replace(/^class:/, ''))
  if (name.success) return name.data
  throw new Fault('HF_USAGE', `--class \`${text}\` is no class of people`, {
    expected: EligibilityClass.options.join(', '),
  })
}
