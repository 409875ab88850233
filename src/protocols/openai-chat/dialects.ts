import { shortDigest } from '../../base/digest.ts'
import type { Carriage, Feature } from '../exchange.ts'

/**
 * How servers differ that all call themselves compatible. What is listed was read in their published schemas or
 * in what they answer; whatever is not listed is taken for the common subset.
 */
export interface Dialect {
  readonly maxTokens: 'max_completion_tokens' | 'max_tokens'
  readonly seed: 'seed' | 'random_seed'
  /** Temperature and share are 1 unless something else is asked for. */
  readonly hasDefaultOfOne: boolean
  /** Texts of one message may stand as a list of parts; else they are joined. */
  readonly hasTextLists: boolean
  /** `stream_options` is known. */
  readonly hasStreamOptions: boolean
  /** `refusal` of a message is known. */
  readonly hasRefusals: boolean
  /** In which member the model gets its own thoughts back. */
  readonly thoughts: 'reasoning_content' | 'reasoning' | null
  /** Instructions may stand in the midst of the conversation; templates of open models want them at its beginning. */
  readonly hasSystemTurns: boolean
  /** A message with calls is refused when it comes without the thoughts before them, be they empty. */
  readonly demandsThoughts: boolean
  /** An id of a call as the server takes it: the same one wherever it stands. */
  readonly toolId: (id: string) => string
  /** Where it carries something else than the protocol does. */
  readonly carries: Partial<Record<Feature, Carriage>>
}

/** OpenAI refuses longer ones, which other providers give. */
const toolIdCharactersMax = 40

const openai: Dialect = {
  maxTokens: 'max_completion_tokens',
  seed: 'seed',
  hasDefaultOfOne: true,
  hasTextLists: true,
  hasStreamOptions: true,
  hasRefusals: true,
  thoughts: null,
  hasSystemTurns: true,
  demandsThoughts: false,
  toolId: (id) => (id.length <= toolIdCharactersMax ? id : `call_${shortDigest(id, 32)}`),
  carries: {},
}

/** vLLM, llama.cpp, Ollama and hosted servers: `max_tokens` is the word that all of them read. */
const compatible: Dialect = {
  maxTokens: 'max_tokens',
  seed: 'seed',
  hasDefaultOfOne: false,
  hasTextLists: false,
  hasStreamOptions: true,
  hasRefusals: false,
  thoughts: 'reasoning_content',
  hasSystemTurns: false,
  demandsThoughts: false,
  toolId: (id) => id,
  carries: { 'prompt-cache-key': 'lost', store: 'lost', verbosity: 'lost' },
}

/** Answers 422 to every member that it does not know. */
const mistral: Dialect = {
  ...compatible,
  seed: 'random_seed',
  hasTextLists: true,
  hasStreamOptions: false,
  thoughts: null,
  toolId: (id) => (isNinePlain(id) ? id : shortDigest(id, 9)),
  carries: {
    ...compatible.carries,
    'file-base64': 'refused',
    'logit-bias': 'lost',
    'turn-names': 'lost',
    user: 'lost',
  },
}

const deepseek: Dialect = {
  ...compatible,
  demandsThoughts: true,
  carries: { ...compatible.carries, 'json-schema-output': 'refused' },
}

const dialects: ReadonlyMap<string, Dialect> = new Map([
  ['azure', openai],
  ['deepseek', deepseek],
  ['mistral', mistral],
  ['ollama', { ...compatible, thoughts: 'reasoning' }],
  ['openai', openai],
  [
    'openrouter',
    { ...compatible, hasTextLists: true, hasSystemTurns: true, thoughts: 'reasoning' },
  ],
])

/** Mistral takes ids of nine letters and digits alone. */
function isNinePlain(id: string): boolean {
  return /^[a-zA-Z0-9]{9}$/.test(id)
}

/** By the provider of a route; the protocol's own words where that is not known. */
export function dialectOf(provider: string | undefined): Dialect {
  return provider === undefined ? openai : (dialects.get(provider) ?? compatible)
}
