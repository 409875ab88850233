import { compareText } from '../../base/compare.ts'
import { suggestNames } from '../../catalogue/index.ts'
import type { CarveOut, Directive, DirectiveStatus } from '../../schema/directive.ts'
import { canRestrict, clauseOf, instantOf } from '../directive-state.ts'
import type { PolicyModel } from '../principal.ts'
import { lineText } from './accept-history.ts'
import { entitiesOf, sparesNoMore } from './carve-out-width.ts'
import { covers, selectorOf } from './scope-width.ts'
import { selects } from './selected-models.ts'

/**
 * What a reader has to know of a directive that follows its schema. `error`: it contradicts itself. `warning`: it
 * may not say what was meant. `note`: it is so, and should be known.
 */
export interface DirectiveFinding {
  readonly severity: 'error' | 'warning' | 'note'
  /** Where in the file: keys and positions, for instance `['carveOuts', 1, 'models']`. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** What directives may name. */
export interface KnownNames {
  readonly models: ReadonlyMap<string, PolicyModel>
  readonly vendors: readonly string[]
  readonly families: readonly string[]
  readonly providers: readonly string[]
  readonly definition: string
}

export interface CheckOptions {
  readonly known: KnownNames
  /** Today, for what is overdue; absent: time plays no part. */
  readonly now?: string | undefined
}

/** Everything that can be said of one directive without asking anybody, in the order of the file. */
export function checkDirective(
  directive: Directive,
  options: CheckOptions,
): readonly DirectiveFinding[] {
  return [
    ...instrumentFindings(directive),
    ...personFindings(directive, options.known),
    ...nameFindings(directive, options.known),
    ...carveOutFindings(directive, options.known),
    ...actionFindings(directive, options.known),
    ...statusFindings(directive),
    ...reviewFindings(directive, options.now),
  ]
}

function finding(
  severity: DirectiveFinding['severity'],
  path: DirectiveFinding['path'],
  message: string,
): DirectiveFinding {
  return { severity, path, message }
}

function instrumentFindings(directive: Directive): readonly DirectiveFinding[] {
  if (canRestrict(directive.instrument)) return []
  return [
    finding(
      'note',
      ['instrument'],
      `a \`${directive.instrument}\` forbids nothing by itself: \`effect: ${directive.effect}\` denies nobody; only what the vendor did counts`,
    ),
  ]
}

function personFindings(directive: Directive, known: KnownNames): readonly DirectiveFinding[] {
  const { persons, definition } = directive.scope
  if (definition === undefined) {
    if (persons === 'all') return []
    return [
      finding(
        'error',
        ['scope', 'persons'],
        '`foreign-person` needs a `definition`: without one nobody can tell who is meant',
      ),
    ]
  }
  if (definition === known.definition) return []
  return [
    finding(
      'warning',
      ['scope', 'definition'],
      `classes are known under \`${known.definition}\`, not under \`${definition}\`: everybody is undetermined and denied`,
    ),
  ]
}

interface NamedPlace {
  readonly names: readonly string[]
  readonly path: DirectiveFinding['path']
  readonly kind: 'model' | 'vendor' | 'family' | 'provider'
}

/** A name that the catalogue does not know may be new, or misspelt, and then nothing would match it. */
function nameFindings(directive: Directive, known: KnownNames): readonly DirectiveFinding[] {
  if (directive.template === true) return []
  const lists: Readonly<Record<NamedPlace['kind'], readonly string[]>> = {
    model: [...known.models.keys()],
    vendor: known.vendors,
    family: known.families,
    provider: known.providers,
  }
  return namedPlaces(directive).flatMap(({ names, path, kind }) => {
    const isKnown = new Set(lists[kind])
    return names.flatMap((name, index) => {
      if (isKnown.has(name)) return []
      const near = suggestNames(name, lists[kind])
      const advice =
        near.length > 0 ? `; did you mean ${near.map((one) => `\`${one}\``).join(', ')}?` : ''
      return [
        finding('warning', [...path, index], `the catalogue knows no ${kind} \`${name}\`${advice}`),
      ]
    })
  })
}

function namedPlaces(directive: Directive): readonly NamedPlace[] {
  const { scope, carveOuts, vendorActions } = directive
  const isList = scope.models !== 'all' && 'length' in scope.models
  const selector = selectorOf(scope.models)
  const place = (
    kind: NamedPlace['kind'],
    names: readonly string[] | undefined,
    ...path: readonly (string | number)[]
  ): NamedPlace => ({ kind, names: names ?? [], path })
  return [
    place('model', selector.ids, 'scope', 'models', ...(isList ? [] : ['ids'])),
    place('vendor', selector.vendors, 'scope', 'models', 'vendors'),
    place('family', selector.families, 'scope', 'models', 'families'),
    place('provider', scope.providers, 'scope', 'providers'),
    ...carveOuts.map((one, index) => place('model', one.models, 'carveOuts', index, 'models')),
    ...vendorActions.flatMap((one, index) => [
      place('model', one.models, 'vendorActions', index, 'models'),
      place('provider', one.providers, 'vendorActions', index, 'providers'),
    ]),
  ]
}

function carveOutFindings(directive: Directive, known: KnownNames): readonly DirectiveFinding[] {
  return directive.carveOuts.flatMap((carveOut, index) => [
    ...ownFindings(directive, carveOut, index, known),
    ...pairFindings(directive, carveOut, index),
  ])
}

function ownFindings(
  directive: Directive,
  carveOut: CarveOut,
  index: number,
  known: KnownNames,
): readonly DirectiveFinding[] {
  const clause = clauseOf(carveOut, index)
  const path = ['carveOuts', index]
  const outside = (carveOut.models ?? []).filter((id) => isOutside(directive, id, known))
  const isAllOutside = outside.length > 0 && outside.length === carveOut.models?.length
  const { until } = carveOut
  return [
    ...(until !== undefined &&
    instantOf({ at: until }, 'restriction') <= instantOf(carveOut, 'relief')
      ? [
          finding(
            'error',
            [...path, 'until'],
            `\`${clause}\` ends at or before it starts: it never holds`,
          ),
        ]
      : []),
    ...(outside.length === 0
      ? []
      : [
          finding(
            isAllOutside ? 'error' : 'warning',
            [...path, 'models'],
            `\`${clause}\` spares ${outside.map((id) => `\`${id}\``).join(', ')}, which the scope does not reach`,
          ),
        ]),
    ...(sparesEverything(directive, carveOut)
      ? [
          finding(
            'error',
            path,
            `\`${clause}\` spares everything in scope, for everybody; a status line \`suspended\` or \`lifted\` says that`,
          ),
        ]
      : []),
  ]
}

function isOutside(directive: Directive, id: string, known: KnownNames): boolean {
  const model = known.models.get(id) ?? unknownModel(id)
  return selects(directive.scope.models, model) === 'no'
}

/** All that an id says by itself. */
function unknownModel(id: string): PolicyModel {
  return {
    id,
    vendor: id.slice(0, id.indexOf('/')),
    family: null,
    weights: null,
    trainingOperations: null,
    vendorJurisdictions: [],
  }
}

function sparesEverything(directive: Directive, carveOut: CarveOut): boolean {
  const { scope } = directive
  const conditions = [carveOut.entities, carveOut.authorisations].some((part) => part !== undefined)
  if (conditions || carveOut.employment !== 'any') return false
  return (
    covers(carveOut.models, selectorOf(scope.models).ids) &&
    covers(carveOut.routes, scope.routes === 'all' ? undefined : scope.routes) &&
    covers(carveOut.purposes, scope.purposes)
  )
}

/** Two clauses about the same use must not say different things of it. */
function pairFindings(
  directive: Directive,
  carveOut: CarveOut,
  index: number,
): readonly DirectiveFinding[] {
  const clause = clauseOf(carveOut, index)
  return directive.carveOuts.slice(0, index).flatMap((other, otherIndex) => {
    const otherClause = clauseOf(other, otherIndex)
    const path = ['carveOuts', index]
    if (clause === otherClause) {
      return [finding('error', path, `\`${clause}\` is the name of two clauses`)]
    }
    if (!holdTogether(carveOut, other)) return []
    if (reachOf(carveOut) === reachOf(other) && !isSameClause(carveOut, other)) {
      return [
        finding(
          'error',
          path,
          `\`${clause}\` contradicts \`${otherClause}\`: the same reach with ${differenceOf(carveOut, other)}, and both hold at once`,
        ),
      ]
    }
    if (sparesNoMore(carveOut, other) || sparesNoMore(other, carveOut)) {
      const [narrow, wide] = sparesNoMore(carveOut, other)
        ? [clause, otherClause]
        : [otherClause, clause]
      return [
        finding(
          'warning',
          path,
          `\`${narrow}\` adds nothing: \`${wide}\` spares all that it spares`,
        ),
      ]
    }
    return []
  })
}

/** Models, routes, purposes and holders that a carve-out is about. */
function reachOf(carveOut: CarveOut): string {
  const parts = [
    carveOut.models,
    carveOut.routes,
    entitiesOf(carveOut),
    carveOut.authorisations,
    carveOut.purposes,
  ]
  return JSON.stringify(parts.map((part) => part?.toSorted(compareText) ?? null))
}

function isSameClause(a: CarveOut, b: CarveOut): boolean {
  return sparesNoMore(a, b) && sparesNoMore(b, a)
}

function differenceOf(a: CarveOut, b: CarveOut): string {
  const parts = [
    ...(a.employment === b.employment ? [] : ['another `employment`']),
    ...(sameInterval(a, b) ? [] : ['another interval']),
  ]
  return parts.join(' and ')
}

function sameInterval(a: CarveOut, b: CarveOut): boolean {
  return instantOf(a, 'relief') === instantOf(b, 'relief') && endOf(a) === endOf(b)
}

function holdTogether(a: CarveOut, b: CarveOut): boolean {
  return instantOf(a, 'relief') < endOf(b) && instantOf(b, 'relief') < endOf(a)
}

function endOf(carveOut: CarveOut): string {
  return carveOut.until === undefined ? '9999' : instantOf({ at: carveOut.until }, 'restriction')
}

function actionFindings(directive: Directive, known: KnownNames): readonly DirectiveFinding[] {
  return directive.vendorActions.flatMap((action, index) => {
    const outside = action.models.filter((id) => isOutside(directive, id, known))
    const path = ['vendorActions', index, 'models']
    const wider =
      outside.length === 0
        ? []
        : [
            finding(
              'warning',
              path,
              `the vendor acted on ${outside.map((id) => `\`${id}\``).join(', ')}, which the scope does not reach`,
            ),
          ]
    const earlier = directive.vendorActions.some(
      (other) =>
        other.effect !== 'restored' &&
        instantOf(other, 'restriction') <= instantOf(action, 'relief') &&
        action.models.every((id) => other.models.includes(id)),
    )
    const restoresNothing = action.effect === 'restored' && !earlier
    return [
      ...wider,
      ...(restoresNothing
        ? [
            finding(
              'warning',
              ['vendorActions', index],
              '`restored` before anything was withdrawn or limited',
            ),
          ]
        : []),
    ]
  })
}

function statusInstant(line: DirectiveStatus): string {
  return instantOf(line, line.is === 'effective' ? 'restriction' : 'relief')
}

/** When the line was meant, whatever it means for the instant. */
function writtenDay(line: DirectiveStatus): string {
  return line.on ?? instantOf(line, 'relief').slice(0, 10)
}

function statusFindings(directive: Directive): readonly DirectiveFinding[] {
  const changes = directive.status.filter((line) => line.is !== 'issued')
  return directive.status.flatMap((line, index) => {
    const path = ['status', index]
    const before = directive.status[index - 1]
    const findings: DirectiveFinding[] = []
    if (before !== undefined && writtenDay(line) < writtenDay(before)) {
      findings.push(
        finding(
          'warning',
          path,
          `${lineText(line)} stands after ${lineText(before)}, which is later`,
        ),
      )
    }
    const isRelief = line.is === 'lifted' || line.is === 'suspended'
    const start = changes.find(
      (one) => one.is === 'effective' && statusInstant(one) <= statusInstant(line),
    )
    if (isRelief && start === undefined) {
      findings.push(
        finding('warning', path, `${lineText(line)} ends what has not been effective before`),
      )
    }
    const overtaken = changes.find(
      (one) =>
        isRelief &&
        one.is === 'effective' &&
        writtenDay(one) > writtenDay(line) &&
        statusInstant(one) <= statusInstant(line),
    )
    if (overtaken !== undefined) {
      findings.push(
        finding(
          'warning',
          path,
          `${lineText(line)} takes effect at ${statusInstant(line)}, after ${lineText(overtaken)}, which it therefore ends; give instants with \`at\``,
        ),
      )
    }
    return findings
  })
}

function reviewFindings(
  directive: Directive,
  now: string | undefined,
): readonly DirectiveFinding[] {
  const { review, reviewDue, template } = directive
  return [
    ...(template === true
      ? [finding('note', ['template'], 'a template with invented names: it cannot be enforced')]
      : []),
    ...(review.state === 'unverified'
      ? [
          finding(
            'note',
            ['review'],
            'unverified: no named person has signed; every answer that rests on it says so',
          ),
        ]
      : []),
    ...(now !== undefined && reviewDue !== undefined && reviewDue < now.slice(0, 10)
      ? [
          finding(
            'note',
            ['reviewDue'],
            `somebody should have looked again by ${reviewDue}; it restricts all the same`,
          ),
        ]
      : []),
  ]
}
