import path from 'node:path'
import { build } from 'esbuild'

const root = path.resolve(import.meta.dirname, '../..')

/** A script as the program is shipped: one file, without types to be stripped at the start. Gives back its place. */
export async function bundled(script: string): Promise<string> {
  const outfile = path.join(root, 'dist/bench', `${path.basename(script, '.ts')}.js`)
  await build({
    absWorkingDir: root,
    entryPoints: [script],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'warning',
  })
  return outfile
}
