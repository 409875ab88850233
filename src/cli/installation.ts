import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json: the same distance from src/cli and from dist/command. */
const packageRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** A file that ships with holdfast. */
export function dataPath(...parts: readonly string[]): string {
  return join(packageRoot, 'data', ...parts)
}

export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown'
}
