import { compareText } from '../../base/compare.ts'
import type { Catalogue, LifecycleEvent } from '../../schema/catalogue.ts'
import type {
  Directive,
  DirectiveSource,
  DirectiveStatus,
  VendorAction,
} from '../../schema/directive.ts'
import type { Timeline, TimelineEvent, TimelineSignificance } from '../../schema/timeline.ts'
import {
  canRestrict,
  clauseOf,
  directiveStateAt,
  type DirectiveTime,
  instantOf,
} from '../directive-state.ts'
import type { PolicyModel } from '../principal.ts'
import { selectorOf } from './scope-width.ts'
import { selects } from './selected-models.ts'

export interface TimelineOptions {
  readonly directives: readonly Directive[]
  readonly catalogue: Catalogue
  /** First and last day asked for; null: no bound. */
  readonly since: string | null
  readonly until: string | null
  /** How much of the life of models: everything, or only what interrupted it. */
  readonly life: 'all' | 'interruptions'
  /** Id of the one directive asked for; null: all. */
  readonly directive: string | null
  /** The one model asked for; null: all. */
  readonly model: PolicyModel | null
}

const notice =
  'Events as recorded from the sources named; a day without a time is known to the day only. A directive that is unverified was signed by nobody. Not legal advice; counsel decides.'

/** What authorities, vendors and time did to models, in order. Templates happened nowhere and are left out. */
export function buildTimeline(options: TimelineOptions): Timeline {
  const { since, until, directive, model } = options
  const chosen = options.directives.filter((one) =>
    directive === null ? one.template !== true : one.id === directive,
  )
  const events = [
    ...chosen.flatMap((one) => directiveEvents(one, model)),
    ...(directive === null ? lifecycleEvents(options) : []),
  ].filter((event) => {
    const day = event.on ?? event.instant.slice(0, 10)
    return (since === null || day >= since) && (until === null || day <= until)
  })
  return {
    schemaVersion: 1,
    since,
    until,
    directive,
    model: model?.id ?? null,
    notice,
    events: events.toSorted(
      (a, b) => compareText(a.instant, b.instant) || compareText(a.event, b.event),
    ),
  }
}

function directiveEvents(
  directive: Directive,
  model: PolicyModel | null,
): readonly TimelineEvent[] {
  const isInScope = model === null || selects(directive.scope.models, model) !== 'no'
  const scoped = isInScope
    ? [...statusEvents(directive), ...carveOutEvents(directive, model), ...dueEvents(directive)]
    : []
  return [...scoped, ...actionEvents(directive, model)]
}

interface EventParts {
  readonly time: DirectiveTime
  readonly kind: TimelineEvent['kind']
  readonly event: string
  readonly significance: TimelineSignificance
  readonly source: DirectiveSource | string
  readonly models?: readonly string[] | undefined
  readonly providers?: readonly string[] | undefined
  readonly note?: string | undefined
}

function eventOf(directive: Directive, parts: EventParts): TimelineEvent {
  const selector = selectorOf(directive.scope.models)
  const models = parts.models ?? selector.ids ?? []
  return {
    ...timeOf(parts.time, parts.significance),
    kind: parts.kind,
    event: parts.event,
    significance: parts.significance,
    subject: {
      directive: directive.id,
      models: [...models],
      vendors: vendorsOf(models, models.length === 0 ? (selector.vendors ?? []) : []),
      providers: [...(parts.providers ?? [])],
    },
    source: sourceText(parts.source),
    review: directive.review.state,
    note: parts.note ?? null,
  }
}

function timeOf(
  time: DirectiveTime,
  significance: TimelineSignificance,
): Pick<TimelineEvent, 'at' | 'on' | 'instant'> {
  if (time.at !== undefined) {
    const at = instantOf(time, 'relief')
    return { at, on: null, instant: at }
  }
  const on = time.on ?? null
  if (significance === 'informs') return { at: null, on, instant: `${on}T00:00:00.000Z` }
  const kind = significance === 'restricts' ? 'restriction' : 'relief'
  return { at: null, on, instant: instantOf(time, kind) }
}

function vendorsOf(models: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...models.map((id) => id.slice(0, id.indexOf('/'))), ...more])].toSorted(
    compareText,
  )
}

const statusWords: Readonly<Record<DirectiveStatus['is'], string>> = {
  issued: 'issued',
  effective: 'takes effect',
  suspended: 'suspended',
  lifted: 'lifted',
}

function statusEvents(directive: Directive): readonly TimelineEvent[] {
  return directive.status.map((line) =>
    eventOf(directive, {
      time: line,
      kind: 'directive-status',
      event: `${statusWords[line.is]}: ${directive.title}`,
      significance: significanceOf(line, directive),
      source: line.source ?? directive.source,
      note: line.note,
    }),
  )
}

/** What cannot restrict by itself informs, whatever its status. */
function significanceOf(line: DirectiveStatus, directive: Directive): TimelineSignificance {
  if (line.is === 'issued' || !canRestrict(directive.instrument)) return 'informs'
  return line.is === 'effective' ? 'restricts' : 'relieves'
}

function carveOutEvents(directive: Directive, model: PolicyModel | null): readonly TimelineEvent[] {
  return directive.carveOuts.flatMap((carveOut, index) => {
    if (model !== null && carveOut.models?.includes(model.id) === false) return []
    const clause = clauseOf(carveOut, index)
    const common = {
      source: carveOut.source ?? directive.source,
      models: carveOut.models,
      note: carveOut.note,
    }
    const restricts = canRestrict(directive.instrument)
    const start = eventOf(directive, {
      ...common,
      time: carveOut,
      kind: 'carve-out-start',
      event: `clause ${clause} begins to spare: ${directive.title}`,
      significance: restricts ? 'relieves' : 'informs',
    })
    if (carveOut.until === undefined) return [start]
    const end = eventOf(directive, {
      ...common,
      time: { at: carveOut.until },
      kind: 'carve-out-end',
      event: `clause ${clause} spares no more: ${directive.title}`,
      significance: restricts ? 'restricts' : 'informs',
    })
    return [start, end]
  })
}

function dueEvents(directive: Directive): readonly TimelineEvent[] {
  const { reviewDue } = directive
  if (reviewDue === undefined) return []
  return [
    eventOf(directive, {
      time: { on: reviewDue },
      kind: 'review-due',
      event: `somebody should look again: ${directive.title}`,
      significance: 'informs',
      source: directive.source,
    }),
  ]
}

function actionEvents(directive: Directive, model: PolicyModel | null): readonly TimelineEvent[] {
  return directive.vendorActions
    .filter((action) => model === null || action.models.includes(model.id))
    .map((action) =>
      eventOf(directive, {
        time: action,
        kind: 'vendor-action',
        event: `${actionWords[action.effect]}${action.providers === undefined ? '' : ` over ${action.providers.join(', ')}`}: ${action.models.join(', ')}`,
        significance: isRelief(directive, action) ? 'relieves' : 'restricts',
        source: action.source,
        models: action.models,
        providers: action.providers,
        note: action.note,
      }),
    )
}

/** A model that comes back for some is a relief to them, when it was gone for everybody. */
function isRelief(directive: Directive, action: VendorAction): boolean {
  if (action.effect !== 'limited') return action.effect === 'restored'
  const before = directiveStateAt(directive, justBefore(instantOf(action, 'relief')))
  return action.models.every((model) => before.withdrawn.some((one) => one.model === model))
}

function justBefore(instant: string): string {
  return new Date(Date.parse(instant) - 1).toISOString()
}

const actionWords = {
  'withdrawn-for-all': 'withdrawn for everybody',
  limited: 'limited to some',
  restored: 'restored',
} as const

const lifecycleWords: Readonly<
  Record<LifecycleEvent['kind'], readonly [string, TimelineSignificance]>
> = {
  released: ['released', 'informs'],
  deprecated: ['deprecated', 'informs'],
  'retirement-planned': ['to be retired', 'restricts'],
  retired: ['retired', 'restricts'],
  suspended: ['suspended', 'restricts'],
  restored: ['restored', 'relieves'],
}

function lifecycleEvents({
  catalogue,
  life,
  model: asked,
}: TimelineOptions): readonly TimelineEvent[] {
  const addresses = new Map(catalogue.sources.map(({ id, url }) => [id, url]))
  return catalogue.vendors.flatMap((vendor) =>
    vendor.models
      .filter((model) => asked === null || model.id === asked.id)
      .flatMap((model) =>
        model.lifecycle
          .filter((line) => life === 'all' || line.kind === 'suspended' || line.kind === 'restored')
          .map((line): TimelineEvent => {
            const [words, significance] = lifecycleWords[line.kind]
            const subject =
              line.snapshot === undefined ? model.id : `${model.id} (${line.snapshot})`
            const over = line.providers === undefined ? '' : ` over ${line.providers.join(', ')}`
            return {
              ...timeOf({ on: line.on }, significance),
              kind: 'model-lifecycle',
              event: `${words}${over}: ${subject}`,
              significance,
              subject: {
                directive: null,
                models: [model.id],
                vendors: [vendor.id],
                providers: [...(line.providers ?? [])],
              },
              source: addresses.get(line.source) ?? line.source,
              review: null,
              note: line.note ?? null,
            }
          }),
      ),
  )
}

function sourceText(source: DirectiveSource | string): string {
  if (typeof source === 'string') return source
  return source.url ?? source.title ?? `read on ${source.retrieved}`
}
