import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generatedFiles, repositoryRoot } from './documents.ts'

/**
 * `npm run docs`: writes every generated file of the repository; with `-- --examples` also what the commands of
 * README.md and docs/guide print today.
 */
for (const [path, content] of await generatedFiles()) {
  const target = join(repositoryRoot, path)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, content)
  process.stdout.write(`${path}\n`)
}
if (process.argv.includes('--examples')) await import('./refresh-examples.ts')
