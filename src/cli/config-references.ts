import { Fault } from '../base/fault.ts'
import { suggestNames } from '../catalogue/index.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import { localRouteId } from './local/local-route.ts'
import { yamlPlaces } from './yaml-places.ts'

/** Names one thing in holdfast.yaml that is looked up in another list. */
interface Reference {
  readonly keys: readonly (string | number)[]
  readonly what: string
  readonly name: string
  readonly known: readonly string[]
}

/** Two things of one name: a rule for the one would be read as a rule for the other. */
export function refuseTwins(config: HoldfastConfig, text: string, path: string): void {
  for (const key of ['routes', 'workflows', 'principals'] as const) {
    const seen = new Set<string>()
    for (const [index, { id }] of config[key].entries()) {
      if (seen.has(id)) {
        if (key === 'routes' && id === localRouteId && config.local !== undefined)
          throw new Fault('HF_CONFIG_INVALID', `the route \`${id}\` is made by \`local\``, {
            place: yamlPlaces(text, path)(['local']),
            expected: 'either `local`, or a route of this name',
            advice: 'rename the route',
          })
        throw new Fault('HF_CONFIG_INVALID', `\`${id}\` stands twice under \`${key}\``, {
          place: yamlPlaces(text, path)([key, index, 'id']),
          expected: 'an id of its own for each of them',
          advice: 'rename one, or join the two',
        })
      }
      seen.add(id)
    }
  }
}

/** Names that lead nowhere, each with its place and the nearest known one: nothing would match them. */
export function danglingReferences(
  config: HoldfastConfig,
  directives: readonly string[],
  text: string,
  path: string,
): readonly string[] {
  const dangling = referencesIn(config, directives).filter(
    ({ name, known }) => !known.includes(name),
  )
  if (dangling.length === 0) return []
  const placeOf = yamlPlaces(text, path)
  return dangling.map(({ keys, what, name, known }) => {
    const { line, column } = placeOf(keys)
    const near = suggestNames(name, known).map((one) => `\`${one}\``)
    const advice = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`
    return `${path}:${line}:${column}: there is no ${what} \`${name}\`${advice}`
  })
}

function referencesIn(
  { workflows, principals, authorisations, groups }: HoldfastConfig,
  directives: readonly string[],
): readonly Reference[] {
  const ids = {
    group: Object.keys(groups),
    workflow: workflows.map(({ id }) => id),
    authorisation: authorisations.map(({ id }) => id),
  }
  const listed = (
    what: keyof typeof ids,
    names: readonly string[] | undefined,
    ...keys: readonly (string | number)[]
  ): readonly Reference[] =>
    (names ?? []).map((name, index) => ({ keys: [...keys, index], what, name, known: ids[what] }))
  return [
    ...workflows.flatMap((one, at) => listed('group', one.audience, 'workflows', at, 'audience')),
    ...authorisations.map(({ directive }, at) => ({
      keys: ['authorisations', at, 'directive'],
      what: 'directive',
      name: directive,
      known: directives,
    })),
    ...principals.flatMap((one, at) => [
      ...listed('group', one.groups, 'principals', at, 'groups'),
      ...listed('workflow', one.workflows, 'principals', at, 'workflows'),
      ...listed('authorisation', one.authorisations, 'principals', at, 'authorisations'),
    ]),
  ]
}
