import * as z from 'zod'
import type { SettingsOf } from '../../schema/grader-settings.ts'
import type { Task } from '../../schema/task-set.ts'
import type { GivenToolCall } from '../tasks/given-answer.ts'
import { failed, type Grader, passed } from './grader.ts'
import { validatorOf } from './json-schema.ts'

const Expected = z.array(
  z.strictObject({
    name: z.string(),
    /** An argument as a list in `oneOf` may have any of its values. */
    arguments: z.record(z.string(), z.json()),
  }),
)
type ExpectedCall = z.infer<typeof Expected>[number]

export const toolCalls: Grader<'tool-calls'> = {
  id: 'tool-calls',
  title: 'the answer calls the expected tools with the expected arguments',
  needs: 'nothing',
  problem: (_settings, task) =>
    Expected.safeParse(task.expected).success
      ? null
      : '`expected` is no list of calls with `name` and `arguments`',
  grade: (settings, task, answer) => {
    const expected = Expected.parse(task.expected)
    const given = answer.toolCalls
    const invalid = given.map((call) => invalidCall(call, task)).find((one) => one !== null)
    if (invalid !== undefined) return failed(invalid)
    if (settings.extra !== 'allowed' && given.length > expected.length)
      return failed(`${given.length} calls where ${expected.length} are expected`)
    const missing =
      settings.order === 'strict'
        ? firstOutOfOrder(expected, given, settings)
        : firstUnmatched(expected, given, settings)
    return missing === null
      ? passed('called as expected')
      : failed(`no call of \`${missing.name}\` as expected`)
  },
}

/** A call that the task's own tools refuse would fail at work, whatever was expected. */
function invalidCall(call: GivenToolCall, task: Task): string | null {
  if (call.arguments === null) return `the arguments of \`${call.name}\` are no JSON`
  const tool = task.request.tools?.find(({ name }) => name === call.name)
  if (tool === undefined)
    return task.request.tools === undefined ? null : `there is no tool \`${call.name}\``
  return validatorOf(tool.parameters)(call.arguments)
    ? null
    : `the arguments of \`${call.name}\` do not follow its schema`
}

/** Each expected call takes one given call, so that all find one where that is possible. */
function firstUnmatched(
  expected: readonly ExpectedCall[],
  given: readonly GivenToolCall[],
  settings: SettingsOf<'tool-calls'>,
): ExpectedCall | null {
  const holderOf = new Map<number, number>()
  function takes(want: number, seen: Set<number>): boolean {
    for (const [index, call] of given.entries()) {
      const wanted = expected[want]
      if (wanted === undefined || seen.has(index) || !isSameCall(wanted, call, settings)) continue
      seen.add(index)
      const holder = holderOf.get(index)
      if (holder === undefined || takes(holder, seen)) {
        holderOf.set(index, want)
        return true
      }
    }
    return false
  }
  return expected.find((_, want) => !takes(want, new Set())) ?? null
}

function firstOutOfOrder(
  expected: readonly ExpectedCall[],
  given: readonly GivenToolCall[],
  settings: SettingsOf<'tool-calls'>,
): ExpectedCall | null {
  let from = 0
  for (const wanted of expected) {
    const index = given.findIndex((call, at) => at >= from && isSameCall(wanted, call, settings))
    if (index < 0) return wanted
    from = index + 1
  }
  return null
}

function isSameCall(
  expected: ExpectedCall,
  given: GivenToolCall,
  { ignore = [], ignoreCase }: SettingsOf<'tool-calls'>,
): boolean {
  if (expected.name !== given.name || given.arguments === null) return false
  const names = new Set([...Object.keys(expected.arguments), ...Object.keys(given.arguments)])
  const same = ignoreCase === true
  return [...names].every(
    (name) =>
      ignore.includes(name) || isSame(expected.arguments[name], given.arguments?.[name], same),
  )
}

function isSame(expected: unknown, given: unknown, ignoreCase: boolean): boolean {
  if (isObject(expected) && Array.isArray(expected['oneOf']) && Object.keys(expected).length === 1)
    return expected['oneOf'].some((one: unknown) => isSame(one, given, ignoreCase))
  if (typeof expected === 'string' && typeof given === 'string') {
    const [a, b] = [expected.trim(), given.trim()]
    return ignoreCase ? a.toLowerCase() === b.toLowerCase() : a === b
  }
  if (Array.isArray(expected) && Array.isArray(given))
    return (
      expected.length === given.length &&
      expected.every((one, index) => isSame(one, given[index], ignoreCase))
    )
  if (isObject(expected) && isObject(given)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(given)])
    return [...names].every((name) => isSame(expected[name], given[name], ignoreCase))
  }
  return expected === given
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
