import type { CompiledQuery, Kysely } from 'kysely'
import type { Tables } from '../tables.ts'
import type { RowValue } from './record-shape.ts'

/** Where a value will stand, in place of one of any type. */
export type Slot<Name extends string> = (name: Name) => never

interface Built<Row> {
  compile(): CompiledQuery<Row>
}

/**
 * A query that is built once and run with other values each time: for those that run thousands of times, where building
 * takes longer than running.
 */
export function preparedQuery<Name extends string, Row>(
  build: (db: Kysely<Tables>, slot: Slot<Name>) => Built<Row>,
): (db: Kysely<Tables>, values: Readonly<Record<Name, RowValue>>) => Promise<readonly Row[]> {
  let made: { readonly query: CompiledQuery<Row>; readonly names: readonly Place[] } | null = null
  return async (db, values) => {
    made ??= placed(build(db, (name) => new Mark(name) as never).compile())
    const { query, names } = made
    const parameters = names.map((place) =>
      'name' in place ? values[place.name as Name] : place.value,
    )
    const { rows } = await db.executeQuery<Row>({ ...query, parameters })
    return rows
  }
}

/** A parameter of the query: one that is given each time, or one that stays. */
type Place = { readonly name: string } | { readonly value: unknown }

class Mark {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

function placed<Row>(query: CompiledQuery<Row>): {
  readonly query: CompiledQuery<Row>
  readonly names: readonly Place[]
} {
  const names = query.parameters.map((one) =>
    one instanceof Mark ? { name: one.name } : { value: one },
  )
  return { query, names }
}
