import { layersMax } from './limits.ts'

/** Names that decorations are recognised by; made once from the catalogue. */
export interface DecorationNames {
  /**
   * What gateways and frameworks put before a model: prefix to provider id. Never the id of a vendor: `openai/…`
   * is written for many routes.
   */
  readonly providerPrefixes: ReadonlyMap<string, string>
  /** Spellings of vendors: `meta-llama` to `meta`. */
  readonly vendorSpellings: ReadonlyMap<string, string>
  /** Organisations that republish others' weights on hubs. */
  readonly republishers: ReadonlySet<string>
}

/** What one spelling says besides the bare name, and every name that it may stand for, most decorated first. */
export interface SpellingLayers {
  readonly names: readonly string[]
  readonly provider: string | null
  readonly region: string | null
  readonly vendor: string | null
  readonly opaque: boolean
  /** The text after a provider's prefix is that user's own name, not the vendor's (`azure/my-deployment`). */
  readonly ownName: boolean
}

interface Layer {
  readonly rest: string
  readonly provider?: string | null | undefined
  readonly region?: string | null | undefined
  readonly vendor?: string | null | undefined
  readonly opaque?: boolean
}

type Peel = (text: string, names: DecorationNames) => Layer | null

/** Takes a lower-case spelling apart, layer by layer. Total; at most `layersMax` layers. */
export function spellingLayers(spelling: string, decorations: DecorationNames): SpellingLayers {
  const names = [spelling]
  let rest = spelling
  let provider: string | null = null
  let region: string | null = null
  let vendor: string | null = null
  for (let count = 0; count < layersMax; count += 1) {
    const layer = nextLayer(rest, decorations)
    if (layer === null || layer.rest === rest || layer.rest === '') break
    rest = layer.rest
    provider ??= layer.provider ?? null
    region = layer.region ?? region
    vendor = layer.vendor ?? vendor
    if (layer.opaque === true) {
      return { names, provider, region, vendor: null, opaque: true, ownName: false }
    }
    names.push(rest)
  }
  return { names, provider, region, vendor, opaque: false, ownName: provider === 'azure' }
}

function nextLayer(text: string, decorations: DecorationNames): Layer | null {
  for (const peel of peels) {
    const layer = peel(text, decorations)
    if (layer !== null) return layer
  }
  return null
}

const opaqueHandle = /^(?:pmpt_|asst_|ftjob-)[a-z0-9]/

const arn =
  /^arn:aws[a-z-]*:(bedrock|sagemaker|bedrock-agentcore):([a-z0-9*-]*):[^:]*:([a-z-]+)\/(.+)$/

const transparentResources = new Set(['foundation-model', 'inference-profile'])

const peelArn: Peel = (text) => {
  if (!text.startsWith('arn:aws')) return null
  const match = arn.exec(text)
  if (match === null) return { rest: 'opaque', opaque: true }
  const [, service, region, resource, rest = ''] = match
  const provider = service === 'sagemaker' ? 'aws-sagemaker' : 'aws-bedrock'
  const place = region === '' || region === '*' ? null : region
  if (!transparentResources.has(resource ?? '') || !rest.includes('.')) {
    return { rest: 'opaque', provider, region: place, opaque: true }
  }
  return { rest, provider, region: place }
}

const peelHandle: Peel = (text) =>
  opaqueHandle.test(text) ? { rest: 'opaque', provider: 'openai', opaque: true } : null

const projectEndpoint = /^projects\/[^/]+\/locations\/([^/]+)\/(?:endpoints|models)\/[^/]+$/
const projectPublisher = /^projects\/[^/]+\/locations\/([^/]+)\/(publishers\/.+)$/
const publisher = /^publishers\/([^/]+)\/models\/(.+)$/

const peelVertexPath: Peel = (text, { vendorSpellings }) => {
  if (!text.startsWith('p')) return null
  const endpoint = projectEndpoint.exec(text)
  if (endpoint !== null) {
    return { rest: 'opaque', provider: 'google-vertex', region: endpoint[1], opaque: true }
  }
  const project = projectPublisher.exec(text)
  if (project !== null) {
    return { rest: project[2] ?? '', provider: 'google-vertex', region: project[1] }
  }
  const published = publisher.exec(text)
  if (published === null) return null
  return {
    rest: published[2] ?? '',
    provider: 'google-vertex',
    vendor: vendorSpellings.get(published[1] ?? ''),
  }
}

const fireworks = /^accounts\/([^/]+)\/(models|deployments|deployedmodels|routers)\/(.+)$/

const peelFireworks: Peel = (text) => {
  if (!text.startsWith('accounts/')) return null
  const match = fireworks.exec(text)
  if (match === null) return null
  const own = match[1] !== 'fireworks' || match[2] !== 'models'
  return own
    ? { rest: 'opaque', provider: 'fireworks', opaque: true }
    : { rest: (match[3] ?? '').replace(/(\d)p(?=\d)/g, '$1.'), provider: 'fireworks' }
}

const googleVerb =
  /:(?:generatecontent|streamgeneratecontent|rawpredict|streamrawpredict|predict|predictlongrunning|counttokens|embedcontent|batchembedcontents)$/
const routerVariant =
  /:(?:free|nitro|floor|thinking|online|extended|beta|exacto|self-moderated|discounted)$/
const contextSuffix = /\[\d{1,4}[mk]\]$/
const parenthesis = / ?\([a-z0-9 ._-]{1,40}\)$/

const peelSuffix: Peel = (text) => {
  if (!/[:)\]]/.test(text)) return null
  for (const suffix of [googleVerb, routerVariant, contextSuffix, parenthesis]) {
    const rest = text.replace(suffix, '').trimEnd()
    if (rest !== text) return { rest }
  }
  return null
}

const fineTune = /^ft:([^:]+)(?::.*)?$/

const peelFineTune: Peel = (text) => {
  const match = fineTune.exec(text)
  return match === null ? null : { rest: match[1] ?? '', provider: 'openai', vendor: 'openai' }
}

const hubAddress = /^(?:https?:\/\/)?(?:huggingface\.co|hf\.co)\/|^hf:/
const cloudflare = /^@(?:cf|hf)\//
const googleModels = /^(?:models|tunedmodels)\//
const lead = /^[~/]+/

const peelLead: Peel = (text) => {
  const bare = text.replace(lead, '')
  if (bare !== text) return { rest: bare }
  if (cloudflare.test(text)) {
    return { rest: text.replace(cloudflare, ''), provider: 'cloudflare-workers-ai' }
  }
  if (googleModels.test(text)) return { rest: text.replace(googleModels, ''), provider: 'google' }
  if (hubAddress.test(text)) {
    return { rest: text.replace(hubAddress, ''), provider: 'huggingface' }
  }
  return null
}

const firstPart = /^([a-z0-9][a-z0-9._-]*)(\/|::?)(.+)$/
const awsRegion = /^(?:[a-z]{2}|us-gov|us-iso[a-z]?)-[a-z]+-\d$/
const bedrockWords = new Set(['converse', 'converse_like', 'invoke', 'claude_platform', 'mantle'])

const peelPrefix: Peel = (text, { providerPrefixes, vendorSpellings, republishers }) => {
  if (!/[/:]/.test(text)) return null
  const match = firstPart.exec(text)
  if (match === null) return null
  const [, part = '', separator, rest = ''] = match
  const provider = providerPrefixes.get(part)
  if (provider !== undefined) return { rest, provider }
  const vendor = vendorSpellings.get(part)
  if (vendor !== undefined) return { rest, vendor }
  if (separator !== '/') return null
  if (awsRegion.test(part)) return { rest, provider: 'aws-bedrock', region: part }
  if (bedrockWords.has(part)) return { rest, provider: 'aws-bedrock' }
  return republishers.has(part) ? { rest } : null
}

const bedrockRegion = /^(us|eu|apac|jp|au|ca|in|sa|me|af|il|mx|us-gov|global)\.([a-z0-9-]+\..+)$/
const bedrockVendor = /^([a-z0-9]+)\.([a-z0-9].*)$/

const peelBedrock: Peel = (text, { vendorSpellings }) => {
  if (!text.includes('.')) return null
  const regional = bedrockRegion.exec(text)
  if (regional !== null) {
    return { rest: regional[2] ?? '', provider: 'aws-bedrock', region: regional[1] }
  }
  const match = bedrockVendor.exec(text)
  const vendor = match === null ? undefined : vendorSpellings.get(match[1] ?? '')
  return match === null || vendor === undefined
    ? null
    : { rest: match[2] ?? '', provider: 'aws-bedrock', vendor }
}

const databricks = /^(?:databricks-|system\.ai\.)(?=[a-z])(.+)$/

const peelDatabricks: Peel = (text) => {
  const match = databricks.exec(text)
  return match === null || text.startsWith('databricks-dbrx')
    ? null
    : { rest: match[1] ?? '', provider: 'databricks' }
}

/** Services that put the vendor's name before the model's (`openai-gpt-4.1`, `meta-llama-3-8b`). */
const vendorWord =
  /^(?:(meta)-(?=llama)|(openai)-(?=gpt|o\d|text-embedding)|(anthropic)-(?=claude)|(cohere)-(?=command|embed|rerank)|(ai21)-(?=jamba)|(zai)-(?=glm)|(amazon)-(?=nova|titan)|(nvidia)-(?=nemotron|llama)|(xai)-(?=grok)|(google)-(?=gemini|gemma)|(moonshotai|moonshot)-(?=kimi)|(deepseek-ai)-(?=deepseek)|fw-(?=deepseek|glm|kimi|minimax|nemotron))/

const peelVendorWord: Peel = (text, { vendorSpellings }) => {
  const match = vendorWord.exec(text)
  if (match === null) return null
  const word = match.slice(1).find((group) => group !== undefined)
  const vendor = word === undefined ? undefined : vendorSpellings.get(word)
  return { rest: text.slice(match[0].length), vendor }
}

const atDate = /^([^@]+)@(20\d{6})$/
const atWord = /^([^@]+)@(?:default|latest|\d{3,4}(?:-\d{3})?)$/

const peelVersion: Peel = (text) => {
  if (!/[@:]/.test(text)) return null
  const dated = atDate.exec(text)
  if (dated !== null) return { rest: `${dated[1]}-${dated[2]}`, provider: 'google-vertex' }
  const worded = atWord.exec(text)
  if (worded !== null) return { rest: worded[1] ?? '', provider: 'google-vertex' }
  const bedrock = text.replace(/:\d{1,2}(?::[a-z0-9]{1,5})?$/, '')
  if (bedrock !== text) return { rest: bedrock }
  const tag = /^([^:]+):latest$/.exec(text)
  return tag === null ? null : { rest: tag[1] ?? '' }
}

const servedForm =
  /[-:_](?:maas|gguf|awq|gptq|fp8|fp16|bf16|int4|int8|nvfp4|mxfp4|q\d(?:_[a-z0-9]+)*|mlx|4bit|8bit)$/
const bedrockRevision = /-v\d$/

const peelServedForm: Peel = (text) => {
  const plain = text.replace(servedForm, '')
  if (plain !== text) return { rest: plain }
  const revision = text.replace(bedrockRevision, '')
  return revision === text ? null : { rest: revision }
}

/** In the order in which decorations are put on, the outermost first. */
const peels: readonly Peel[] = [
  peelHandle,
  peelArn,
  peelVertexPath,
  peelFireworks,
  peelFineTune,
  peelSuffix,
  peelLead,
  peelPrefix,
  peelBedrock,
  peelDatabricks,
  peelVendorWord,
  peelVersion,
  peelServedForm,
]
