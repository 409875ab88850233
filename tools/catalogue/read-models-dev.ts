import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { tidyNumber } from './sighting.ts'
import type { Price } from './sighting.ts'

/** A model as models.dev describes it, base model merged in. */
export interface ModelsDevModel {
  readonly id: string
  readonly base: string | null
  readonly fields: ModelsDevFields
}

export interface ModelsDevProvider {
  readonly id: string
  readonly name: string
  readonly credentialVariables: readonly string[]
  readonly api: string | null
  readonly documentation: string | null
  readonly models: readonly ModelsDevModel[]
}

export interface ModelsDevFields {
  readonly name?: string
  readonly family?: string
  readonly release_date?: string
  readonly attachment?: boolean
  readonly reasoning?: boolean
  readonly tool_call?: boolean
  readonly structured_output?: boolean
  readonly open_weights?: boolean
  readonly license?: string
  readonly limit?: { readonly context?: number; readonly output?: number }
  readonly modalities?: { readonly input?: readonly string[]; readonly output?: readonly string[] }
  readonly cost?: {
    readonly input?: number
    readonly output?: number
    readonly cache_read?: number
  }
  readonly base_model?: string
  readonly base_model_omit?: readonly string[]
}

interface ModelsDev {
  readonly canonical: readonly ModelsDevModel[]
  readonly providers: readonly ModelsDevProvider[]
}

/** Reads a checkout of models.dev. */
export function readModelsDev(root: string): ModelsDev {
  const canonical = tomlFiles(join(root, 'models')).map(({ id, data }) => ({
    id,
    base: null,
    fields: data as ModelsDevFields,
  }))
  const byId = new Map(canonical.map((model) => [model.id, model.fields]))
  const folder = join(root, 'providers')
  const providers = readdirSync(folder)
    .toSorted()
    .filter((name) => statSync(join(folder, name)).isDirectory())
    .map((name) => readProvider(join(folder, name), name, byId))
  return { canonical, providers }
}

function readProvider(
  folder: string,
  id: string,
  canonical: ReadonlyMap<string, ModelsDevFields>,
): ModelsDevProvider {
  const data = parse(readFileSync(join(folder, 'provider.toml'), 'utf8')) as {
    name: string
    env?: string[]
    api?: string
    doc?: string
  }
  const models = tomlFiles(join(folder, 'models')).map((file) => {
    const own = file.data as ModelsDevFields
    const base = own.base_model ?? null
    const merged = base === null ? own : { ...canonical.get(base), ...own }
    return { id: file.id, base, fields: merged }
  })
  return {
    id,
    name: data.name,
    credentialVariables: data.env ?? [],
    api: data.api ?? null,
    documentation: data.doc ?? null,
    models,
  }
}

function tomlFiles(folder: string): readonly { readonly id: string; readonly data: unknown }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.toml') && existsSync(join(folder, path)))
    .toSorted()
    .map((path) => ({
      id: path.slice(0, -'.toml'.length),
      data: parse(readFileSync(join(folder, path), 'utf8')),
    }))
}

/** Capabilities in our words. */
export function modelsDevCapabilities(fields: ModelsDevFields): readonly string[] {
  const input = fields.modalities?.input ?? []
  const output = fields.modalities?.output ?? []
  const found = [
    fields.tool_call === true && 'tools',
    input.includes('image') && 'vision',
    (input.includes('audio') || output.includes('audio')) && 'audio',
    (input.includes('video') || output.includes('video')) && 'video',
    fields.reasoning === true && 'reasoning',
    fields.structured_output === true && 'structured-output',
    output.includes('image') && 'image-generation',
    fields.attachment === true && 'attachments',
  ]
  return found.filter((one) => one !== false)
}

/** Prices of models.dev are US dollars for a million tokens. */
export function modelsDevPrice(fields: ModelsDevFields): Price | undefined {
  const { input, output, cache_read: cacheRead } = fields.cost ?? {}
  if (input === undefined && output === undefined) return undefined
  if ((input ?? 0) === 0 && (output ?? 0) === 0) return undefined
  return {
    currency: 'USD',
    ...(input !== undefined && { inputPerMillion: tidyNumber(input) }),
    ...(output !== undefined && { outputPerMillion: tidyNumber(output) }),
    ...(cacheRead !== undefined && { cacheReadPerMillion: tidyNumber(cacheRead) }),
  }
}
