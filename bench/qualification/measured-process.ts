import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Usage } from './tell-usage.ts'

/** Runs a script as a process of its own to its end, and gives back what it used and printed. */
export async function measuredProcess(
  words: readonly string[],
  folder: string,
): Promise<Usage & { readonly stdout: string }> {
  const place = mkdtempSync(path.join(tmpdir(), 'holdfast-usage-'))
  const file = path.join(place, 'usage.json')
  const preload = path.join(import.meta.dirname, 'tell-usage.ts')
  try {
    const child = spawn(process.execPath, ['--import', preload, ...words], {
      cwd: folder,
      env: { ...process.env, HOLDFAST_BENCH_USAGE: file },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-4_000)
    })
    await once(child, 'close')
    if (child.exitCode !== 0)
      throw new Error(`${words.join(' ')} ended with ${child.exitCode}: ${stderr}`)
    return { ...(JSON.parse(readFileSync(file, 'utf8')) as Usage), stdout }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
