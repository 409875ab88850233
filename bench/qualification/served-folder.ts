import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { stringify } from 'yaml'

const root = path.resolve(import.meta.dirname, '../..')

/** `holdfast serve` on a folder, which is filled first. */
export interface ServedFolder {
  /** Address of the gateway. */
  readonly gateway: string
  stop(): Promise<void>
}

export async function serveFolder(
  folder: string,
  config: object,
  files: Readonly<Record<string, string>>,
): Promise<ServedFolder> {
  fillFolder(folder, config, files)
  const listen = ['--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0']
  const child = spawn(process.execPath, [path.join(root, 'bin/holdfast.mjs'), 'serve', ...listen], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const told: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    told.push(line)
    if (!line.startsWith('{"event":"ready"')) continue
    const { gateway } = JSON.parse(line) as { readonly gateway: string }
    child.stderr.resume()
    return {
      gateway,
      stop: async () => {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        await ended
      },
    }
  }
  throw new Error(`the gateway did not start: ${told.join('\n')}`)
}

export function fillFolder(
  folder: string,
  config: object,
  files: Readonly<Record<string, string>>,
): void {
  for (const [name, text] of Object.entries({ ...files, 'holdfast.yaml': stringify(config) })) {
    const place = path.join(folder, name)
    mkdirSync(path.dirname(place), { recursive: true })
    writeFileSync(place, text)
  }
}
