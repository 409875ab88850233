import type { Value } from '../fact.ts'
import type { CodeDefinition } from './code-unit.ts'
import type { Place } from '../../schema/register.ts'

/** Classes whose fields are read from the environment under their own name (pydantic settings). */

/** The prefix of a settings class by its text; '' when it names none. */
export function settingsPrefix(classText: string): string {
  return /env_prefix["']?\s*[=:]\s*["'](\w*)["']/.exec(classText)?.[1] ?? ''
}

/** The field's value with the variable before it that replaces its default. */
export function settingsField(
  definition: CodeDefinition,
  field: string,
  fieldText: string,
  prefix: string,
): CodeDefinition {
  if (definition.form !== 'field-default' || /^[A-Z_]*config$/i.test(field)) return definition
  const { value } = definition
  if (value.kind === 'environment' || value.kind === 'external') return definition
  return { ...definition, value: settingsValue(field, fieldText, prefix, value, value.place) }
}

/** What a settings field without a default reads. */
export function settingsValue(
  field: string,
  fieldText: string,
  prefix: string,
  fallback: Value | null,
  place: Place,
): Value {
  const named = /\b(?:validation_alias|alias|env)\s*=\s*(?:\w+\(\s*)?["'](\w+)["']/.exec(
    fieldText,
  )?.[1]
  const variable = named ?? (prefix + field).toUpperCase()
  return { kind: 'environment', variable, fallback, place }
}
