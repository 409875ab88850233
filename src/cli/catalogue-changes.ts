import { canonicalJson } from '../base/canonical-json.ts'
import type { Catalogue } from '../schema/catalogue.ts'

/** What differs between two states of the catalogue, one line a row: `+` new, `~` changed. */
export function catalogueChanges(before: Catalogue, after: Catalogue): readonly string[] {
  const models = (catalogue: Catalogue) => catalogue.vendors.flatMap((vendor) => vendor.models)
  const bare = (catalogue: Catalogue) => catalogue.vendors.map((row) => ({ ...row, models: [] }))
  return [
    ...changed('source', before.sources, after.sources),
    ...changed('vendor', bare(before), bare(after)),
    ...changed('model', models(before), models(after)),
    ...changed('provider', before.providers, after.providers),
  ]
}

function changed<Row extends { readonly id: string }>(
  kind: string,
  before: readonly Row[],
  after: readonly Row[],
): readonly string[] {
  const old = new Map(before.map((row) => [row.id, row]))
  return after.flatMap((row) => {
    const was = old.get(row.id)
    if (was === undefined) return [`+ ${kind} ${row.id}`]
    const fields = differences(was, row)
    return fields.length === 0 ? [] : [`~ ${kind} ${row.id}: ${fields.join(', ')}`]
  })
}

function differences(was: object, is: object): readonly string[] {
  const read = (value: object, name: string) =>
    canonicalJson((value as Record<string, unknown>)[name] ?? null)
  const names = new Set([...Object.keys(was), ...Object.keys(is)])
  return [...names].filter((name) => read(was, name) !== read(is, name)).toSorted()
}
