import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { parseSync } from 'oxc-parser'
import { doorless, floorPlan, type Room } from './floor-plan.ts'

const root = resolve(import.meta.dirname, '../..')
const source = join(root, 'src')

interface SourceUnit {
  readonly path: string
  readonly room: string
  readonly imports: readonly string[]
  readonly text: string
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesUnder(path) : [path]
  })
}

function unitOf(path: string): SourceUnit {
  const text = readFileSync(path, 'utf8')
  const parsed = parseSync(path, text)
  const imports = [
    ...parsed.module.staticImports.map((one) => one.moduleRequest.value),
    ...parsed.module.staticExports.flatMap((one) =>
      one.entries.flatMap((entry) =>
        entry.moduleRequest === null ? [] : [entry.moduleRequest.value],
      ),
    ),
    ...parsed.module.dynamicImports.map((one) =>
      text.slice(one.moduleRequest.start, one.moduleRequest.end).replace(/^['"`]|['"`]$/g, ''),
    ),
  ]
  const [room = ''] = relative(source, path).split('/')
  return { path: relative(root, path), room, imports, text }
}

const units = filesUnder(source)
  .filter((path) => path.endsWith('.ts'))
  .map(unitOf)
const shipped = units.filter((unit) => !unit.path.endsWith('.test.ts'))

/** What is wrong with one import of one file, or null. */
export function importProblem(path: string, room: Room, target: string): string | null {
  if (target.startsWith('node:')) {
    const allowed = room.nodeModules === 'any' || room.nodeModules.includes(target)
    return allowed ? null : `${path} uses ${target}`
  }
  if (!target.startsWith('.')) return null
  const [targetRoom = '', ...inside] = relative('src', join(dirname(path), target)).split('/')
  if (targetRoom === room.name) return null
  if (!room.mayEnter.includes(targetRoom))
    return `${path} imports ${target}: ${room.name} may not enter ${targetRoom}`
  if (!doorless.has(targetRoom) && inside.join('/') !== 'index.ts') {
    return `${path} imports ${target}: enter ${targetRoom} by its index.ts`
  }
  return null
}

test('every folder under src is a planned room', () => {
  const folders = readdirSync(source).filter((name) => statSync(join(source, name)).isDirectory())
  assert.deepEqual(folders.toSorted(), floorPlan.map((room) => room.name).toSorted())
})

test('rooms import only what the plan allows, and by the door', () => {
  const problems = shipped.flatMap((unit) => {
    const room = floorPlan.find((one) => one.name === unit.room)
    assert.ok(room, `${unit.path} stands in no room`)
    return unit.imports.flatMap((target) => importProblem(unit.path, room, target) ?? [])
  })
  assert.deepEqual(problems, [])
})

test('a planted violation is seen', () => {
  const report = floorPlan.find((room) => room.name === 'report')
  const cli = floorPlan.find((room) => room.name === 'cli')
  assert.ok(report !== undefined && cli !== undefined)
  assert.match(
    importProblem('src/report/bad.ts', report, '../audit/index.ts') ?? '',
    /may not enter audit/,
  )
  assert.match(importProblem('src/report/bad.ts', report, 'node:fs') ?? '', /uses node:fs/)
  assert.match(importProblem('src/cli/bad.ts', cli, '../audit/audit.ts') ?? '', /by its index\.ts/)
})

test('only the edge prints, reads the environment and sets exit codes', () => {
  const bans = [
    /\bconsole\.(?:log|error|warn|info)\(/,
    /\bprocess\.(?:exit|exitCode|env|stdout|stderr|argv)\b/,
  ]
  const problems = shipped
    .filter((unit) => floorPlan.find((room) => room.name === unit.room)?.isEdge !== true)
    .flatMap((unit) =>
      bans
        .filter((ban) => ban.test(withoutComments(unit.text)))
        .map((ban) => `${unit.path} has ${ban}`),
    )
  assert.deepEqual(problems, [])
})

test('clock and randomness are arguments outside the edge and the audit', () => {
  const ban = /\b(?:Date\.now|Math\.random)\(|new Date\(\)/
  const problems = shipped
    .filter((unit) => unit.room !== 'cli' && ban.test(withoutComments(unit.text)))
    .map((unit) => unit.path)
  assert.deepEqual(problems, [])
})

test('files are named for the one thing they hold', () => {
  const vague = /^(?:utils?|helpers?|common|misc|shared|types|constants|manager|service)\.ts$/
  const problems = units
    .map((unit) => unit.path)
    .filter((path) => {
      const name = path.slice(path.lastIndexOf('/') + 1)
      return vague.test(name) || !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.ts$/.test(name)
    })
  assert.deepEqual(problems, [])
})

test('no room exports by default or by star', () => {
  const problems = shipped
    .filter((unit) => /^export default\b|^export \* from/m.test(unit.text))
    .map((unit) => unit.path)
  assert.deepEqual(problems, [])
})

test('imports form no cycle, type-only ones included', () => {
  const byPath = new Map(shipped.map((unit) => [unit.path, unit]))
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  function visit(path: string, way: readonly string[]): void {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') {
      cycles.push([...way.slice(way.indexOf(path)), path].join(' → '))
      return
    }
    state.set(path, 'open')
    for (const target of byPath.get(path)?.imports ?? []) {
      if (target.startsWith('.')) visit(relative('.', join(dirname(path), target)), [...way, path])
    }
    state.set(path, 'done')
  }
  for (const unit of shipped) visit(unit.path, [])
  assert.deepEqual(cycles, [])
})

test('ARCHITECTURE.md prints the same plan', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  for (const room of floorPlan) {
    const entered = room.mayEnter.length === 0 ? 'nothing' : room.mayEnter.join(', ')
    assert.ok(
      text.includes(`| \`${room.name}\` | ${room.purpose} | ${entered} |`),
      `ARCHITECTURE.md lacks the line: | \`${room.name}\` | ${room.purpose} | ${entered} |`,
    )
  }
})

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}
