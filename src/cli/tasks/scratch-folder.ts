import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'

/** A folder with files, which is gone when the work in it has ended. */
export async function withScratchFolder<T>(
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-tests-'))
  try {
    for (const [path, content] of Object.entries(files)) {
      const target = resolve(folder, path)
      if (!target.startsWith(folder + sep)) throw new Error(`\`${path}\` leads out of the folder`)
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, content)
    }
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  }
}
