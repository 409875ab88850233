import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { jsonOrNull } from '../../base/json-or-null.ts'

/** How a command finds the `holdfast serve` of its folder: where its admin API is. Nothing in it is secret. */
const RunningServe = z.object({
  pid: z.int().positive(),
  /** Another one for every process: a number of a process is given again. */
  instance: z.string(),
  admin: z.url(),
  gateway: z.url(),
  startedAt: z.string(),
})
export type RunningServe = z.infer<typeof RunningServe>

function placeOf(configPath: string): string {
  return join(dirname(configPath), '.holdfast', 'serve.json')
}

/** Throws when the folder cannot be written; commands then act on the store, which is heard of as well. */
export async function announceServe(configPath: string, running: RunningServe): Promise<void> {
  const place = placeOf(configPath)
  await mkdir(dirname(place), { recursive: true })
  await writeFile(place, `${JSON.stringify(running)}\n`, { mode: 0o600 })
}

/** Takes the announcement back, if it is still this process's. */
export async function withdrawServe(configPath: string, instance: string): Promise<void> {
  const running = await readServe(configPath)
  if (running?.instance === instance) await rm(placeOf(configPath), { force: true })
}

/** What was announced last; it may have ended since. */
export async function readServe(configPath: string): Promise<RunningServe | null> {
  const text = await readFile(placeOf(configPath), 'utf8').catch(() => '')
  const parsed = RunningServe.safeParse(jsonOrNull(text))
  return parsed.success ? parsed.data : null
}
