import type { TaskRequest } from '../../schema/task-request.ts'
import { isEntry, unpacked } from './importer.ts'

/** Temperature and length that a recorded call was asked with, by the names that tools give them. */
export function parametersOf(value: unknown): Pick<TaskRequest, 'parameters'> {
  const given = unpacked(value)
  if (!isEntry(given)) return {}
  const numberOf = (names: readonly string[]): number | null => {
    const found = names.map((name) => given[name]).find((one) => one !== undefined && one !== null)
    return found === undefined || found === '' ? null : Number(found)
  }
  const temperature = numberOf(['temperature'])
  const maxOutputTokens = numberOf([
    'max_tokens',
    'max_completion_tokens',
    'max_output_tokens',
    'maxOutputTokens',
  ])
  const parameters = {
    ...(temperature !== null && temperature >= 0 && temperature <= 2 ? { temperature } : {}),
    ...(maxOutputTokens !== null && Number.isSafeInteger(maxOutputTokens) && maxOutputTokens > 0
      ? { maxOutputTokens }
      : {}),
  }
  return Object.keys(parameters).length === 0 ? {} : { parameters }
}
