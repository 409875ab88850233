#!/usr/bin/env node
// The way in, in plain JavaScript so that an old Node can still read it and say what to do.
import { existsSync } from 'node:fs'
import module from 'node:module'
import v8 from 'node:v8'

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `error HF_NODE_TOO_OLD: holdfast runs on Node 24 or newer, this is ${process.versions.node}\n` +
      '  do: in a checkout run `npm ci`, then `npx holdfast …` or `npm start -- …`, which bring Node 24 with them;\n' +
      '      elsewhere install Node 24 or newer\n',
  )
  process.exit(3)
}

// An audit is over before code that the last compiler made has repaid it, and keeps most of what it makes at first; of
// what it keeps for long, no more garbage may stand beside it than a third. Other versions of Node may not know these flags.
if (major === 24 && process.argv[2] === 'audit') {
  v8.setFlagsFromString('--no-turbofan')
  v8.setFlagsFromString('--semi-space-growth-factor=4')
  v8.setFlagsFromString('--heap-growing-percent=30')
}
// A trial waits for models most of the time: to collect garbage more often costs it little, and a large trial holds less.
if (major === 24 && process.argv[2] === 'qualify') {
  v8.setFlagsFromString('--semi-space-growth-factor=1')
  v8.setFlagsFromString('--heap-growing-percent=30')
}
// For this thread, and by the environment for the others.
module.enableCompileCache?.()
const compileCache = module.getCompileCacheDir?.()
if (compileCache !== undefined) process.env.NODE_COMPILE_CACHE ??= compileCache
// A parser that hangs on a hostile file occupies one of these threads, which also read files.
process.env.UV_THREADPOOL_SIZE ??= '16'
const built = new URL('../dist/command/main.js', import.meta.url)
const source = new URL('../src/cli/main.ts', import.meta.url)
await import(existsSync(source) ? source.href : built.href)
