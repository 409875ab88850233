import type { Place } from '../../schema/register.ts'
import type { Value } from '../fact.ts'

/** An element by key: of the environment, of a settings object, or of a table of the program. */
export function subscriptValue(table: string, key: Value, place: Place): Value {
  if (key.kind === 'literal') {
    if (/(?:^|\.)(?:environ|env|ENV|_ENV|_SERVER|environment)$/.test(table)) {
      return { kind: 'environment', variable: key.text, fallback: null, place }
    }
    if (
      /(?:^|\.)(?:[Cc]onfiguration|_?config|_configuration)$/.test(table) &&
      /[:.]/.test(key.text)
    ) {
      return { kind: 'external', source: `setting:${settingKey(key.text)}`, fallback: null, place }
    }
  }
  return { kind: 'lookup', table, key, place }
}

/** Settings are compared in lower case with dots, however code and file separate their parts. */
export function settingKey(text: string): string {
  return text.toLowerCase().replaceAll(/:{1,2}|__|\//g, '.')
}
