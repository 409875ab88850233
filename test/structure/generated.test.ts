import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Command } from 'commander'
import * as z from 'zod'
import { migrationEffort } from '../../src/audit/migration-effort.ts'
import { detectionCaps } from '../../src/audit/use-fact.ts'
import { faultCodes } from '../../src/base/fault-codes.ts'
import { createProgram } from '../../src/cli/program.ts'
import { registerFormats } from '../../src/report/index.ts'
import {
  FallbackGrade,
  Feature,
  FileContext,
  GapKind,
  ResolutionState,
  Role,
} from '../../src/schema/vocabulary.ts'
import { generatedFiles, publishedSchemas, repositoryRoot } from '../../tools/docs/documents.ts'

function read(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8')
}

function markdownIn(folder: string): readonly string[] {
  return readdirSync(join(repositoryRoot, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`)
}

const writtenPages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'ARCHITECTURE.md',
  ...markdownIn('docs/guide'),
  ...markdownIn('docs/reference'),
  ...markdownIn('docs/decisions'),
]

test('every generated file is what `npm run docs` writes', async () => {
  for (const [path, content] of await generatedFiles()) {
    assert.ok(read(path) === content, `${path} is stale: run \`npm run docs\``)
  }
})

/** Flags that pages show and that belong to other programs. */
const otherFlags = new Set([
  // git, npm, node and the benchmarks
  '--misses',
  '--silent',
  '--examples',
  '--ignore-scripts',
  '--sources',
  '--no-deps',
  '--at-least',
  '--enable-experimental-regexp-engine-on-excessive-backtracks',
  // curl and jq
  '--data-binary',
  '--rawfile',
  '--retry',
  '--retry-delay',
  '--retry-connrefused',
  // engines of local models
  '--served-model-name',
  '--chat-template',
  '--host',
  '--max-model-len',
  '--max-num-seqs',
  '--enable-auto-tool-choice',
  '--tool-call-parser',
  '--host',
  '--port',
  '--alias',
  '--ctx-size',
  '--parallel',
  '--jinja',
  '--n-gpu-layers',
  '--threads',
  // static analysers
  '--sarif',
  '--quiet',
  // Failover Bench
  '--system',
  // command lines that the audit reads
  '--model',
  '--fallback-model',
])

function commandsOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(commandsOf)]
}

const program = await createProgram()

/** What a page says that the program does not know. */
export function unknownWords(text: string): readonly string[] {
  const flags = new Set(
    commandsOf(program).flatMap((command) =>
      command.options.flatMap((option) => (option.long === undefined ? [] : [option.long])),
    ),
  )
  const known = new Set([...flags, ...otherFlags, '--help', '--version'])
  const codes = new Set<string>(Object.keys(faultCodes))
  return [
    ...[...text.matchAll(/(?<![\w-])--[a-z][a-z0-9-]*/g)]
      .map(([flag]) => flag)
      .filter((flag) => !known.has(flag)),
    ...[...text.matchAll(/\bHF_[A-Z_]*[A-Z]\b/g)]
      .map(([code]) => code)
      .filter((code) => !codes.has(code)),
  ]
}

test('pages name only flags and error codes that exist', () => {
  const unknown = writtenPages.flatMap((path) =>
    unknownWords(read(path)).map((word) => `${path}: ${word}`),
  )
  assert.deepEqual(unknown, [])
})

test('a flag and a code that do not exist are seen', () => {
  assert.deepEqual(unknownWords('`holdfast audit --fail-on x --nowhere`, HF_USAGE, HF_NOTHING'), [
    '--nowhere',
    'HF_NOTHING',
  ])
})

test('every decision is linked from the list of decisions', () => {
  const list = read('docs/decisions/README.md')
  const missing = markdownIn('docs/decisions')
    .map((path) => path.slice('docs/decisions/'.length))
    .filter((name) => name !== 'README.md' && !list.includes(`](${name})`))
  assert.deepEqual(missing, [])
})

test('links between pages lead to files that exist', () => {
  const broken = writtenPages.flatMap((path) =>
    [...read(path).matchAll(/\]\((?!https?:|#|mailto:)(?<target>[^)#\s]+)(?:#[^)]*)?\)/g)]
      .map((match) => match.groups?.['target'] ?? '')
      .filter((target) => !exists(join(path, '..', target)))
      .map((target) => `${path}: ${target}`),
  )
  assert.deepEqual(broken, [])
})

function exists(path: string): boolean {
  try {
    readdirSync(join(repositoryRoot, path))
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOTDIR'
  }
}

test('the reference has a row for every word of the vocabulary', () => {
  const pages: readonly (readonly [string, readonly string[]])[] = [
    ['docs/reference/roles-and-contexts.md', [...Role.options, ...FileContext.options]],
    ['docs/reference/fallback-grades.md', FallbackGrade.options],
    ['docs/reference/detection.md', ResolutionState.options],
    ['docs/reference/migration-effort.md', Feature.options],
    ['docs/reference/formats.md', registerFormats.map((format) => format.id)],
    ['docs/guide/audit.md', GapKind.options],
  ]
  const missing = pages.flatMap(([path, words]) =>
    words.filter((word) => !read(path).includes(`\`${word}\``)).map((word) => `${path}: ${word}`),
  )
  assert.deepEqual(missing, [])
})

test('the table of migration effort has the points that the audit counts', () => {
  const page = read('docs/reference/migration-effort.md')
  for (const feature of Feature.options) {
    const points = Number(
      /^(?<points>\d+) points/.exec(migrationEffort([feature], 0, false).reason)?.groups?.[
        'points'
      ] ?? 0,
    )
    assert.ok(page.includes(`| \`${feature}\` | ${points} |`), `${feature} has ${points} points`)
  }
})

test('the table of detection has the caps that the audit uses', () => {
  const page = read('docs/reference/detection.md')
  for (const cap of Object.values(detectionCaps))
    assert.ok(page.includes(`| ${cap} |`), String(cap))
})

test('every key of a published schema is described, so that editors can say what it is for', () => {
  const silent = Object.entries(publishedSchemas).flatMap(([path, { schema }]) =>
    undescribed(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), path),
  )
  assert.deepEqual(silent, [])
})

function undescribed(node: unknown, path: string): readonly string[] {
  if (typeof node !== 'object' || node === null) return []
  const keys = 'properties' in node ? Object.entries(node.properties as object) : []
  const own = keys.flatMap(([key, child]: [string, object]) => [
    ...('description' in child || 'const' in child ? [] : [`${path} ${key}`]),
    ...undescribed(child, `${path} ${key}`),
  ])
  const inner = Object.entries(node).flatMap(([name, child]: [string, unknown]) =>
    name === 'properties'
      ? []
      : Array.isArray(child)
        ? child.flatMap((one) => undescribed(one, path))
        : undescribed(child, path),
  )
  return [...own, ...inner]
}
