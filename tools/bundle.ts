import { globSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * The command and its threads in a few files each: of the hundreds of modules that they are written in, finding and
 * reading took longer than running. What others wrote stays where npm put it.
 */
const repository = fileURLToPath(new URL('..', import.meta.url))
const outdir = `${repository}dist/command`

rmSync(outdir, { recursive: true, force: true })
await build({
  absWorkingDir: repository,
  entryPoints: [
    'src/cli/main.ts',
    ...globSync('src/{audit,cli}/**/*-worker.ts', { cwd: repository }),
  ],
  // A thread is looked for beside whoever starts it.
  entryNames: '[name]',
  outdir,
  bundle: true,
  packages: 'external',
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
})
