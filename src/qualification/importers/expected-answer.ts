import type { GraderSettings } from '../../schema/grader-settings.ts'
import type { Task } from '../../schema/task-set.ts'
import { isEntry, unpacked } from './importer.ts'

/** What graders a row gets that only says what is expected: texts are compared as texts, JSON by its values. */
export function expectedAnswer(value: unknown): Pick<Task, 'expected' | 'graders'> {
  const given = unpacked(value)
  if (given === undefined || given === null || given === '') return {}
  if (typeof given === 'number') return { expected: given, graders: [{ grader: 'numeric' }] }
  if (typeof given === 'boolean') return { expected: String(given), graders: exactly }
  if (typeof given === 'string') return { expected: given, graders: exactly }
  if (Array.isArray(given) && given.every((one) => typeof one === 'string'))
    return { expected: given, graders: exactly }
  const expected = onlyText(given)
  return expected === null
    ? { expected: given as NonNullable<Task['expected']>, graders: [{ grader: 'json-similarity' }] }
    : { expected, graders: exactly }
}

const exactly: GraderSettings[] = [{ grader: 'exact' }]

/** `{ "answer": "Paris" }` means the text. */
function onlyText(value: unknown): string | null {
  if (!isEntry(value)) return null
  const [only, ...more] = Object.values(value)
  return typeof only === 'string' && more.length === 0 ? only : null
}
