import { entriesOf, isEntry } from './importer.ts'

/** `[{ key, value: { stringValue } }]`; lists and objects stand in forms of their own. */
export function attributesOf(value: unknown): ReadonlyMap<string, unknown> {
  if (isEntry(value)) return new Map(Object.entries(value))
  return new Map(
    entriesOf(value).flatMap(({ key, value: held }) =>
      typeof key === 'string' ? [[key, anyValue(held)] as const] : [],
    ),
  )
}

export function anyValue(held: unknown): unknown {
  if (!isEntry(held)) return undefined
  if (isEntry(held['arrayValue'])) return entriesOf(held['arrayValue']['values']).map(anyValue)
  if (isEntry(held['kvlistValue']))
    return Object.fromEntries(attributesOf(held['kvlistValue']['values']))
  return held['stringValue'] ?? held['intValue'] ?? held['doubleValue'] ?? held['boolValue']
}
