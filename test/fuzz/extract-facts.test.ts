import assert from 'node:assert/strict'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { seededRandom, type SeededRandom } from '../../bench/audit/seeded-random.ts'
import { extractFacts } from '../../src/audit/extract-facts.ts'
import type { Fact } from '../../src/audit/fact.ts'
import { classifyContent } from '../../src/audit/files/classify.ts'
import { auditFiles, compileDetectors, constantLookup } from '../../src/audit/index.ts'
import { auditLimits } from '../../src/audit/limits.ts'
import { createResolver } from '../../src/catalogue/index.ts'
import { loadCatalogue } from '../../src/cli/catalogue-files.ts'
import { readDetectorFolder } from '../../src/cli/load-detectors.ts'
import { Register } from '../../src/schema/register.ts'
import { corpus } from './corpus.ts'
import { fuzzRuns, fuzzSeed, watchdogMs } from './fuzz-settings.ts'
import { mutate } from './mutate.ts'

const root = resolve(import.meta.dirname, '../..')
const own = (await readDetectorFolder(join(root, 'data/detectors'))).map(({ detector }) => detector)
const catalogue = await loadCatalogue({})
const resolver = createResolver(catalogue)
const detectors = compileDetectors(own)
const texts = corpus(own)

/** Each run has a seed of its own, so that one that failed can be run alone. */
function runOf(index: number): {
  readonly random: SeededRandom
  readonly path: string
  readonly content: string
} {
  const random = seededRandom(fuzzSeed + index)
  const { path, content } = random.pick(texts)
  // Now and then a text under the name of another kind of file.
  const shown = random.below(8) === 0 ? random.pick(texts).path : path
  return { random, path: shown, content: mutate(content, random, random.pick(texts).content) }
}

function repeatIt(index: number, path: string): string {
  return `run ${index} of seed ${fuzzSeed} (HOLDFAST_FUZZ_SEED=${fuzzSeed + index} HOLDFAST_FUZZ_RUNS=1), ${path}`
}

function report(
  what: string,
  runs: number,
  startedAt: number,
  slowest: { readonly ms: number; readonly path: string },
): string {
  return `${what}: seed ${fuzzSeed}, ${runs} runs, ${Math.round(performance.now() - startedAt)} ms, slowest ${Math.round(slowest.ms)} ms (${slowest.path})`
}

test(
  'a mutated file of any kind gives the same facts twice, at places inside it, and never throws',
  { timeout: watchdogMs },
  async (context) => {
    const runs = fuzzRuns(250)
    const startedAt = performance.now()
    let slowest = { ms: 0, path: '' }
    for (let index = 0; index < runs; index += 1) {
      const { path, content } = runOf(index)
      const file = { path, content, context: classifyContent(path, content) }
      const before = performance.now()
      const facts = await extractFacts(file, detectors, resolver).catch((error: unknown) =>
        assert.fail(
          `${repeatIt(index, path)} threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        ),
      )
      const ms = performance.now() - before
      if (ms > slowest.ms) slowest = { ms, path: `${path}, run ${index}` }
      assert.ok(facts.length <= auditLimits.factsPerFileMax, repeatIt(index, path))
      const lines = content.split(/\r\n|\r|\n|\u2028|\u2029/).length
      for (const fact of facts) {
        for (const place of placesIn(fact)) {
          const isInside =
            place.path === path &&
            place.line >= 1 &&
            place.line <= lines &&
            (place.column ?? 1) >= 1
          assert.ok(
            isInside,
            `${repeatIt(index, path)}: ${JSON.stringify(place)} of ${lines} lines, ${fact.detector}`,
          )
        }
      }
      assert.deepEqual(await extractFacts(file, detectors, resolver), facts, repeatIt(index, path))
    }
    context.diagnostic(report('facts', runs, startedAt, slowest))
  },
)

test(
  'no key that stands in a file stands in the register',
  { timeout: watchdogMs },
  async (context) => {
    const runs = Math.ceil(fuzzRuns(250) / 5)
    const startedAt = performance.now()
    let slowest = { ms: 0, path: '' }
    for (let index = 0; index < runs; index += 1) {
      const { random, path, content } = runOf(index)
      const key = keyOf(random)
      const before = performance.now()
      const register = await auditFiles(
        { [path]: plant(content, key, random) },
        {
          detectors,
          catalogue,
          resolver,
          constantOf: constantLookup(resolver),
          asOf: '2026-11-24',
        },
      )
      const ms = performance.now() - before
      if (ms > slowest.ms) slowest = { ms, path: `${path}, run ${index}` }
      const written = JSON.stringify(Register.parse(register))
      for (let start = 16; start + 20 <= key.length; start += 1) {
        const at = written.indexOf(key.slice(start, start + 20))
        assert.equal(
          at,
          -1,
          `${repeatIt(index, path)}: …${written.slice(Math.max(0, at - 200), at + 60)}…`,
        )
      }
    }
    context.diagnostic(report('secrets', runs, startedAt, slowest))
  },
)

const keyCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function keyOf(random: SeededRandom): string {
  const prefix = random.pick([
    'sk-ant-api03-',
    'sk-proj-',
    'AIzaSy',
    'gsk_',
    'xai-',
    'sk-or-v1-',
    'hf_',
    'pplx-',
    'glpat-',
  ])
  // Keys of Hugging Face are letters alone.
  const characters = prefix === 'hf_' ? keyCharacters.slice(0, 52) : keyCharacters
  return (
    prefix + Array.from({ length: 80 }, () => characters[random.below(characters.length)]).join('')
  )
}

/** Writes the key where people leave keys: at the end of a line, or on a line of its own. */
function plant(content: string, key: string, random: SeededRandom): string {
  const written = random.pick([
    `api_key = "${key}"`,
    `ANTHROPIC_API_KEY=${key}`,
    `"apiKey": "${key}",`,
    `api_key: ${key}`,
    `Authorization: Bearer ${key}`,
    `client(model="gpt-4o", api_key="${key}")`,
    `curl https://user:${key}@api.openai.com/v1?key=${key} -d '{"model":"gpt-4o"}'`,
    `model = "${key}"`,
    `model: gpt-4o # ${key}`,
    `https://api.openai.com/v1/${key}/gpt-4o`,
    `fallbacks: [gpt-4o, ${key}]`,
    `"system": "use ${key} with gpt-4o"`,
  ])
  const lines = content.split('\n')
  const at = random.below(lines.length)
  if (random.below(2) === 0) lines.splice(at, 0, written)
  else lines[at] = `${lines[at] ?? ''} ${written}`
  return lines.join('\n')
}

interface FoundPlace {
  readonly path: string
  readonly line: number
  readonly column?: number | undefined
}

/** The place of the fact and of every value in it. */
function placesIn(value: Fact | object): readonly FoundPlace[] {
  const own = 'path' in value && 'line' in value ? [value as FoundPlace] : []
  const inner = Object.values(value).flatMap((member: unknown) =>
    typeof member === 'object' && member !== null ? placesIn(member) : [],
  )
  return [...own, ...inner]
}
