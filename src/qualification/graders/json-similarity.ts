import type { SettingsOf } from '../../schema/grader-settings.ts'
import { answeredJson } from './answered-json.ts'
import { failed, type Grader, scored } from './grader.ts'

type Settings = SettingsOf<'json-similarity'>

/** How many leaves two values share, and how many there are in either. */
interface Shared {
  readonly same: number
  readonly all: number
}

export const jsonSimilarity: Grader<'json-similarity'> = {
  id: 'json-similarity',
  title: 'how much of the expected JSON the answer has',
  needs: 'nothing',
  problem: (_settings, task) => (task.expected === undefined ? '`expected` is missing' : null),
  grade: (settings, task, answer) => {
    const json = answeredJson(answer.text)
    if (json === null) return failed('the answer is no JSON')
    const { same, all } = compare(task.expected, json.value, settings, '')
    const score = all === 0 ? 1 : same / all
    return scored(score, settings.passScore ?? 1, `${same} of ${all} values are the same`)
  },
}

/** Leaves of both sides are counted once: what is missing and what is too much weigh alike. */
function compare(expected: unknown, given: unknown, settings: Settings, path: string): Shared {
  if (isIgnored(path, settings)) return { same: 0, all: 0 }
  if (Array.isArray(expected) && Array.isArray(given)) {
    return settings.ignoreOrder === true
      ? compareSets(expected, given, settings, path)
      : total(
          Array.from({ length: Math.max(expected.length, given.length) }, (_, index) =>
            compare(expected[index], given[index], settings, `${path}/${index}`),
          ),
        )
  }
  if (isObject(expected) && isObject(given)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(given)])
    return total(
      [...names].map((name) =>
        compare(member(expected, name), member(given, name), settings, `${path}/${name}`),
      ),
    )
  }
  if (isLeaf(expected) && isLeaf(given) && expected !== undefined && given !== undefined)
    return { same: isSameLeaf(expected, given, settings) ? 1 : 0, all: 1 }
  // Of two forms, or on one side alone: none of the leaves of the greater one is shared.
  return { same: 0, all: Math.max(leaves(expected, settings, path), leaves(given, settings, path)) }
}

/** Each element with the one most like it, best pairs first. */
function compareSets(
  expected: readonly unknown[],
  given: readonly unknown[],
  settings: Settings,
  path: string,
): Shared {
  const pairs = expected
    .flatMap((one, left) =>
      given.map((other, right) => {
        const shared = compare(one, other, settings, `${path}/${left}`)
        return { left, right, shared, share: shared.all === 0 ? 1 : shared.same / shared.all }
      }),
    )
    .toSorted((a, b) => b.share - a.share)
  const [lefts, rights] = [new Set<number>(), new Set<number>()]
  const found: Shared[] = []
  for (const { left, right, shared } of pairs) {
    if (lefts.has(left) || rights.has(right)) continue
    lefts.add(left)
    rights.add(right)
    found.push(shared)
  }
  const alone = [
    ...expected.filter((_, index) => !lefts.has(index)),
    ...given.filter((_, index) => !rights.has(index)),
  ]
  const rest = alone.map((one) => ({ same: 0, all: leaves(one, settings, `${path}/0`) }))
  return total([...found, ...rest])
}

/** `*` stands for any one step of the path. */
function isIgnored(path: string, { ignore = [] }: Settings): boolean {
  if (path === '' || ignore.length === 0) return false
  const steps = path.split('/')
  return ignore.some((pattern) => {
    const wanted = pattern.split('/')
    return (
      wanted.length === steps.length && wanted.every((one, i) => one === '*' || one === steps[i])
    )
  })
}

function leaves(value: unknown, settings: Settings, path: string): number {
  if (value === undefined || isIgnored(path, settings)) return 0
  if (Array.isArray(value))
    return Math.max(
      1,
      value.reduce<number>((sum, one, i) => sum + leaves(one, settings, `${path}/${i}`), 0),
    )
  if (!isObject(value)) return 1
  const members = Object.entries(value)
  return Math.max(
    1,
    members.reduce((sum, [name, one]) => sum + leaves(one, settings, `${path}/${name}`), 0),
  )
}

function isSameLeaf(expected: unknown, given: unknown, settings: Settings): boolean {
  if (typeof expected === 'number' && typeof given === 'number')
    return Math.abs(expected - given) <= (settings.absolute ?? 0)
  if (typeof expected === 'string' && typeof given === 'string') {
    const [a, b] = [expected.trim().normalize('NFC'), given.trim().normalize('NFC')]
    return settings.ignoreCase === true ? a.toLowerCase() === b.toLowerCase() : a === b
  }
  return expected === given
}

function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function member(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function total(shares: readonly Shared[]): Shared {
  return shares.reduce((sum, one) => ({ same: sum.same + one.same, all: sum.all + one.all }), {
    same: 0,
    all: 0,
  })
}
