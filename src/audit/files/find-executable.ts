import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'

/** The variables of a process, handed in by the command line. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The folders of PATH that say where they are. Empty and relative ones mean "where I stand", which is inside
 * the audited tree: a program planted there must never be run.
 */
export function absoluteSearchPath(environment: Environment): readonly string[] {
  const written = environment['PATH'] ?? environment['Path'] ?? ''
  return written.split(path.delimiter).filter((folder) => path.isAbsolute(folder))
}

/** The full path of a program, or null when no folder of PATH has it. */
export function findExecutable(name: string, environment: Environment): string | null {
  const fileName = process.platform === 'win32' ? `${name}.exe` : name
  for (const folder of absoluteSearchPath(environment)) {
    const candidate = path.join(folder, fileName)
    try {
      if (!statSync(candidate).isFile()) continue
      accessSync(candidate, constants.X_OK)
      return candidate
    } catch {
      continue
    }
  }
  return null
}
