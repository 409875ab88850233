import { directiveStateAt, type DirectiveState } from '../policy/index.ts'
import { visibleText } from '../base/visible-text.ts'
import type { Directive } from '../schema/directive.ts'
import { lookAtEnforced, openDirectives } from './directive-workspace.ts'
import type { LoadedDirective } from './load-directives.ts'
import { instantOfFlag } from './instant-flag.ts'
import { printOut } from './write-output.ts'

export interface DirectiveListFlags {
  readonly config?: string | undefined
  readonly format: string
  readonly at?: string | undefined
}

/** What `list` tells of one directive, in JSON as it stands. */
interface DirectiveRow {
  readonly id: string
  readonly title: string
  readonly instrument: string
  readonly issuer: string
  readonly effect: string
  readonly origin: 'shipped' | 'local'
  readonly path: string
  readonly amendment: string | null
  readonly isTemplate: boolean
  readonly isEnforced: boolean
  readonly isInForce: boolean
  readonly withdrawn: readonly string[]
  readonly changesAt: string | null
  readonly review: Directive['review']
}

/** `holdfast directive list`: everything that ships or lies beside holdfast.yaml, bad files told apart. */
export async function listDirectives(flags: DirectiveListFlags): Promise<void> {
  const now = new Date().toISOString()
  const at = flags.at === undefined ? now : instantOfFlag(flags.at)
  const workspace = await openDirectives(flags.config)
  const enforced = await lookAtEnforced(workspace, now)
  const load = new Set(workspace.config?.directives?.load ?? [])
  const rows = workspace.loaded.directives.map((loaded) => {
    const inForce = enforced.directives.find(({ id }) => id === loaded.directive.id)
    const directive = inForce ?? loaded.directive
    return rowOf({ ...loaded, directive }, directiveStateAt(directive, at), load)
  })
  const problems = workspace.loaded.problems.map(({ id, path, fault, models }) => ({
    id,
    path: fault.place?.path ?? path,
    line: fault.place?.line ?? null,
    column: fault.place?.column ?? null,
    code: fault.code,
    message: fault.message,
    isEnforced: load.has(id),
    models,
  }))
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, at, directives: rows, problems, warnings: enforced.warnings }, null, 2)}\n`
      : listText(rows, at),
  )
  for (const one of problems) {
    const place = [one.path, one.line, one.column].filter((part) => part !== null).join(':')
    process.stderr.write(visibleLine(`error ${one.code}: ${place}: ${one.message}`))
  }
  for (const warning of enforced.warnings) process.stderr.write(visibleLine(`warning: ${warning}`))
}

function visibleLine(text: string): string {
  return `${visibleText(text)}\n`
}

function rowOf(
  { directive, origin, path, amendment }: LoadedDirective,
  state: DirectiveState,
  load: ReadonlySet<string>,
): DirectiveRow {
  return {
    id: directive.id,
    title: directive.title,
    instrument: directive.instrument,
    issuer: directive.issuer,
    effect: directive.effect,
    origin,
    path,
    amendment,
    isTemplate: directive.template === true,
    isEnforced: load.has(directive.id),
    isInForce: state.isInForce,
    withdrawn: [...new Set(state.withdrawn.map(({ model }) => model))],
    changesAt: state.changesAt,
    review: directive.review,
  }
}

const columns = ['id', 'at that instant', 'enforced', 'review', 'from', 'title'] as const

function listText(rows: readonly DirectiveRow[], at: string): string {
  if (rows.length === 0) return 'no directives\n'
  const cells = rows.map((row) => [
    row.id,
    standing(row),
    row.isEnforced ? 'enforced' : '-',
    row.review.state,
    row.origin,
    visibleText(row.title),
  ])
  const widths = columns.map((name, index) =>
    Math.max(name.length, ...cells.map((row) => row[index]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd()
  const legal =
    'Rules as recorded, each with its review. Not legal advice; counsel decides; `holdfast directive show ID` names the sources.'
  return `${[`at ${at}`, '', line(columns), ...cells.map(line), '', legal].join('\n')}\n`
}

/** How it stands in two or three words. */
function standing(row: DirectiveRow): string {
  if (row.isTemplate) return 'template'
  const rule = row.isInForce ? 'in force' : 'not in force'
  return row.withdrawn.length > 0 ? `${rule}, withdrawn` : rule
}
