import {
  clauseOf,
  directiveStateAt,
  type DirectiveState,
  instantOf,
  lineText,
} from '../policy/index.ts'
import { legalLine } from '../base/legal-line.ts'
import { visibleText } from '../base/visible-text.ts'
import type { CarveOut, Directive, DirectiveScope, DirectiveSource } from '../schema/directive.ts'
import { findDirective, lookAtEnforced, openDirectives } from './directive-workspace.ts'
import type { DirectiveListFlags } from './directive-list.ts'
import { type LoadedDirective, shownPath } from './load-directives.ts'
import { instantOfFlag } from './instant-flag.ts'
import { printOut } from './write-output.ts'

/** `holdfast directive show`: one directive as it stands at an instant, clause by clause. */
export async function showDirective(reference: string, flags: DirectiveListFlags): Promise<void> {
  const now = new Date().toISOString()
  const at = flags.at === undefined ? now : instantOfFlag(flags.at)
  const workspace = await openDirectives(flags.config)
  const found = await findDirective(workspace, reference)
  const enforced = await lookAtEnforced(workspace, now)
  const inForce = enforced.directives.find(({ id }) => id === found.directive.id)
  const shown = { ...found, directive: inForce ?? found.directive }
  const state = directiveStateAt(shown.directive, at)
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify(showJson(shown, state, inForce !== undefined), null, 2)}\n`
      : `${showLines(shown, state, inForce !== undefined)
          .map(visibleText)
          .join('\n')}\n`,
  )
  const own = enforced.warnings.filter((text) => text.includes(`\`${found.directive.id}\``))
  for (const warning of own) process.stderr.write(`warning: ${visibleText(warning)}\n`)
}

function showJson(shown: LoadedDirective, state: DirectiveState, isEnforced: boolean): object {
  return {
    schemaVersion: 1,
    origin: shown.origin,
    path: shown.path,
    amendment: shown.amendment,
    isEnforced,
    state: {
      at: state.at,
      isInForce: state.isInForce,
      carveOuts: state.carveOuts.map(({ clause }) => clause),
      withdrawn: state.withdrawn.map(({ model, providers, exceptProviders }) => ({
        model,
        providers,
        exceptProviders,
      })),
      changesAt: state.changesAt,
    },
    directive: shown.directive,
    notice: noticeOf(shown.directive),
  }
}

/** The sentence under everything that rests on a directive. */
export function noticeOf(directive: Directive): string {
  return legalLine(directive.source.retrieved, directive.review.state)
}

function showLines(
  shown: LoadedDirective,
  state: DirectiveState,
  isEnforced: boolean,
): readonly string[] {
  const { directive } = shown
  return [
    `${directive.id}: ${directive.title}`,
    '',
    `at ${state.at}: ${state.isInForce ? 'in force' : 'not in force'}; ${isEnforced ? 'enforced here' : 'not enforced here, data for simulation'}`,
    ...state.withdrawn.map(
      ({ model, providers, exceptProviders }) =>
        `  ${model} is withdrawn for everybody${providers === null ? '' : ` over ${providers.join(', ')}`}${exceptProviders.length === 0 ? '' : `, except over ${exceptProviders.join(', ')}`}`,
    ),
    `  ${state.changesAt === null ? 'no further change is known' : `changes at ${state.changesAt}`}`,
    '',
    `instrument   ${directive.instrument} of ${directive.issuer}, ${directive.publication}`,
    ...(directive.authority.length === 0 ? [] : [`authority    ${directive.authority.join('; ')}`]),
    `effect       ${directive.effect}`,
    ...scopeLines(directive.scope),
    ...(directive.reviewDue === undefined ? [] : [`review due   ${directive.reviewDue}`]),
    `review       ${directive.review.state}${directive.review.by === null ? '' : `, ${directive.review.by}, ${directive.review.at}`}`,
    `source       ${sourceText(directive.source)}`,
    `file         ${shown.origin === 'shipped' ? `${shownPath(shown)}, ships with holdfast` : shown.path}${shown.amendment === null ? '' : `, amended by ${shown.amendment}`}`,
    ...(directive.note === undefined ? [] : [`note         ${directive.note}`]),
    '',
    'status',
    ...directive.status.map(
      (line) =>
        `  ${lineText(line).replaceAll('`', '')}${line.is === 'issued' ? '' : `, from ${instantOf(line, line.is === 'effective' ? 'restriction' : 'relief')}`}${detail(line)}`,
    ),
    ...section('carve-outs', directive.carveOuts, carveOutText),
    ...section(
      'acts of the vendor',
      directive.vendorActions,
      (action) =>
        `${action.effect} ${action.at ?? action.on}: ${action.models.join(', ')}${action.providers === undefined ? '' : ` over ${action.providers.join(', ')}`}${detail(action)}`,
    ),
    '',
    noticeOf(directive),
  ]
}

function section<T>(
  title: string,
  items: readonly T[],
  text: (item: T, index: number) => string,
): readonly string[] {
  return items.length === 0
    ? []
    : ['', title, ...items.map((item, index) => `  ${text(item, index)}`)]
}

function scopeLines(scope: DirectiveScope): readonly string[] {
  const models =
    scope.models === 'all'
      ? 'all'
      : 'length' in scope.models
        ? scope.models.join(', ')
        : Object.entries(scope.models)
            .map(
              ([name, value]) =>
                `${name} ${Array.isArray(value) ? value.join(' or ') : String(value)}`,
            )
            .join(', and ')
  const rest = (['routes', 'providers', 'regions', 'jurisdictions', 'purposes'] as const).flatMap(
    (name) => {
      const value = scope[name]
      if (value === undefined || value === 'all') return []
      return [`${name.padEnd(12)} ${value.join(', ')}`]
    },
  )
  const definition = scope.definition === undefined ? '' : ` as ${scope.definition} defines it`
  return [`models       ${models}`, ...rest, `persons      ${scope.persons}${definition}`]
}

function carveOutText(carveOut: CarveOut, index: number): string {
  const lists = (['models', 'routes', 'authorisations', 'purposes'] as const).flatMap((name) => {
    const value = carveOut[name]
    return value === undefined ? [] : [`${name} ${value.join(', ')}`]
  })
  const { entities } = carveOut
  const spared = [
    ...lists,
    ...(entities === undefined
      ? []
      : [
          typeof entities === 'string'
            ? `entities on the list ${entities}`
            : `entities ${entities.join(', ')}`,
        ]),
    ...(carveOut.employment === 'any' ? [] : [carveOut.employment]),
  ]
  const until = carveOut.until === undefined ? '' : ` until ${carveOut.until}`
  return `${clauseOf(carveOut, index)} from ${instantOf(carveOut, 'relief')}${until}: ${spared.join('; ')}${detail(carveOut)}`
}

/** Who entered it and where it was read, as far as it is written. */
function detail(entry: {
  readonly by?: string | readonly string[] | undefined
  readonly source?: DirectiveSource | string | undefined
}): string {
  const by = typeof entry.by === 'string' ? [entry.by] : (entry.by ?? [])
  return [
    ...(by.length === 0 ? [] : [`, entered by ${by.join(' and ')}`]),
    ...(entry.source === undefined ? [] : [` (${sourceText(entry.source)})`]),
  ].join('')
}

function sourceText(source: DirectiveSource | string): string {
  if (typeof source === 'string') return source
  const evidence = source.evidence === undefined ? '' : `, ${source.evidence}`
  return `${source.url ?? source.title ?? 'no address'}, read ${source.retrieved}${evidence}`
}
