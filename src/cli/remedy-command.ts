import { type Command, Option } from 'commander'
import { durationMs } from '../base/duration.ts'
import { Fault } from '../base/fault.ts'
import { Duration } from '../schema/holdfast-config.ts'
import type { RemedyPlan } from '../schema/simulation.ts'
import { defaultTarget, targetGrammar } from '../simulation/index.ts'
import { createHighsSolver } from './highs-solver.ts'
import { runRemedy } from './remedy-run.ts'
import { readSimulationInputs, type SimulationFlags } from './simulate-inputs.ts'
import { renderSimulation, simulationFormats, type SimulationFormat } from './simulate-output.ts'
import { collect } from './collect.ts'
import { withSimulationInputs } from './simulation-input-options.ts'
import { printOut, writeFileWhole } from './write-output.ts'

export interface RemedyFlags extends SimulationFlags {
  readonly target: readonly string[]
  readonly directive: readonly string[]
  readonly budget?: string | undefined
  readonly timeLimit: string
  readonly failOn?: string | undefined
  readonly format: SimulationFormat
  readonly output?: string | undefined
  readonly for?: 'counsel' | undefined
}

export function registerRemedyCommand(program: Command): void {
  withSimulationInputs(program.command('remedy'))
    .description('the cheapest set of actions after which work survives a cut-off, with proof')
    .option(
      '--target <sentence>',
      `what is to hold; may be repeated (default: "${defaultTarget}")`,
      collect,
      [],
    )
    .option(
      '--directive <id-or-file>',
      'and no critical workflow stops under this directive; may be repeated',
      collect,
      [],
    )
    .option('--budget <amount>', 'spend at most this, and secure as much work as it allows')
    .option(
      '--at <instant>',
      'read directives as they stand then, with its zone (default: now; those of a target at their widest)',
    )
    .option('--time-limit <duration>', 'longest search', '10s')
    .option(
      '--fail-on <conditions>',
      'exit 1 when: `needed` (there is anything to do), `exposed` (the target does not hold afterwards), `infeasible`, `uncertified`',
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
    .addHelpText(
      'after',
      `
Targets:
  ${targetGrammar}

Examples:
  holdfast remedy --directive us-bis-2026-06-12 --target "no critical workflow stops under any N-1"
                  what it would stop today, for whom, and the cheapest way to survive that and any single cut-off
  holdfast remedy                                        survive any single cut-off
  holdfast remedy --target "no workflow is at-risk under vendor:anthropic"
  holdfast remedy --target "no critical workflow stops under any N-2" --time-limit 60s
  holdfast remedy --directive us-bis-2026-06-12          survive that directive
  holdfast remedy --budget 12000                         the most that this secures

Costs stand in holdfast.yaml under \`remedies\`; without any, actions are counted.
Nothing leaves this machine, and nothing is written without --output.`,
    )
    .action((flags: RemedyFlags) => remedy(flags))
}

/** `holdfast remedy`. */
export async function remedy(flags: RemedyFlags): Promise<void> {
  const conditions = parseConditions(flags.failOn)
  const budget = parseBudget(flags.budget)
  const timeLimitMs = parseTimeLimit(flags.timeLimit)
  const inputs = await readSimulationInputs(flags, new Date().toISOString())
  const solver = createHighsSolver()
  try {
    const isDefault = flags.target.length === 0 && flags.directive.length === 0
    const simulation = await runRemedy(inputs, {
      targets: isDefault ? [defaultTarget] : flags.target,
      directives: flags.directive,
      budget,
      timeLimitMs,
      isAtGiven: flags.at !== undefined,
      solver: solver.solve,
      now: () => performance.now(),
    })
    const isTerminal = flags.output === undefined && process.stdout.isTTY
    const pieces = renderSimulation(simulation, flags.format, {
      exactCounts: flags.for === 'counsel',
      colour: isTerminal && process.env['NO_COLOR'] === undefined,
      width: isTerminal ? (process.stdout.columns ?? 100) : 100,
    })
    if (flags.output === undefined) for (const piece of pieces) await printOut(piece)
    else await writeFileWhole(flags.output, pieces)
    const met = conditions.filter((name) => simulation.remedialActions.some(conditionTable[name]))
    if (met.length > 0) {
      process.stderr.write(`failed: ${met.join(', ')}\n`)
      process.exitCode = 1
    }
  } finally {
    await solver.end()
  }
}

const conditionTable = {
  needed: ({ status }) => status !== 'nothing-to-do',
  exposed: ({ exposed = [] }) => exposed.length > 0,
  infeasible: ({ status }) => status === 'infeasible',
  uncertified: ({ status }) => status === 'feasible',
} as const satisfies Record<string, (plan: RemedyPlan) => boolean>

type Condition = keyof typeof conditionTable

function parseConditions(text: string | undefined): readonly Condition[] {
  if (text === undefined) return []
  return text.split(',').map((part) => {
    const name = part.trim()
    if (isCondition(name)) return name
    throw new Fault('HF_USAGE', `--fail-on does not know \`${name}\``, {
      expected: Object.keys(conditionTable).join(', '),
    })
  })
}

function isCondition(name: string): name is Condition {
  return Object.hasOwn(conditionTable, name)
}

function parseBudget(text: string | undefined): number | null {
  if (text === undefined) return null
  const amount = /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN
  if (Number.isFinite(amount)) return amount
  throw new Fault('HF_USAGE', `--budget \`${text}\` is no amount`, {
    expected: 'a number that is not negative, such as 12000, in the currency of `remedies`',
    advice: 'without costs in holdfast.yaml it is a number of actions',
  })
}

function parseTimeLimit(text: string): number {
  const parsed = Duration.safeParse(text)
  if (parsed.success && durationMs(parsed.data) > 0) return durationMs(parsed.data)
  throw new Fault('HF_USAGE', `--time-limit \`${text}\` is no duration`, {
    expected: 'a duration such as `10s` or `2m`',
  })
}
