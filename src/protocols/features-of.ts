import type { Feature, MediaSource, ModelRequest, Part, TextPart } from './exchange.ts'

/** Every feature that a request uses. */
export function featuresOf(request: ModelRequest): ReadonlySet<Feature> {
  const used = new Set<Feature>()
  for (const [feature, isUsed] of settingsOf(request)) if (isUsed) used.add(feature)
  for (const part of request.system) addPart(part, used)
  for (const turn of request.turns) {
    if (turn.role === 'system') used.add('system-turns')
    if (turn.name !== undefined) used.add('turn-names')
    for (const part of turn.parts) addPart(part, used)
  }
  for (const tool of request.tools) {
    if (tool.kind === 'provider' && tool.isGroup === true) continue
    used.add(tool.kind === 'provider' ? 'provider-tools' : 'tools')
    if (tool.kind !== 'function') continue
    if (tool.strict === true) used.add('strict-tools')
    if (tool.cache !== undefined) used.add('cache-marks')
  }
  return used
}

function settingsOf(request: ModelRequest): readonly (readonly [Feature, boolean])[] {
  const { output, reasoning } = request
  return [
    ['frequency-penalty', request.frequencyPenalty !== undefined],
    ['json-output', output?.kind === 'json'],
    ['json-schema-output', output?.kind === 'json-schema'],
    ['logit-bias', request.logitBias !== undefined],
    ['logprobs', request.logprobs !== undefined],
    ['max-output-tokens', request.maxOutputTokens !== undefined],
    ['metadata', request.metadata !== undefined],
    ['n', request.n !== undefined && request.n !== 1],
    ['parallel-tool-calls', request.parallelToolCalls !== undefined],
    ['presence-penalty', request.presencePenalty !== undefined],
    ['previous-response', request.previousResponseId !== undefined],
    ['prompt-cache-key', request.promptCacheKey !== undefined],
    ['reasoning', reasoning !== undefined],
    ['reasoning-summary', reasoning?.summary !== undefined],
    ['seed', request.seed !== undefined],
    ['service-tier', request.serviceTier !== undefined],
    ['stop', request.stop !== undefined],
    ['store', request.store !== undefined],
    ['temperature', request.temperature !== undefined],
    ['tool-choice', request.toolChoice !== undefined],
    ['top-k', request.topK !== undefined],
    ['top-p', request.topP !== undefined],
    ['user', request.user !== undefined],
    ['verbosity', request.verbosity !== undefined],
  ]
}

function addPart(part: Part | TextPart, used: Set<Feature>): void {
  if ('cache' in part && part.cache !== undefined) used.add('cache-marks')
  switch (part.kind) {
    case 'text':
      if (part.citations !== undefined) used.add('citations')
      break
    case 'image':
      used.add(`image-${imageSource(part.source)}`)
      if (part.detail !== undefined) used.add('image-detail')
      break
    case 'file':
      used.add(`file-${part.source.kind}`)
      break
    case 'audio':
      used.add('audio')
      break
    case 'tool-result':
      if (part.isError) used.add('tool-result-error')
      if (part.parts.some(({ kind }) => kind !== 'text')) used.add('tool-result-media')
      break
    case 'thinking':
      used.add('thinking-parts')
      break
    case 'refusal':
      used.add('refusal-parts')
      break
    case 'opaque':
      if (part.isNote !== true) used.add('opaque-parts')
      break
    case 'tool-call':
      break
  }
}

/** A text is no image: whoever wrote one so meant the address of data. */
function imageSource(source: MediaSource): 'base64' | 'id' | 'url' {
  return source.kind === 'text' ? 'url' : source.kind
}
