import { realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PlugInGrader } from '../../qualification/index.ts'

/** A grader of the user's own: a module below the folder of its task set, in TypeScript or JavaScript. */
export async function loadPlugIn(folder: string, module: string): Promise<PlugInGrader> {
  const root = await realpath(folder)
  const path = await realpath(resolve(root, module))
  if (!path.startsWith(root + sep)) throw new Error('it stands outside of its task set')
  const loaded = (await import(pathToFileURL(path).href)) as { readonly grader?: unknown }
  const { grader } = loaded
  if (
    typeof grader !== 'object' ||
    grader === null ||
    !('grade' in grader) ||
    typeof grader.grade !== 'function'
  )
    throw new Error('it exports no `grader` with a function `grade`')
  return grader as PlugInGrader
}
