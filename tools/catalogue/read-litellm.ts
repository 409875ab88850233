import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tidyNumber } from './sighting.ts'
import type { Price } from './sighting.ts'

export interface LitellmModel {
  /** The key as written, provider prefix included. */
  readonly key: string
  readonly provider: string
  readonly mode: string | null
  readonly aliasOf: string | null
  readonly ends: string | null
  /** The page that LiteLLM names for the entry. */
  readonly page: string | null
  readonly contextTokens: number | null
  readonly outputTokens: number | null
  readonly capabilities: readonly string[]
  readonly price: Price | undefined
}

type Row = Record<string, unknown>

/** Reads LiteLLM's price and limit table; keys that stand for an image size or a commitment are left out. */
export function readLitellm(root: string): readonly LitellmModel[] {
  const path = join(root, 'model_prices_and_context_window_backup.json')
  const rows = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Row>
  return Object.entries(rows)
    .filter(([key]) => !notAModel.test(key))
    .map(([key, row]) => readRow(key, row))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

const notAModel =
  /^sample_spec$|\d+-x-\d+|-steps\/|month-commitment|^(?:low|medium|high|standard|hd)\/|\/search$|^1024|\*/

function readRow(key: string, row: Row): LitellmModel {
  return {
    key,
    provider: text(row['litellm_provider']) ?? '',
    mode: text(row['mode']),
    aliasOf: text(row['alias_of']),
    ends: /^\d{4}-\d\d-\d\d$/.exec(text(row['deprecation_date']) ?? '')?.[0] ?? null,
    page: text(row['source']),
    contextTokens: count(row['max_input_tokens']),
    outputTokens: count(row['max_output_tokens']),
    capabilities: capabilities(row),
    price: price(row),
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function count(value: unknown): number | null {
  const number = typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : null
}

function capabilities(row: Row): readonly string[] {
  const found = [
    row['supports_function_calling'] === true && 'tools',
    row['supports_vision'] === true && 'vision',
    (row['supports_audio_input'] === true || row['supports_audio_output'] === true) && 'audio',
    row['supports_video_input'] === true && 'video',
    row['supports_reasoning'] === true && 'reasoning',
    row['supports_response_schema'] === true && 'structured-output',
    row['mode'] === 'embedding' && 'embedding',
    row['mode'] === 'image_generation' && 'image-generation',
    row['supports_pdf_input'] === true && 'attachments',
  ]
  return found.filter((one) => one !== false)
}

function price(row: Row): Price | undefined {
  const input = perMillion(row['input_cost_per_token'])
  const output = perMillion(row['output_cost_per_token'])
  const cacheRead = perMillion(row['cache_read_input_token_cost'])
  if ((input ?? 0) === 0 && (output ?? 0) === 0) return undefined
  return {
    currency: 'USD',
    ...(input !== undefined && { inputPerMillion: input }),
    ...(output !== undefined && { outputPerMillion: output }),
    ...(cacheRead !== undefined && { cacheReadPerMillion: cacheRead }),
  }
}

function perMillion(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? tidyNumber(value * 1e6) : undefined
}
