import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, temporaryFolder, writeFiles } from './holdfast.ts'

function run(words: readonly string[], cwd: string): string {
  const [program = '', ...rest] = words
  const ran = spawnSync(program, rest, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: join(cwd, 'cache') },
  })
  assert.equal(ran.status, 0, `${words.join(' ')}: ${ran.stderr}`)
  return ran.stdout
}

function namesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
}

test('the published package runs from its built code alone', () => {
  const folder = temporaryFolder()
  const packed =
    run(['npm', 'pack', '--silent', '--pack-destination', folder], root)
      .trim()
      .split('\n')
      .at(-1) ?? ''
  run(['tar', 'xzf', packed], folder)
  const unpacked = join(folder, 'package')
  symlinkSync(join(root, 'node_modules'), join(unpacked, 'node_modules'))
  const names = namesUnder(unpacked).filter((name) => !name.startsWith('node_modules'))
  assert.ok(names.includes('dist/cli/main.js') && names.includes('data/detectors.json'))
  assert.deepEqual(
    names.filter((name) => /\.test\.|^src\/|^test\/|^bench\/|^tools\//.test(name)),
    [],
  )
  const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >
  assert.doesNotMatch(
    JSON.stringify([manifest['dependencies'], manifest['optionalDependencies'] ?? {}]),
    /node-linux/,
  )
  writeFiles(folder, {
    'tree/app.py': 'import openai\nopenai.chat.completions.create(model="gpt-4o", messages=[])\n',
  })
  const binary = join(unpacked, 'bin/holdfast.mjs')
  assert.match(run([process.execPath, binary, '--version'], folder), /^\d+\.\d+\.\d+\n$/)
  const register = JSON.parse(
    run([process.execPath, binary, 'audit', 'tree', '--format', 'json', '--quiet'], folder),
  ) as {
    dependencies: { model: string; role: string }[]
  }
  assert.deepEqual(
    register.dependencies.filter((one) => one.role === 'use').map((one) => one.model),
    ['openai/gpt-4o'],
  )
})

const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
  if (!existsSync(path)) return false
  const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout
  return Number(/^v(\d+)/.exec(version)?.[1] ?? 99) < 24
})

test(
  'an old Node is told what to do',
  { skip: oldNode === undefined && 'no Node older than 24 on this machine' },
  () => {
    const ran = spawnSync(oldNode ?? '', [join(root, 'bin/holdfast.mjs'), 'audit', '.'], {
      encoding: 'utf8',
    })
    assert.equal(ran.status, 3)
    assert.match(ran.stderr, /HF_NODE_TOO_OLD[\s\S]*npm ci/)
  },
)
