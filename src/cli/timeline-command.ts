import { type Command, Option } from 'commander'
import * as z from 'zod'
import { Fault } from '../base/fault.ts'
import { createResolver, suggestNames } from '../catalogue/index.ts'
import { buildTimeline, type PolicyModel, type TimelineOptions } from '../policy/index.ts'
import { visibleText } from '../base/visible-text.ts'
import { timelineHtml, timelineText } from '../report/index.ts'
import type { Timeline } from '../schema/timeline.ts'
import {
  type DirectiveWorkspace,
  findDirective,
  lookAtEnforced,
  openDirectives,
} from './directive-workspace.ts'
import { faultLine } from './enforce-directives.ts'
import { knownNames } from './known-names.ts'
import { printOut, writeFileWhole } from './write-output.ts'

export interface TimelineFlags {
  readonly config?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly directive?: string | undefined
  readonly model?: string | undefined
  readonly format: string
  readonly output?: string | undefined
}

export function registerTimelineCommand(program: Command): void {
  program
    .command('timeline')
    .description('what authorities and vendors did to models, and the life of models, in order')
    .option('--since <day>', 'first day, YYYY-MM-DD')
    .option('--until <day>', 'last day, YYYY-MM-DD')
    .option('--directive <id>', 'only this directive and what its vendor did')
    .option('--model <name>', 'only what concerns this model, in any spelling')
    .option(
      '-c, --config <file>',
      'holdfast.yaml beside which `directives/` lies (default: holdfast.yaml)',
    )
    .addOption(
      new Option('--format <format>', 'how to print')
        .choices(['text', 'json', 'html'])
        .default('text'),
    )
    .option('-o, --output <file>', 'write there instead of to stdout')
    .addHelpText(
      'after',
      `
Example:
  holdfast timeline --since 2026-06-01 --until 2026-07-31 --model claude-fable-5`,
    )
    .action(runTimeline)
}

/** `holdfast timeline`. */
export async function runTimeline(flags: TimelineFlags): Promise<void> {
  const since = dayOfFlag('--since', flags.since)
  const until = dayOfFlag('--until', flags.until)
  if (since !== null && until !== null && since > until) {
    throw new Fault('HF_USAGE', `--since \`${since}\` is later than --until \`${until}\``, {
      expected: 'the earlier day in --since',
    })
  }
  const workspace = await openDirectives(flags.config)
  const directives = await directivesOf(workspace, flags.directive)
  const timeline = buildTimeline({
    directives,
    catalogue: workspace.catalogue,
    since,
    until,
    life: lifeOf(flags),
    directive: flags.directive === undefined ? null : (directives.at(-1)?.id ?? null),
    model: flags.model === undefined ? null : modelOf(flags.model, workspace),
  })
  const text = render(timeline, flags)
  await (flags.output === undefined ? printOut(text) : writeFileWhole(flags.output, text))
  if (lifeOf(flags) === 'interruptions' && flags.directive === undefined) {
    process.stderr.write(
      'note: releases and retirements of models are left out; --since, --until or --model shows them\n',
    )
  }
  for (const { fault } of workspace.loaded.problems) {
    process.stderr.write(`error ${fault.code}: ${visibleText(faultLine(fault))}\n`)
  }
}

/**
 * A terminal has no room for the life of every model there was, unless somebody asks for days or a model. What is
 * read by machines is whole.
 */
function lifeOf({ format, since, until, model }: TimelineFlags): TimelineOptions['life'] {
  const isChosen = [since, until, model].some((flag) => flag !== undefined)
  return format === 'text' && !isChosen ? 'interruptions' : 'all'
}

/** The versions in force where a directive is enforced, else those of the files. */
async function directivesOf(workspace: DirectiveWorkspace, asked: string | undefined) {
  const enforced = await lookAtEnforced(workspace, new Date().toISOString())
  for (const warning of enforced.warnings) {
    process.stderr.write(`warning: ${visibleText(warning)}\n`)
  }
  const found =
    asked === undefined ? workspace.loaded.directives : [await findDirective(workspace, asked)]
  return found.map(
    ({ directive }) => enforced.directives.find(({ id }) => id === directive.id) ?? directive,
  )
}

function modelOf(name: string, workspace: DirectiveWorkspace): PolicyModel {
  const known = knownNames(workspace.catalogue).models
  const id = createResolver(workspace.catalogue).resolve(name).model
  const model = known.get(name) ?? (id === null ? undefined : known.get(id))
  if (model !== undefined) return model
  const near = suggestNames(name, known.keys())
  throw new Fault('HF_CATALOGUE_UNKNOWN', `the catalogue knows no model \`${name}\``, {
    expected: 'the name of a model in any spelling',
    advice:
      near.length > 0
        ? `did you mean ${near.map((one) => `\`${one}\``).join(', ')}?`
        : '`holdfast catalogue show NAME` shows what is known',
  })
}

function render(timeline: Timeline, flags: TimelineFlags): string {
  if (flags.format === 'json') return `${JSON.stringify(timeline, null, 2)}\n`
  if (flags.format === 'html') return timelineHtml(timeline)
  const isTerminal = flags.output === undefined && process.stdout.isTTY
  return timelineText(timeline, {
    colour: isTerminal && process.env['NO_COLOR'] === undefined,
    width: isTerminal ? process.stdout.columns : undefined,
  })
}

function dayOfFlag(flag: string, text: string | undefined): string | null {
  if (text === undefined) return null
  if (z.iso.date().safeParse(text).success) return text
  throw new Fault('HF_USAGE', `${flag} \`${text}\` is no day`, { expected: 'YYYY-MM-DD' })
}
