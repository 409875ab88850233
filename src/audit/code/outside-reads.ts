import type { Value } from '../fact.ts'
import type { ReadArgument, ReadCall } from './argument-reader.ts'
import { ownedName } from './owned-name.ts'
import { lastSegment, withoutLastSegment } from './path-text.ts'
import { placeOf } from './read-context.ts'
import type { ReadContext } from './read-context.ts'
import { settingKey } from './subscript-value.ts'
import type { SyntaxNode } from './syntax-node.ts'
import { choice, withFallback } from './value-algebra.ts'

/**
 * Calls whose value is known by their name: reads of the environment and of settings, option defaults, field
 * defaults, table look-ups, and functions that hand their argument on. The same names mean the same in all our
 * languages, so there is one list and not one a language.
 */

type Read = (node: SyntaxNode) => Value

interface Call {
  readonly path: string
  readonly last: string
  readonly base: string
  readonly read: ReadCall
  readonly context: ReadContext
  readonly value: Read
}

/** The value of such a call, or null when its name says nothing. */
export function readOutside(read: ReadCall, context: ReadContext, value: Read): Value | null {
  const path = ownedName(read.callee, context)
  const call: Call = {
    path,
    last: lastSegment(path).replace(/!$/, ''),
    base: withoutLastSegment(path),
    read,
    context,
    value: readOnce(value),
  }
  for (const reader of readers) {
    const found = reader(call)
    if (found !== null) return found
  }
  return null
}

/** Several readers ask for the same argument; twice a level would be 2^24 times in calls inside calls. */
function readOnce(value: Read): Read {
  const known = new Map<SyntaxNode, Value>()
  return (node) => {
    const found = known.get(node) ?? value(node)
    known.set(node, found)
    return found
  }
}

const readers: readonly ((call: Call) => Value | null)[] = [
  environmentRead,
  settingRead,
  optionRead,
  fieldDefault,
  fallbackMethod,
  firstOf,
  tableRead,
  formatted,
  listed,
  handedOn,
]

function argument(call: Call, ...names: readonly string[]): ReadArgument | null {
  for (const name of names) {
    const found = call.read.arguments.find((candidate) => candidate.name === name)
    if (found !== undefined) return found
  }
  return null
}

function literalArgument(call: Call, ...names: readonly string[]): string | null {
  const found = argument(call, ...names)
  if (found === null) return null
  const value = call.value(found.node)
  return value.kind === 'literal' ? value.text : null
}

function defaultOf(call: Call, position: string): Value | null {
  const found = argument(call, position, 'default', 'defaultValue', 'default_value', 'fallback')
  if (found !== null) {
    const value = call.value(found.node)
    return value.kind === 'literal' || value.kind !== 'unknown' ? value : null
  }
  return call.read.block === null ? null : call.value(call.read.block)
}

const environmentName =
  /^(?:\w*env\w*|\w*Env\w*|getenv|LookupEnv|GetEnvironmentVariable|fetch_env|option_env)$/
const environmentBase = /(?:^|\.)(?:environ|env|ENV|Env|dotenv|environment|process\.env)$/

function environmentRead(call: Call): Value | null {
  const variable = literalArgument(call, '0', 'name', 'key', 'variable')
  if (variable === null || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) return null
  const upper = /^[A-Z][A-Z0-9_]*$/.test(variable)
  const known =
    /^(?:os\.getenv|getenv|os\.Getenv|os\.LookupEnv|System\.getenv|Environment\.GetEnvironmentVariable|(?:std\.)?env\.(?:var|var_os)|System\.(?:get|fetch)_env|Deno\.env\.get|env|option_env|environ\.get|os\.environ\.get|ENV\.(?:fetch|\[\]))$/
  const reads =
    known.test(call.path) ||
    (upper && environmentName.test(call.last)) ||
    (upper &&
      environmentBase.test(call.base) &&
      !/^(?:set|put|remove|delete|has)/i.test(call.last)) ||
    // python-decouple and kin: `config("REVIEW_MODEL", default="…")`.
    (upper && /^(?:config|decouple\.config|getConfig|get_secret|secret)$/.test(call.path))
  if (!reads) return null
  return {
    kind: 'environment',
    variable,
    fallback: defaultOf(call, '1'),
    place: placeOf(call.read.node, call.context),
  }
}

const settingBase =
  /(?:^|[._])(?:config|configuration|conf|cfg|settings?|viper|properties|props|credentials|appConfig|configService|preferences|Config)$/i
const settingMethod =
  /^(?:get|Get|fetch|dig|read|value|GetValue|getValue|GetString|getString|get_string|getProperty|GetSection|getOrThrow|get_config|getConfig|require)$/

function settingRead(call: Call): Value | null {
  const place = placeOf(call.read.node, call.context)
  if (/^Application\.(?:get_env|fetch_env|compile_env)$/.test(call.path.replace(/!$/, ''))) {
    const application = literalArgument(call, '0')
    const key = literalArgument(call, '1')
    if (application === null || key === null) return null
    const source = `setting:${settingKey(`${application}.${key}`)}`
    return { kind: 'external', source, fallback: defaultOf(call, '2'), place }
  }
  const flag =
    /^(?:\w*[vV]ariation\w*|get_?(?:string_?)?flag\w*|flag_value|getStringValue|get_string_value)$/i
  const key = literalArgument(call, '0', 'key', 'name')
  if (key === null || key === '' || /\s/.test(key)) return null
  if (flag.test(call.last)) {
    const position =
      call.read.arguments.filter(({ name }) => /^\d+$/.test(name)).at(-1)?.name ?? '1'
    return {
      kind: 'external',
      source: `flag:${key}`,
      fallback: position === '0' ? null : defaultOf(call, position),
      place,
    }
  }
  const reads =
    (settingMethod.test(call.last) && settingBase.test(call.base)) ||
    /^(?:System\.getProperty|config|setting|settings|get_setting|getSetting|get_config|getConfig)$/.test(
      call.path,
    )
  if (!reads) return null
  return {
    kind: 'external',
    source: `setting:${settingKey(key)}`,
    fallback: defaultOf(call, '1'),
    place,
  }
}

/** Go's `flag.String("model", "default", "usage")`, typer's `Option("default")`. */
function optionRead(call: Call): Value | null {
  const place = placeOf(call.read.node, call.context)
  const flagSet = /(?:^|\.)(?:flag|pflag|flags|Flags|PersistentFlags|fs|flagSet)$/
  if (/^StringP?$/.test(call.last) && flagSet.test(call.base)) {
    const name = literalArgument(call, '0')
    if (name === null) return null
    const fallback = argument(call, call.last === 'StringP' ? '2' : '1')
    const value = fallback === null ? null : call.value(fallback.node)
    return { kind: 'external', source: `argument:${name}`, fallback: value, place }
  }
  if (
    /^(?:typer\.)?(?:Option|Argument)$/.test(call.path) ||
    /^cyclopts\.Parameter$/.test(call.path)
  ) {
    const name = call.read.arguments
      .map(({ node }) => call.value(node))
      .find((value) => value.kind === 'literal' && value.text.startsWith('--'))
    const fallback = argument(call, 'default', '0')
    const value = fallback === null ? null : call.value(fallback.node)
    const source = name?.kind === 'literal' ? name.text.replace(/^-+/, '') : 'option'
    const usable = value?.kind === 'literal' && value.text.startsWith('--') ? null : value
    return { kind: 'external', source: `argument:${source}`, fallback: usable, place }
  }
  return null
}

const fieldFactories =
  /^(?:Field|field|attrib|ib|CharField|TextField|SlugField|Column|mapped_column|InputField|String|Unicode|Enum|Prop|ref|useState|signal|computed|lazy|StringVar|Setting|withDefault|prop)$/

function fieldDefault(call: Call): Value | null {
  if (
    /^(?:default|prefault|catch|defaultTo|withDefault|default_value|defaultValue)$/.test(
      call.last,
    ) &&
    call.base !== ''
  ) {
    const first = argument(call, '0')
    return first === null ? null : call.value(first.node)
  }
  if (
    /^(?:describe|optional|nullable|nullish|brand|meta|openapi|min|max|transform)$/.test(call.last)
  ) {
    return call.read.receiver === null ? null : call.value(call.read.receiver)
  }
  if (!fieldFactories.test(call.last)) return null
  const named = argument(call, 'default', 'server_default', 'initial', 'default_factory')
  if (named !== null) return call.value(named.node)
  const first = argument(call, '0')
  if (
    first !== null &&
    /^(?:Field|ref|useState|signal|computed|InputField|Setting)$/.test(call.last)
  ) {
    return call.value(first.node)
  }
  return call.read.block === null ? null : call.value(call.read.block)
}

/** `env::var("X").unwrap_or("d")`, `Optional.ofNullable(x).orElse("d")`. */
function fallbackMethod(call: Call): Value | null {
  if (
    !/^(?:unwrap_or|unwrap_or_else|or_else|orElse|orElseGet|getOrElse|ifEmpty|ifBlank|or|map_or|value_or)$/.test(
      call.last,
    )
  )
    return null
  if (call.read.receiver === null) return null
  const value = call.value(call.read.receiver)
  const first = argument(call, '0')
  const fallback = first === null ? call.read.block : first.node
  return fallback === null ? value : withFallback(value, call.value(fallback))
}

/** `cmp.Or(a, b)`, `Objects.requireNonNullElse(a, b)`: the first that is set. */
function firstOf(call: Call): Value | null {
  if (
    !/^(?:cmp\.Or|.*requireNonNullElse|.*(?:first_?non_?(?:empty|null|nil|blank)|coalesce|defaultIfBlank|defaultIfEmpty|defaultString|get_?or_?default_?string|Coalesce))$/i.test(
      call.path,
    )
  ) {
    return null
  }
  const values = call.read.arguments
    .filter(({ name }) => /^\d+$/.test(name))
    .map(({ node }) => call.value(node))
  const first = values[0]
  if (first === undefined) return null
  return values.slice(1).reduce(withFallback, first)
}

/** `ALIASES.get("fast", default)`. */
function tableRead(call: Call): Value | null {
  const elixir = /^(?:Map|Keyword|Access|Dict)\.(?:get|fetch)$/.test(call.path.replace(/!$/, ''))
  if (
    !elixir &&
    !/^(?:get|fetch|dig|getOrDefault|Get|getValue|at|GetValueOrDefault)$/.test(call.last)
  )
    return null
  const key = argument(call, elixir ? '1' : '0')
  const tableNode = elixir ? argument(call, '0') : null
  if (key === null) return null
  const tableValue = tableNode === null ? null : call.value(tableNode.node)
  const table = elixir ? (tableValue?.kind === 'name' ? tableValue.name : null) : call.base
  if (table === null || table === '') return null
  const place = placeOf(call.read.node, call.context)
  const found: Value = { kind: 'lookup', table, key: call.value(key.node), place }
  const fallback = defaultOf(call, elixir ? '2' : '1')
  return fallback === null ? found : choice([found, fallback], place)
}

/** `"us.{}".format(x)`, `fmt.Sprintf("us.%s", x)`. */
function formatted(call: Call): Value | null {
  if (!/^(?:format|formatted|sprintf|Sprintf|Format|vsprintf)$/.test(call.last)) return null
  const positional = call.read.arguments.filter(({ name }) => /^\d+$/.test(name))
  const first = positional[0]
  const receiver = call.read.receiver === null ? null : call.value(call.read.receiver)
  const templateIsReceiver = receiver?.kind === 'literal'
  const template = templateIsReceiver
    ? receiver
    : first === undefined
      ? null
      : call.value(first.node)
  if (template?.kind !== 'literal') return null
  const values = (templateIsReceiver ? positional : positional.slice(1)).map(({ node }) =>
    call.value(node),
  )
  const place = placeOf(call.read.node, call.context)
  const parts: Value[] = []
  let next = 0
  for (const piece of template.text.split(/(%[sdv@]|\{\w*\})/)) {
    if (!/^(?:%[sdv@]|\{\w*\})$/.test(piece)) {
      if (piece !== '') parts.push({ kind: 'literal', text: piece, place: template.place })
      continue
    }
    const named = argument(call, piece.slice(1, -1))
    const value = named === null ? values[next] : call.value(named.node)
    next += 1
    parts.push(value ?? { kind: 'unknown', text: piece, place })
  }
  return { kind: 'concatenation', parts, place }
}

/** Callees that make a list of their arguments. */
export const listCallee =
  /^(?:vec|\w*[lL]istOf|\w*[sS]etOf|arrayOf|List\.of|Set\.of|Arrays\.asList|ImmutableList\.of|ImmutableSet\.of|Set|frozenset|set|tuple|list|array)$/

/** `listOf("a", "b")`, `vec!["a", "b"]`: each may be it. */
function listed(call: Call): Value | null {
  if (!listCallee.test(call.path)) return null
  const values = call.read.arguments
    .filter(({ name }) => /^\d+$/.test(name))
    .map(({ node }) => call.value(node))
  return values.length === 0 ? null : choice(values, placeOf(call.read.node, call.context))
}

const sameText =
  /^(?:to_string|to_owned|into|as_str|as_deref|clone|cloned|unwrap|expect|trim|strip|freeze|dup|presence|toString|ToString|intern|lower|toLowerCase|ToLower|downcase|strip_edges|ok|to_s|to_sym|trimEnd|TrimEnd|squish|unwrap_or_default|await|get_secret_value)$/
const wrapperFunctions =
  /(?:^|\.)(?:F|String|string|Str|Ptr|PtrTo|StringPtr|ToPtr|Pointer|Raw|of|Of|from|From|valueOf|ValueOf|Some|Ok|Opt|NewOpt|Uri|URL|URI|str|String\.from|quote|SecretStr|requireNonNull|ofNullable|fromString|FromString|ModelId|ModelID|Model|ChatModel|ResponsesModel|EmbeddingModel|to_string|strval|trim|StringValue|literal|cast|stringPtr|strPtr|ptr|Must|asString)$/

/** Functions that give their argument or receiver back, perhaps as another type. */
function handedOn(call: Call): Value | null {
  const positional = call.read.arguments.filter(({ name }) => !name.includes('.'))
  if (call.read.receiver !== null && sameText.test(call.last) && positional.length <= 1) {
    return call.value(call.read.receiver)
  }
  const only = positional[0]
  if (only !== undefined && positional.length === 1 && wrapperFunctions.test(call.path)) {
    return call.value(only.node)
  }
  return null
}
