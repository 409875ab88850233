import type { Resolution, ResolutionHint, Resolver } from '../catalogue/index.ts'
import type { ConfigAnswer } from '../schema/holdfast-config.ts'
import type { Hop } from '../schema/register.ts'
import type { FileContext, ResolutionState, Role } from '../schema/vocabulary.ts'
import type { UseFact, Value } from './fact.ts'
import type { Finding } from './finding.ts'
import { routeOf } from './find-routes.ts'
import { auditLimits } from './limits.ts'
import { placeKey } from './listed-models.ts'
import { questionId } from './questions.ts'
import type { Candidate } from './resolve/candidate.ts'
import type { FactGraph } from './resolve/fact-graph.ts'
import { resolveValue } from './resolve/resolve-value.ts'
import { providerOfVariable } from './structure/provider-near.ts'

/** The model behind a constant of an SDK; null when the name is none. */
export type ConstantLookup = (name: string) => Resolution | null

export interface FindingInput {
  readonly repository: string
  readonly graph: FactGraph
  readonly resolver: Resolver
  /** The model behind a constant of an SDK (`ModelClaudeOpus4_1`); null when the name is none. */
  readonly constantOf: ConstantLookup
  readonly contextOf: (path: string) => FileContext
  readonly answers: ReadonlyMap<string, ConfigAnswer>
  /** Day for floating names; undefined: the newest meaning. */
  readonly date: string | undefined
  /** Places of models that are only there to be chosen from, as `path\nline`. */
  readonly listed: ReadonlySet<string>
}

/** Every model that a use may mean, one finding each. A use without any is a finding too. */
export function findModels(use: UseFact, input: FindingInput): readonly Finding[] {
  if (use.model === null) return [withoutModel(use, input)]
  const reading = { path: use.place.path, symbol: use.symbol, inTest: use.inTest }
  const isConstant = (name: string): boolean => input.constantOf(name) !== null
  // A position alone is weak evidence already: guessing at names would make it weaker still.
  const byName = !isGeneric(use)
  const candidates = withoutObjects(
    resolveValue(use.model, reading, input.graph, isConstant, byName),
  )
  return candidates.flatMap((candidate) => behindAlias(candidate, use, input))
}

/** `Agent(model=llm)`: the call that made `llm` is the use, and knows the provider, though it may not know the model. */
function withoutObjects(candidates: readonly Candidate[]): readonly Candidate[] {
  const others = candidates.filter(({ hops }) => !hops.some(({ kind }) => kind === 'model-object'))
  return others.length < candidates.length ? others.filter(({ text }) => text !== null) : others
}

/** A gateway's name for an entry (`model: smart`) stands for the models of that entry. */
function behindAlias(candidate: Candidate, use: UseFact, input: FindingInput): readonly Finding[] {
  const own = findingOf(candidate, use, input)
  if (candidate.text === null || own.model !== null) return [own]
  const entries = (input.graph.aliases.get(candidate.text) ?? []).filter((entry) => entry !== use)
  if (entries.length === 0 || entries.length > auditLimits.candidatesMax) return [own]
  return entries.flatMap((entry) => {
    if (entry.model === null) return []
    const reading = { path: entry.place.path, symbol: entry.symbol }
    const isConstant = (name: string): boolean => input.constantOf(name) !== null
    const hop: Hop = {
      path: entry.place.path,
      line: entry.place.line,
      kind: 'alias',
      name: candidate.text ?? '',
    }
    return resolveValue(entry.model, reading, input.graph, isConstant).map((one) =>
      findingOf(
        {
          ...one,
          hops: [...candidate.hops, hop, ...one.hops],
          overridableBy: [...candidate.overridableBy, ...one.overridableBy],
          environment: candidate.environment ?? one.environment,
        },
        use,
        input,
        entry.provider ?? ownPrefix(one.text, entry, input),
      ),
    )
  })
}

function findingOf(
  candidate: Candidate,
  use: UseFact,
  input: FindingInput,
  aliasProvider: string | null = null,
): Finding {
  const context = contextOf(use, input)
  const resolution = resolutionOf(candidate, input, {
    provider: aliasProvider ?? use.provider ?? undefined,
    vendor: use.vendor ?? undefined,
    product: use.product ?? undefined,
    date: input.date,
  })
  const asWritten = (candidate.text ?? (writtenForm(use.model) || '(computed)')).slice(
    0,
    auditLimits.modelCharactersMax,
  )
  const answer = input.answers.get(questionId(input.repository, asWritten))
  const answered = answer !== undefined && answer.model !== null ? answer.model : null
  const model = resolution?.model ?? answered
  const isElsewhere =
    candidate.place.path !== use.place.path || candidate.place.line !== use.place.line
  const route = routeOf(use, resolution, input.graph, input.resolver)
  const namesHandle =
    route.provider === 'azure' ||
    (route.provider === 'aws-bedrock' && /^[A-Z0-9]{10}$/.test(asWritten))
  const overridableBy = [...new Set([...candidate.overridableBy, ...(use.overridableBy ?? [])])]
  const { state, reason } = stateOf(
    { ...candidate, overridableBy },
    use,
    resolution,
    answered,
    namesHandle,
  )
  return {
    use,
    repository: input.repository,
    context,
    role: roleIn(context, roleOf(use, model, candidate, input)),
    model,
    modelAsWritten: asWritten,
    vendor:
      resolution?.vendor ??
      use.vendor ??
      (answered === null ? null : (answered.split('/')[0] ?? null)),
    route: {
      ...route,
      provider:
        route.provider ??
        aliasProvider ??
        answer?.provider ??
        prefixProvider(candidate.text, use, resolution) ??
        variableProvider(candidate, resolution),
    },
    resolution,
    state,
    stateReason: reason,
    hops: candidate.hops,
    written: isElsewhere ? candidate.place : null,
    overridableBy,
    environment: candidate.environment,
  }
}

function contextOf(use: UseFact, input: FindingInput): FileContext {
  return use.inTest === true ? 'test' : input.contextOf(use.place.path)
}

/** Libraries that read `openai/gpt-4o` or `openai:gpt-4o` as "this model, at this vendor's own API". */
const prefixedProducts: ReadonlySet<string> = new Set([
  'agno',
  'crewai',
  'dspy',
  'genkit',
  'instructor',
  'langchain',
  'litellm',
  'mastra',
  'pydantic-ai',
  'req-llm',
])

function prefixProvider(
  text: string | null,
  use: UseFact,
  resolution: Resolution | null,
): string | null {
  const found = text === null ? null : /^([a-z0-9_-]+)([:/])/.exec(text)
  const [, prefix = null, separator] = found ?? []
  if (prefix === null || prefix !== resolution?.vendor) return null
  // With a colon it is a provider wherever it stands; with a slash only some libraries mean one.
  const isProvider =
    separator === ':' || (use.product !== null && prefixedProducts.has(use.product))
  return isProvider ? prefix : null
}

/** `AZURE_OPENAI_MODEL`: what the variable is called that the model was read from. */
function variableProvider(candidate: Candidate, resolution: Resolution | null): string | null {
  const variables = [
    ...candidate.overridableBy.flatMap((source) => /^(?:env|vars):(.+)$/.exec(source)?.[1] ?? []),
    ...candidate.hops.flatMap(({ kind, name }) => (kind === 'environment' ? (name ?? []) : [])),
  ]
  const providers = variables.flatMap(
    (variable) => providerOfVariable(variable, resolution?.vendor ?? null) ?? [],
  )
  return providers[0] ?? null
}

/** Where a gateway's entry goes by its own prefix. */
function ownPrefix(text: string | null, entry: UseFact, input: FindingInput): string | null {
  return text === null ? null : prefixProvider(text, entry, input.resolver.resolve(text))
}

/** What the text of a candidate means; null when there is none. */
export function resolutionOf(
  candidate: Candidate,
  input: Pick<FindingInput, 'resolver' | 'constantOf'>,
  hint: ResolutionHint = {},
): Resolution | null {
  if (candidate.text === null) return null
  return candidate.constant
    ? input.constantOf(candidate.text)
    : input.resolver.resolve(candidate.text, hint)
}

/** The product decides: its documented default where a source gives it, else hidden. */
function withoutModel(use: UseFact, input: FindingInput): Finding {
  const context = contextOf(use, input)
  const name = use.product ?? use.provider ?? use.detector
  const asWritten = `default of ${name}`
  const answer = input.answers.get(questionId(input.repository, asWritten))
  const given = answer?.model ?? use.defaultModel?.model ?? null
  const resolution = given === null ? null : input.resolver.resolve(given, { date: input.date })
  const source = use.defaultModel
  const reason =
    answer?.model !== undefined && answer.model !== null
      ? 'answered in holdfast.yaml'
      : source === null
        ? `no model is given; ${name} decides and does not say here`
        : `no model is given; the default as of ${source.asOf} (${source.source})`
  return {
    use,
    repository: input.repository,
    context,
    role: isIgnoreFile(use.place.path) ? 'mention' : roleIn(context, use.role),
    model: resolution?.model ?? given,
    modelAsWritten: asWritten,
    vendor: resolution?.vendor ?? use.vendor,
    route: routeOf(use, resolution, input.graph, input.resolver),
    resolution,
    state: given === null ? 'opaque' : answer === undefined ? 'inferred' : 'resolved',
    stateReason: reason,
    hops: [],
    written: null,
    overridableBy: [],
    environment: null,
  }
}

function stateOf(
  candidate: Candidate,
  use: UseFact,
  resolution: Resolution | null,
  answered: string | null,
  /** The route knows names of the organisation's own: deployments, agents. */
  namesHandle: boolean,
): { readonly state: ResolutionState; readonly reason: string } {
  if (answered !== null && (resolution === null || resolution.model === null)) {
    return { state: 'resolved', reason: 'answered in holdfast.yaml' }
  }
  if (candidate.text === null) {
    return { state: 'unresolved', reason: candidate.ending ?? 'the chain ends outside this tree' }
  }
  if (
    resolution?.kind === 'opaque' ||
    (namesHandle && (resolution === null || resolution.kind === 'unknown'))
  ) {
    return { state: 'opaque', reason: 'the name is a handle; its model stands at the provider' }
  }
  if (resolution === null || resolution.kind === 'unknown') {
    return {
      state: 'unresolved',
      reason: `\`${candidate.text.slice(0, 80)}\` is no model name we know`,
    }
  }
  if (resolution.kind === 'ambiguous') {
    return { state: 'unresolved', reason: `may be ${resolution.candidates.join(' or ')}` }
  }
  if (candidate.overridableBy.length > 0) {
    return {
      state: 'overridable',
      reason: `a default; ${candidate.overridableBy.join(', ')} may replace it`,
    }
  }
  if (resolution.kind === 'alias' && resolution.model === null) {
    return {
      state: 'inferred',
      reason: 'a floating name of the vendor; its model changes over time',
    }
  }
  if (resolution.kind === 'alias') {
    return {
      state: 'inferred',
      reason: 'a floating name, taken as it stood on the day of the catalogue',
    }
  }
  if (candidate.hops.length === 0 && use.method !== 'syntax') {
    return { state: 'declared', reason: 'written here' }
  }
  const count = candidate.hops.length
  return {
    state: 'resolved',
    reason: count === 0 ? 'written here' : `through ${count} hop${count === 1 ? '' : 's'}`,
  }
}

/**
 * What a position alone made a use is none when nothing came of it: `model=model` that hands on an argument, or
 * a text that is no model. A variable of the environment still is: somebody sets it.
 */
function roleOf(
  use: UseFact,
  model: string | null,
  candidate: Candidate,
  input: FindingInput,
): Role {
  if (isIgnoreFile(use.place.path)) return 'mention'
  if (!isGeneric(use)) return use.role
  if (isDisplayName(candidate.text) || isRecord(use.place.path) || isForReaders(use.place.path))
    return 'mention'
  if (use.role === 'use' && model !== null && isSeed(use.place.path)) return 'declare'
  if (use.role === 'declare' && isPriceList(use.place.path)) return 'price'
  if (use.role === 'declare' && input.listed.has(placeKey(use.place))) return 'allow'
  if (model !== null || (use.role !== 'use' && use.role !== 'declare')) return use.role
  if (use.role === 'declare' && candidate.text !== null) return use.role
  if (/\s|[{}<>]/.test(writtenForm(use.model))) return 'mention'
  return candidate.overridableBy.some((source) => modelVariable.test(source))
    ? 'declare'
    : 'mention'
}

/** A variable that holds a model: `SEARCH_ENGINE` names something else. */
const modelVariable =
  /^(?:env|vars|secrets):.*(?:model|llm|deployment|gpt|claude|gemini|openai|anthropic|bedrock)/i

function isGeneric(use: UseFact): boolean {
  return use.detector.startsWith('generic/')
}

/** Rows of data and lines of logs tell what was, not what is used. */
function isRecord(path: string): boolean {
  return /\.(?:jsonl|ndjson|csv|tsv|log|code-snippets|snippets)$/i.test(path)
}

/** Texts of a program in the languages of its users. */
function isForReaders(path: string): boolean {
  return /(?:^|\/)(?:locales?|i18n|l10n|translations?)\/(?:[^/]+\/){0,3}[^/]+\.(?:js|ts|mjs|cjs|php|rb|py|ex)$/i.test(
    path,
  )
}

/** `.gitignore` and its kin name files of tools, and run none. */
function isIgnoreFile(path: string): boolean {
  return /(?:^|\/)\.[a-z]+ignore$/.test(path)
}

/** A file of prices, by its name. */
function isPriceList(path: string): boolean {
  return /(?:^|[/_.-])(?:pricing|prices|costs|rate-?cards?)\.[a-z]+$|[_-]pricing\.[a-z]+$/i.test(
    path,
  )
}

/** Migrations and seeds write rows that something else reads. */
function isSeed(path: string): boolean {
  return /(?:^|\/)(?:migrations?|migrate|seeds?|seeders?)\/|(?:^|\/)seeds?\.[a-z]+$/i.test(path)
}

/** `GPT-4.1 Mini` and `Claude Sonnet 4` are for readers; no interface takes them. */
function isDisplayName(text: string | null): boolean {
  return text !== null && (/\s/.test(text.trim()) || /^(?:GPT|Chat GPT|ChatGPT)-/.test(text))
}

/** What stands in a test, a document or somebody else's code does not stop work of ours. */
function roleIn(context: FileContext, role: Role): Role {
  if (role !== 'use' && role !== 'declare') return role
  if (context === 'test') return 'test'
  if (context === 'documentation') return 'documentation'
  if (context === 'vendored' || context === 'generated') return 'mention'
  return role
}

function writtenForm(value: Value | null): string {
  if (value === null) return ''
  switch (value.kind) {
    case 'literal':
      return value.text
    case 'name':
      return value.name
    case 'environment':
      return `env:${value.variable}`
    case 'external':
      return value.source
    case 'lookup':
      return `${value.table}[…]`
    case 'unknown':
      return value.text
    case 'concatenation':
      return value.parts
        .map((part) => (part.kind === 'literal' ? part.text : `{${writtenForm(part)}}`))
        .join('')
    case 'choice':
      return value.options.map((option) => writtenForm(option)).find((text) => text !== '') ?? ''
  }
}
