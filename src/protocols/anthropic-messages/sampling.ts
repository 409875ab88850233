import type { ModelRequest } from '../exchange.ts'

/**
 * Temperature and top-p for Anthropic's models, many of which refuse to be given both. Where one of them only says what
 * holds anyway, it is left out.
 */
export function samplingOf({ temperature, topP }: Pick<ModelRequest, 'temperature' | 'topP'>): {
  readonly temperature: number | undefined
  readonly topP: number | undefined
} {
  if (temperature === undefined || topP === undefined) return { temperature, topP }
  if (topP === 1) return { temperature, topP: undefined }
  return { temperature: temperature === 1 ? undefined : temperature, topP }
}
