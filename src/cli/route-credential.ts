import { readFileSync, realpathSync, statSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { messageOf } from '../base/fault.ts'
import type { ConfigRoute } from '../schema/holdfast-config.ts'

/** Where secrets are mounted for a service, beside the folder of holdfast.yaml. */
const secretsFolder = '/run/secrets'
const credentialBytesMax = 64 * 1024

interface KeptFile {
  readonly modified: number
  readonly text: string
}

/**
 * Reads the credentials of routes when they are needed, so that a changed file counts with the next request. A
 * file must lie under the folder of holdfast.yaml or where secrets are mounted; it is read again when it was changed.
 */
export class RouteCredentials {
  readonly #folder: string
  readonly #warn: (message: string) => void
  readonly #files = new Map<string, KeptFile>()
  /** By reference: the environment of a process does not change, and asking it takes as long as parsing the reference. */
  readonly #values = new Map<string, string>()
  readonly #told = new Set<string>()

  constructor(folder: string, warn: (message: string) => void) {
    this.#folder = realpathSync(resolve(folder))
    this.#warn = warn
  }

  /** Null: the route needs none, or there is none, which is told once and which the provider will refuse. */
  of(route: Pick<ConfigRoute, 'id' | 'credential'>): string | null {
    const known = this.#values.get(route.credential)
    if (known !== undefined) return known
    const { kind, where } = /^(?<kind>env|file):(?<where>.+)$/s.exec(route.credential)?.groups ?? {}
    if (kind === undefined || where === undefined) return null
    if (kind === 'file') return this.#inFile(route.id, where)
    const value = process.env[where]?.trim()
    if (value === undefined || value === '') {
      this.#tell(route.id, `the environment has no \`${where}\``)
      return null
    }
    this.#values.set(route.credential, value)
    return value
  }

  #inFile(route: string, path: string): string | null {
    try {
      const real = realpathSync(resolve(this.#folder, path))
      if (!isUnder(real, this.#folder) && !isUnder(real, secretsFolder))
        throw new Error(`\`${path}\` lies neither beside holdfast.yaml nor under ${secretsFolder}`)
      const { mtimeMs, size } = statSync(real)
      if (size > credentialBytesMax) throw new Error(`\`${path}\` is too large`)
      const kept = this.#files.get(real)
      if (kept?.modified === mtimeMs) return kept.text
      const text = readFileSync(real, 'utf8').trim()
      this.#files.set(real, { modified: mtimeMs, text })
      return text
    } catch (error) {
      this.#tell(route, messageOf(error))
      return null
    }
  }

  #tell(route: string, problem: string): void {
    const text = `route \`${route}\` has no credential: ${problem}`
    if (this.#told.has(text)) return
    this.#told.add(text)
    this.#warn(text)
  }
}

function isUnder(path: string, folder: string): boolean {
  return path.startsWith(`${folder}${sep}`)
}
