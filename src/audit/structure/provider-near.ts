import { bareKey, isModelKey } from './key-names.ts'
import type { Located } from './select.ts'
import type { StructuredEntry, StructuredNode } from './structured-node.ts'

/** `provider: openai` in the same map. */
export function providerBeside(at: Located, key: string): string | null {
  if (!isModelKey(key)) return null
  const text = siblingText(at, [
    'provider',
    'llm_provider',
    'model_provider',
    'modelProvider',
    'api_type',
    'vendor',
  ])
  return text !== null && /^[a-z][\w.-]{1,40}$/i.test(text) ? providerOfName(text) : null
}

/** The catalogue's id for the name of a provider as configurations write it. */
export function providerOfName(text: string): string | null {
  const name = text.toLowerCase()
  return Object.hasOwn(providerNames, name) ? (providerNames[name] ?? null) : null
}

/** Whether a provider serves models of several vendors. */
export function servesOthers(provider: string): boolean {
  return new Set(hostWords.values()).has(provider)
}

/** The section that a value stands in, when it is named after a provider (`AzureOpenAI: { Deployment: … }`). */
export function providerOfSection(at: Located): string | null {
  for (let one: Located | null = at.parent; one !== null; one = one.parent) {
    if (one.entry === null) continue
    const bare = bareKey(one.entry.key)
    const found = sectionNames.find(({ name }) => name.test(bare))
    if (found !== undefined) return found.provider
  }
  return null
}

/**
 * `GROQ_MODEL`, `AZURE_GPT5_DEPLOYMENT`, `azureOpenAIModel`: who serves a model, by the name of its variable. The name of a vendor
 * (`OPENAI_MODEL=deepseek-chat`, `openai_model`) tells only of that vendor's own models: its interface is that of many.
 */
export function providerOfVariable(variable: string, vendor: string | null): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(variable)) return null
  const words = variable.split(/_|(?<=[a-z0-9])(?=[A-Z])/).map((word) => word.toUpperCase())
  const isOfEnvironment =
    variable === variable.toUpperCase() || /^[a-z0-9]+(?:_[a-z0-9]+)+$/.test(variable)
  const own = isOfEnvironment ? words.flatMap((word) => vendorWords.get(word) ?? [])[0] : undefined
  const host = words.flatMap((word) => hostWords.get(word) ?? [])[0]
  return host ?? (own !== undefined && own === vendor ? own : null)
}

const hostWords: ReadonlyMap<string, string> = new Map([
  ['AZURE', 'azure'],
  ['AOAI', 'azure'],
  ['BEDROCK', 'aws-bedrock'],
  ['VERTEX', 'google-vertex'],
  ['VERTEXAI', 'google-vertex'],
  ['OPENROUTER', 'openrouter'],
  ['GROQ', 'groq'],
  ['TOGETHER', 'together'],
  ['FIREWORKS', 'fireworks'],
  ['OLLAMA', 'self'],
  ['LMSTUDIO', 'self'],
  ['VLLM', 'self'],
])

const vendorWords: ReadonlyMap<string, string> = new Map([
  ['OPENAI', 'openai'],
  ['ANTHROPIC', 'anthropic'],
  ['CLAUDE', 'anthropic'],
  ['GEMINI', 'google'],
  ['MISTRAL', 'mistral'],
  ['COHERE', 'cohere'],
  ['DEEPSEEK', 'deepseek'],
  ['XAI', 'xai'],
  ['VOYAGE', 'voyage'],
])

export function siblingText(at: Located, keys: readonly string[]): string | null {
  const holder = at.parent?.node
  if (holder?.kind !== 'map') return null
  const byKey = entriesByKey(holder)
  for (const key of keys) {
    const found = byKey.get(key)?.find((one) => one !== at.entry)?.value
    if (found?.kind === 'scalar' && found.text !== '') return found.text
  }
  return null
}

type StructuredMap = Extract<StructuredNode, { kind: 'map' }>
const knownKeys = new WeakMap<StructuredMap, ReadonlyMap<string, readonly StructuredEntry[]>>()

/** Asked for every value of a map, and made once. */
function entriesByKey(holder: StructuredMap): ReadonlyMap<string, readonly StructuredEntry[]> {
  const found = knownKeys.get(holder)
  if (found !== undefined) return found
  const made = Map.groupBy(holder.entries, ({ key }) => key)
  knownKeys.set(holder, made)
  return made
}

/** What the kind of a section adds to the provider's name: `OpenAIText`, `azureOpenAiEmbedding`. */
const sectionKind =
  '(?:text|chat|embeddings?|completions?|service|options|settings|config|client|provider|api|image|vision|llm)?'

function section(
  names: string,
  provider: string,
): { readonly name: RegExp; readonly provider: string } {
  return { name: new RegExp(`^(?:${names})${sectionKind}$`, 'u'), provider }
}

const sectionNames = [
  section('azureopenai|azureai|azureaiopenai', 'azure'),
  section('openai', 'openai'),
  section('anthropic|anthropicclaude', 'anthropic'),
  section('bedrock|awsbedrock|amazonbedrock', 'aws-bedrock'),
  section(
    'vertex|vertexai|googlevertex|googlevertexai|anthropicvertexai|geminivertexai',
    'google-vertex',
  ),
  section('gemini|googleai|googlegemini|googlegenai', 'google'),
  section('mistral|mistralai', 'mistral'),
  section('cohere', 'cohere'),
  section('groq', 'groq'),
  section('openrouter', 'openrouter'),
  section('deepseek', 'deepseek'),
  section('xai', 'xai'),
  section('ollama|llamacpp|vllm|lmstudio', 'self'),
]

/** Names of providers as configurations write them, by the catalogue's id. */
const providerNames: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  claude: 'anthropic',
  openai: 'openai',
  azure: 'azure',
  'azure-openai': 'azure',
  azure_openai: 'azure',
  azureopenai: 'azure',
  bedrock: 'aws-bedrock',
  'aws-bedrock': 'aws-bedrock',
  amazon_bedrock: 'aws-bedrock',
  'amazon-bedrock': 'aws-bedrock',
  vertex: 'google-vertex',
  vertex_ai: 'google-vertex',
  vertexai: 'google-vertex',
  anthropicvertexai: 'google-vertex',
  geminivertexai: 'google-vertex',
  'google-vertex': 'google-vertex',
  google: 'google',
  gemini: 'google',
  mistral: 'mistral',
  groq: 'groq',
  openrouter: 'openrouter',
  deepseek: 'deepseek',
  xai: 'xai',
  cohere: 'cohere',
  together: 'together',
  fireworks: 'fireworks',
  ollama: 'self',
  perplexity: 'perplexity',
  cerebras: 'cerebras',
  'google-generative-ai': 'google',
  'google-genai': 'google',
}
