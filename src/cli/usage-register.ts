import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  addTraffic,
  modelFacts,
  type TrafficContext,
  type TrafficUse,
  unauditedRegister,
} from '../audit/index.ts'
import { messageOf } from '../base/fault.ts'
import { createResolver, type Resolver } from '../catalogue/index.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Register } from '../schema/register.ts'
import { loadCatalogue } from './catalogue-files.ts'
import { version } from './installation.ts'
import { loadConfig } from './load-config.ts'
import { readRegister } from './read-register.ts'
import { UsageBook } from './usage-book.ts'
import { writeFileWhole } from './write-output.ts'

export interface UsageContext {
  readonly config: HoldfastConfig | null
  readonly catalogue: Catalogue
  readonly resolver: Resolver
  /** RFC 3339; what traffic adds has the lifecycle of that day. */
  readonly at: string
}

export interface RegisterWithUsage {
  readonly register: Register
  readonly notices: readonly string[]
}

/** `.holdfast/register.json` and what traffic showed beside it; null: there is neither. */
export async function registerWithUsage(
  folder: string,
  audited: Register | null,
  context: UsageContext,
): Promise<{ readonly register: Register | null; readonly notices: readonly string[] }> {
  const read = readUses(folder)
  const isBare = audited === null && read.uses.length === 0
  if (isBare) return { register: null, notices: read.notices }
  return {
    register: withUses(
      audited ?? unauditedRegister(version(), trafficContext(context)),
      read.uses,
      context,
    ),
    notices: read.notices,
  }
}

/**
 * Keeps what an audit found as the register, with what traffic showed. Whoever adds to either waits for the other,
 * so that neither is lost.
 */
export async function keepRegister(
  folder: string,
  audited: Register,
  context: UsageContext,
): Promise<RegisterWithUsage> {
  const path = registerPath(folder)
  const write = async (uses: readonly TrafficUse[]): Promise<Register> => {
    const register = withUses(audited, uses, context)
    await writeFileWhole(path, `${JSON.stringify(register, null, 2)}\n`)
    return register
  }
  let book: UsageBook | null = null
  try {
    book = UsageBook.ifThere(join(folder, '.holdfast'))
  } catch (error) {
    return { register: await write([]), notices: [unreadable(error)] }
  }
  if (book === null) return { register: await write([]), notices: [] }
  const held = book
  try {
    return { register: await held.alone(() => write(held.uses())), notices: [] }
  } finally {
    held.close()
  }
}

/** Brings what traffic showed into the register that is kept. A register too large to rewrite is left to its readers. */
export async function refreshRegister(configPath: string): Promise<void> {
  const folder = dirname(configPath)
  const book = UsageBook.ifThere(join(folder, '.holdfast'))
  if (book === null) return
  try {
    const config = await loadConfig(configPath, true)
    const catalogue = await loadCatalogue({ folder })
    const resolver = createResolver(catalogue)
    const at = new Date().toISOString()
    await book.alone(async () => {
      const path = registerPath(folder)
      const isThere = existsSync(path)
      if (isThere && (await stat(path)).size > refreshedBytesMax) return
      const context = { config, catalogue, resolver, at }
      const before = isThere
        ? await readRegister(path)
        : unauditedRegister(version(), trafficContext(context))
      const register = withUses(before, book.uses(), context)
      await writeFileWhole(path, `${JSON.stringify(register, null, 2)}\n`)
    })
    book.settle()
  } finally {
    book.close()
  }
}

const refreshedBytesMax = 64 * 2 ** 20

function registerPath(folder: string): string {
  return join(folder, '.holdfast', 'register.json')
}

function withUses(
  register: Register,
  uses: readonly TrafficUse[],
  context: UsageContext,
): Register {
  return addTraffic(register, uses, trafficContext(context))
}

function trafficContext({ config, catalogue, resolver, at }: UsageContext): TrafficContext {
  return { config, resolver, models: modelFacts(catalogue, at.slice(0, 10)) }
}

function readUses(folder: string): {
  readonly uses: readonly TrafficUse[]
  readonly notices: readonly string[]
} {
  try {
    const book = UsageBook.ifThere(join(folder, '.holdfast'))
    if (book === null) return { uses: [], notices: [] }
    try {
      return { uses: book.uses(), notices: [] }
    } finally {
      book.close()
    }
  } catch (error) {
    return { uses: [], notices: [unreadable(error)] }
  }
}

function unreadable(error: unknown): string {
  return `what traffic showed is missing: ${messageOf(error)}`
}
