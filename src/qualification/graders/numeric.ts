import { failed, type Grader, passed } from './grader.ts'

/** `1,234.5`, `-3`, `6.02e23`; a percent sign or a unit may follow, a letter may not stand before. */
const numbers =
  /(?<![\w.])[-+−]?(?:\d{1,3}(?:,\d{3}){1,20}|\d{1,40})(?:\.\d{1,40})?(?:e[-+]?\d{1,4})?(?![\d])/gi

export const numeric: Grader<'numeric'> = {
  id: 'numeric',
  title: 'the number in the answer is the expected one, within a tolerance',
  needs: 'nothing',
  problem: (_settings, task) =>
    Number.isFinite(expectedNumber(task.expected)) ? null : '`expected` is no number',
  grade: ({ absolute = 0, relative = 0, take = 'only' }, task, answer) => {
    const expected = expectedNumber(task.expected)
    const found = [...answer.text.matchAll(numbers)].map(([text]) => readNumber(text))
    const given = take === 'last' || found.length === 1 ? found.at(-1) : undefined
    if (given === undefined)
      return failed(
        found.length === 0 ? 'no number' : `${found.length} numbers, and none is the answer`,
      )
    const room = Math.max(absolute, relative * Math.abs(expected))
    // The room itself passes, though subtraction rounds.
    const isNear = Math.abs(given - expected) <= room + Number.EPSILON * Math.abs(expected) * 4
    return isNear ? passed(`${given}`) : failed(`${given} where ${expected} is expected`)
  },
}

function expectedNumber(expected: unknown): number {
  if (typeof expected === 'number') return expected
  return typeof expected === 'string' && expected.trim() !== '' ? readNumber(expected) : Number.NaN
}

function readNumber(text: string): number {
  return Number(text.trim().replaceAll(',', '').replace('−', '-'))
}
