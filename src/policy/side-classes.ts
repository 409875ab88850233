import { compareText } from '../base/compare.ts'
import type { CedarAnswer } from './cedar-engine.ts'
import { entityTypes } from './cedar-schema.ts'
import { principalShapesMax } from './limits.ts'
import type { SideOf } from './side-of.ts'
import type { Side, SideReads, TestedParts, TestedSide } from './tested-parts.ts'

/** What Cedar said of one test: `y` and `n`, or `e` when it failed. One letter per test of the side. */
export type TestAnswers = string

/** Name of a test as a policy of its own. No rule or marker has a name that begins so. */
export function testName(side: Side, index: number): string {
  return `?${side}${index}`
}

/**
 * Values of one side in classes: same answers to all tests of a unit and, where its policies mix sides within one
 * comparison, same values there. Cedar is asked once per distinct reading of what the tests read.
 */
export class SideClasses<T> {
  readonly #side: SideOf<T>
  readonly #named: ReadonlySet<string>
  readonly #tested: TestedSide
  readonly #ask: (value: T) => CedarAnswer
  readonly #byReading = new Map<string, number>()
  readonly #byAnswers = new Map<string, number>()
  readonly #answers: TestAnswers[] = []
  readonly #representatives: T[] = []

  constructor(side: SideOf<T>, parts: TestedParts, ask: (value: T) => CedarAnswer) {
    this.#side = side
    this.#named = parts.named
    this.#tested = parts.sides[side.side]
    this.#ask = ask
  }

  get count(): number {
    return this.#representatives.length
  }

  /** One value of the class, to ask Cedar with. */
  representative(index: number): T {
    const value = this.#representatives[index]
    if (value === undefined) throw new TypeError(`no class ${index} of ${this.#side.side}`)
    return value
  }

  answersOf(index: number): TestAnswers {
    return this.#answers[index] ?? ''
  }

  classOf(value: T): number {
    const { reads, mixed } = this.#tested
    const mixedReading = this.#reading(value, mixed)
    const reading = `${this.#reading(value, reads)}\n${mixedReading}`
    const known = this.#byReading.get(reading)
    if (known !== undefined) return known
    const answers = this.#answersFor(value)
    const found = this.#classWith(`${answers}\n${mixedReading}`, value, answers)
    // Only remembered, to ask less often.
    if (this.#byReading.size > principalShapesMax) this.#byReading.clear()
    this.#byReading.set(reading, found)
    return found
  }

  #classWith(key: string, value: T, answers: TestAnswers): number {
    const known = this.#byAnswers.get(key)
    if (known !== undefined) return known
    const index = this.#representatives.push(value) - 1
    this.#answers.push(answers)
    this.#byAnswers.set(key, index)
    return index
  }

  #answersFor(value: T): TestAnswers {
    const { tests } = this.#tested
    if (tests.length === 0) return ''
    const answer = this.#ask(value)
    const held = new Set(answer.policies)
    const failed = new Set(answer.errors.map(({ policy }) => policy))
    return tests
      .map((_, index) => testName(this.#side.side, index))
      .map((name) => (failed.has(name) || failed.has(null) ? 'e' : held.has(name) ? 'y' : 'n'))
      .join('')
  }

  #reading(value: T, reads: SideReads): string {
    const attributes = reads.attributes.size === 0 ? {} : this.#side.attributes(value)
    return JSON.stringify([
      [...reads.attributes].map((name) => attributes[name] ?? null),
      reads.isNamed ? this.#name(value) : 0,
      reads.isKindAsked ? this.#side.kind(value) : 0,
      reads.areGroupsAsked ? this.#groups(value) : 0,
    ])
  }

  #name(value: T): string {
    const name = this.#side.name(value)
    if (name === '' || !this.#side.areUnnamedAlike) return name
    return this.#named.has(name) ? name : '*'
  }

  #groups(value: T): readonly string[] {
    return this.#side
      .groups(value)
      .filter((id) => this.#named.has(`${entityTypes.group}::${id}`))
      .toSorted(compareText)
  }
}
