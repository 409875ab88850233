import type { Hop, Place } from '../../schema/register.ts'
import type { DefinitionFact, Value } from '../fact.ts'
import { auditLimits } from '../limits.ts'
import { behind, type Candidate, endedAt, written } from './candidate.ts'
import { type FactGraph, lastPart } from './fact-graph.ts'
import { modulePaths, sharedDepth } from './module-paths.ts'

/** Where a name is read: scopes and imports are looked up from here. */
export interface Reading {
  readonly path: string
  readonly symbol: string
  /** In a test inside a file of work. */
  readonly inTest?: true | undefined
}

interface Walk {
  readonly graph: FactGraph
  readonly isConstant: (name: string) => boolean
  readonly byName: boolean
  readonly depth: number
  /** Definitions on the way, so that a cycle ends. */
  readonly seen: ReadonlySet<DefinitionFact>
  /** Shared by all ways of one value: names with many definitions, each with many options, multiply at every hop. */
  readonly spent: { steps: number }
}

/**
 * Everything that a value may be, following constants, imports, enums, maps, settings and the environment
 * through the files of one repository. Bounded in hops and in alternatives; every hop is kept as evidence.
 * `byName`: names that neither scope nor import explain may mean the one definition of that name elsewhere.
 */
export function resolveValue(
  value: Value,
  reading: Reading,
  graph: FactGraph,
  isConstant: (name: string) => boolean,
  byName: boolean = true,
): readonly Candidate[] {
  const walk: Walk = { graph, isConstant, byName, depth: 0, seen: new Set(), spent: { steps: 0 } }
  const found = distinct(follow(value, reading, walk))
  // `info.get("model", "")` beside another way: an empty text is no model.
  const named = found.filter(({ text }) => text !== '')
  return (named.some(({ text }) => text !== null) ? named : found).slice(
    0,
    auditLimits.candidatesMax,
  )
}

function follow(value: Value, reading: Reading, walk: Walk): readonly Candidate[] {
  if (walk.depth > auditLimits.resolutionHopsMax) {
    return [endedAt(value.place, `more than ${auditLimits.resolutionHopsMax} hops`)]
  }
  walk.spent.steps += 1
  if (walk.spent.steps > auditLimits.resolutionStepsMax) {
    return [endedAt(value.place, `more than ${auditLimits.resolutionStepsMax} steps`)]
  }
  switch (value.kind) {
    case 'literal':
      return [written(value.text, value.place)]
    case 'name':
      return followName(value, reading, walk)
    case 'environment':
      return followEnvironment(value.variable, value.fallback, value.place, reading, walk)
    case 'external':
      return followExternal(value.source, value.fallback, value.place, reading, walk)
    case 'concatenation':
      return followConcatenation(value.parts, value.place, reading, walk)
    case 'lookup':
      return followLookup(value.table, value.key, value.place, reading, walk)
    case 'choice':
      return value.inOrder === true
        ? followInOrder(value.options, reading, walk)
        : value.options.flatMap((option) => follow(option, reading, walk))
    case 'unknown':
      return [endedAt(value.place, `\`${value.text.slice(0, 60)}\` is computed`)]
  }
}

/** `options.model ?? DEFAULT`: where nobody here sets the first, it is for whoever calls to say. */
function followInOrder(
  options: readonly Value[],
  reading: Reading,
  walk: Walk,
): readonly Candidate[] {
  const open: string[] = []
  return options.flatMap((option) => {
    const found = open.reduce(
      (candidates, source) => candidates.map((one) => withOverride(one, source)),
      follow(option, reading, walk),
    )
    if (option.kind === 'name' && found.every(({ text }) => text === null))
      open.push(`argument:${lastPart(plainName(option.name))}`)
    return found
  })
}

function followName(
  value: Extract<Value, { kind: 'name' }>,
  reading: Reading,
  walk: Walk,
): readonly Candidate[] {
  const { name, place, reaching } = value
  const plain = plainName(name)
  const all = definitionsOf(plain, reading, walk)
  const reachable =
    reaching === undefined
      ? all
      : all.filter((one) => one.place.path !== reading.path || reaching.includes(one.place.line))
  const definitions = reachable.length > 0 ? reachable : all
  if (definitions.length > 0) return followDefinitions(definitions, place, walk)
  if (walk.isConstant(name)) {
    return [{ ...written(name, place), constant: true }]
  }
  const imported = importedHead(plain, reading, walk)
  const where = imported === null ? '' : ` of \`${imported}\``
  return [endedAt(place, `\`${name}\`${where} cannot be followed to a value in this tree`, [])]
}

/** `Model.FAST.value`, `settings.model()` and `this.model` name the same thing as without the decoration. */
function plainName(name: string): string {
  return name
    .replace(/\(\)/g, '')
    .replace(/\?\./g, '.')
    .replaceAll('::', '.')
    .replaceAll('->', '.')
    .replace(/^(?:self|this|cls|@|\$)\.?/, '')
    .replace(/\.(?:value|rawValue|id|toString|getValue|as_str|to_string|into|clone|name)$/, '')
    .replace(/^\$/, '')
}

function definitionsOf(name: string, reading: Reading, walk: Walk): readonly DefinitionFact[] {
  const { graph } = walk
  for (const scope of scopesOf(reading.symbol)) {
    for (const qualified of scope === '' ? [name] : [`${scope}(${name})`, `${scope}.${name}`]) {
      const found = outsideTests(graph.definitionsIn(reading.path, qualified), reading, graph)
      if (found.length > 0) return found
    }
  }
  const imported = importedDefinitions(name, reading, walk)
  if (imported.length > 0) return imported
  const beside = packageDefinitions(name, reading, walk)
  if (beside.length > 0) return beside
  return walk.byName ? definitionsByName(name, reading, walk) : []
}

/** `Reviewer.review` is read inside `Reviewer.review`, `Reviewer` and the file. */
function scopesOf(symbol: string): readonly string[] {
  const parts = symbol === '' ? [] : symbol.split('.')
  return [...parts.keys()].map((end) => parts.slice(0, parts.length - end).join('.')).concat('')
}

/** Modules that hand on what they import (`from . import MODEL`, `export { MODEL } from`), one behind the other. */
const handedOnMax = 3

function importedDefinitions(
  name: string,
  reading: Reading,
  walk: Walk,
  handedOn: number = 0,
): readonly DefinitionFact[] {
  const { graph } = walk
  const [head = '', ...rest] = name.split('.')
  const fact = graph.importOf(reading.path, head)
  if (fact === undefined) return []
  const tail = fact.imported === '*' ? rest.join('.') : [fact.imported, ...rest].join('.')
  const wanted = [tail, rest.join('.')].filter((candidate) => candidate !== '')
  const modules =
    fact.imported === '*' ? [fact.module] : [fact.module, `${fact.module}.${fact.imported}`]
  for (const module of modules) {
    for (const path of modulePaths(reading.path, module, graph.defining)) {
      for (const qualified of wanted) {
        const found = graph.definitionsIn(path, qualified)
        if (found.length > 0) return found
      }
    }
  }
  if (handedOn >= handedOnMax || fact.imported === '*') return []
  for (const path of modulePaths(reading.path, fact.module, graph.importing)) {
    if (path === reading.path || graph.importOf(path, fact.imported) === undefined) continue
    const found = importedDefinitions(tail, { path, symbol: '' }, walk, handedOn + 1)
    if (found.length > 0) return found
  }
  return []
}

/** Languages in which the files of one folder share their names without an import. */
const packageFile = /\.(?:go|java|kts?|cs|swift)$/

function packageDefinitions(name: string, reading: Reading, walk: Walk): readonly DefinitionFact[] {
  const extension = packageFile.exec(reading.path)?.[0]
  if (extension === undefined) return []
  const folder = folderOf(reading.path)
  const found = walk.graph
    .definitionsNamed(name)
    .filter(
      (one) =>
        one.name === name &&
        (one.form === 'constant' || one.form === 'enum-member') &&
        one.place.path.endsWith(extension) &&
        folderOf(one.place.path) === folder,
    )
  return outsideTests(found, reading, walk.graph)
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}

/**
 * By name alone, anywhere in the repository: for what imports do not tell (injected settings, package-wide names).
 * Takes the nearest files, and nothing when the name is too common to say anything.
 */
function definitionsByName(name: string, reading: Reading, walk: Walk): readonly DefinitionFact[] {
  const exact = walk.graph.definitionsNamed(name)
  const last = lastPart(name)
  if (!isTelling(name, last)) return []
  const named = (exact.length > 0 ? exact : walk.graph.definitionsNamed(last)).filter(isReachable)
  const found = outsideTests(named, reading, walk.graph).filter(
    (definition) => !commonMember.test(last) || isOfSameOwner(definition.name, name),
  )
  if (found.length === 0) return []
  const nearest = Math.max(...found.map((one) => sharedDepth(one.place.path, reading.path)))
  const near = found.filter((one) => sharedDepth(one.place.path, reading.path) === nearest)
  const paths = new Set(near.map((one) => one.place.path))
  const sameForm = near.filter((one) => one.form !== 'parameter-default' && one.form !== 'variable')
  const kept = sameForm.length > 0 ? sameForm : near
  return paths.size <= 2 && kept.length <= auditLimits.sameNameDefinitionsMax ? kept : []
}

/** Members that every second class has: `message.model` says nothing of which class it means. */
const commonMember =
  /^(?:default_?)?(?:models?|name|id|model_?(?:id|name|key|type)|llm|engine|deployment(?:_?name)?|value|provider|url|base_?url|endpoint|key|type)$/i

/** Objects that an application has one of. */
const soleObject =
  /(?:^|[._])(?:settings?|config(?:uration)?|conf|cfg|options|opts|env|constants?|defaults?)(?:$|[._(])/i

function isTelling(name: string, last: string): boolean {
  if (/^[A-Z][A-Z0-9_]+$/.test(last)) return true
  if (!name.includes('.')) return false
  const owner = name.slice(0, -last.length - 1)
  if (/^[A-Z]/.test(owner.slice(owner.lastIndexOf('.') + 1)) || soleObject.test(owner)) return true
  return !commonMember.test(last)
}

/** `settings.model` is a member of `Settings` or of some `AppSettings`, and of no other class that has a `model`. */
function isOfSameOwner(definition: string, name: string): boolean {
  const owner = ownerWord(name)
  const other = ownerWord(definition)
  return owner !== '' && other !== '' && (other.endsWith(owner) || owner.endsWith(other))
}

function ownerWord(name: string): string {
  return (name.split('.').at(-2) ?? '').replaceAll('_', '').toLowerCase()
}

/** A local of some other function is never what a name from outside means; a member that a method sets may be. */
function isReachable({ name, form, symbol }: DefinitionFact): boolean {
  if (name.includes('(')) return false
  return form !== 'variable' || symbol === '' || isMember(name, symbol)
}

/** `Settings.MODEL`, set in `Settings.load`. */
function isMember(name: string, symbol: string): boolean {
  const owner = name.slice(0, Math.max(0, name.lastIndexOf('.')))
  return owner !== '' && symbol.startsWith(`${owner}.`)
}

function importedHead(name: string, reading: Reading, walk: Walk): string | null {
  const [head = ''] = name.split('.')
  return walk.graph.importOf(reading.path, head)?.module ?? null
}

function followDefinitions(
  definitions: readonly DefinitionFact[],
  from: Place,
  walk: Walk,
): readonly Candidate[] {
  const results = definitions
    .filter((definition) => !walk.seen.has(definition))
    .flatMap((definition) => {
      const next: Walk = {
        ...walk,
        depth: walk.depth + 1,
        seen: new Set([...walk.seen, definition]),
      }
      const reading = {
        path: definition.place.path,
        symbol: definition.symbol,
        inTest: definition.inTest,
      }
      const hop = hopAt(definition.place, definition.form, definition.name)
      const found = behind(hop, follow(definition.value, reading, next))
      if (definition.form !== 'parameter-default' && definition.form !== 'option-default')
        return found
      const source = `argument:${lastPart(definition.name).replace(/^.*\(|\)$/g, '')}`
      return found.map((one) => ({ ...one, overridableBy: [...one.overridableBy, source] }))
    })
  return results.length > 0 ? results : [endedAt(from, 'its definitions lead to no value')]
}

function followEnvironment(
  variable: string,
  fallback: Value | null,
  place: Place,
  reading: Reading,
  walk: Walk,
): readonly Candidate[] {
  const override = `env:${variable}`
  const next: Walk = { ...walk, depth: walk.depth + 1 }
  const given = nearestScope(
    outsideTests(walk.graph.environment.get(variable) ?? [], reading, walk.graph).filter(
      ({ value }) => value.kind !== 'literal' || !placeholder.test(value.text.trim()),
    ),
    reading.path,
  ).flatMap((fact) => {
    const hop = hopAt(fact.place, 'environment', variable)
    const own = fact.value.kind === 'environment' && fact.value.variable === variable
    if (own) {
      const inner = fact.value.kind === 'environment' ? fact.value.fallback : null
      const defaults =
        inner === null ? [] : follow(inner, { path: fact.place.path, symbol: '' }, next)
      return behind(hop, defaults).map((one) => withOverride(withScope(one, fact.scope), override))
    }
    const inner = follow(fact.value, { path: fact.place.path, symbol: fact.symbol }, next)
    const found = behind(hop, inner).map((one) => withScope(one, fact.scope))
    return isSample(fact.place.path) ? found.map((one) => withOverride(one, override)) : found
  })
  const defaults =
    fallback === null
      ? []
      : follow(fallback, reading, next).map((one) => withOverride(one, override))
  const found = [...given, ...defaults]
  const told = found.filter((one) => one.text !== null)
  if (told.length > 0) return told
  return [endedAt(place, `the value of ${variable} is outside this tree`, [override])]
}

/** `.env.example`: what its reader may write into a file of their own. */
function isSample(path: string): boolean {
  return /(?:^|[/._-])(?:examples?|samples?|templates?|dist|tmpl|tpl)(?:\.(?:env|ya?ml|json|toml))?$/i.test(
    path,
  )
}

/** What a template of variables says where its reader is to write something. */
const placeholder = /^(?:<[^>]*>|your[-_ ].*|.*[-_]here|change[-_]?me|x{3,}|todo|\.{3}|)$/i

/** What a test sets or defines holds in tests alone. */
function outsideTests<T extends { readonly place: Place; readonly inTest?: true }>(
  facts: readonly T[],
  reading: Reading,
  graph: FactGraph,
): readonly T[] {
  if (facts.length === 0 || reading.inTest === true || graph.isTest(reading.path)) return facts
  return facts.filter(
    (fact) =>
      fact.inTest !== true && (fact.place.path === reading.path || !graph.isTest(fact.place.path)),
  )
}

/** Deployment files nearest to the code come first; those of another service are left out. */
function nearestScope<T extends { readonly place: Place }>(
  facts: readonly T[],
  path: string,
): readonly T[] {
  if (facts.length < 2) return facts
  const depths = facts.map((fact) => sharedDepth(fact.place.path, path))
  const service = Math.max(...depths)
  const root = path.split('/').length > 2 ? 2 : 1
  if (service < root) return facts
  return facts.filter(
    (fact, index) => (depths[index] ?? 0) >= root || !isServiceFolder(fact.place.path),
  )
}

function isServiceFolder(path: string): boolean {
  return /^(?:services|apps|packages|modules|cmd|projects)\//.test(path)
}

function followExternal(
  source: string,
  fallback: Value | null,
  place: Place,
  reading: Reading,
  walk: Walk,
): readonly Candidate[] {
  const next: Walk = { ...walk, depth: walk.depth + 1 }
  const separator = source.indexOf(':')
  const kind = source.slice(0, separator)
  const name = source.slice(separator + 1)
  const inside =
    kind === 'setting' ? settingCandidates(name, next) : optionCandidates(kind, name, reading, next)
  const defaults =
    fallback === null ? [] : follow(fallback, reading, next).map((one) => withOverride(one, source))
  const told = [...inside, ...defaults].filter((one) => one.text !== null)
  if (told.length > 0) return told
  return [endedAt(place, `the value of ${source} is outside this tree`, [source])]
}

function settingCandidates(key: string, walk: Walk): readonly Candidate[] {
  const wanted = key.toLowerCase()
  const facts = walk.graph.settings.get(wanted) ?? settingsEndingWith(wanted, walk)
  return facts.flatMap((fact) =>
    behind(
      hopAt(fact.place, 'setting', fact.key),
      follow(fact.value, { path: fact.place.path, symbol: fact.symbol }, walk),
    ).map((one) => withScope(one, fact.scope)),
  )
}

function settingsEndingWith(key: string, walk: Walk) {
  const tail = `.${key}`
  const found = [...walk.graph.settings]
    .filter(([name]) => name.endsWith(tail))
    .flatMap(([, facts]) => facts)
  return found.length <= auditLimits.sameNameDefinitionsMax ? found : []
}

/** `argument:model` is what an option's default says; `input:model` what the action declares. */
function optionCandidates(
  kind: string,
  name: string,
  reading: Reading,
  walk: Walk,
): readonly Candidate[] {
  if (kind !== 'argument' && kind !== 'input' && kind !== 'flag') return []
  const own = walk.graph.definitionsIn(reading.path, name)
  const options = own.filter(
    (definition) => definition.form === 'option-default' && !walk.seen.has(definition),
  )
  return options.length === 0
    ? []
    : followDefinitions(options, { path: reading.path, line: 1 }, walk)
}

function followConcatenation(
  parts: readonly Value[],
  place: Place,
  reading: Reading,
  walk: Walk,
): readonly Candidate[] {
  const next: Walk = { ...walk, depth: walk.depth + 1 }
  let joined: readonly Candidate[] = [written('', place)]
  for (const part of parts) {
    const options = follow(part, reading, next)
    joined = joined
      .flatMap((left) => options.map((right) => join(left, right)))
      .slice(0, auditLimits.candidatesMax)
  }
  return joined
}

function join(left: Candidate, right: Candidate): Candidate {
  return {
    text: left.text === null || right.text === null ? null : left.text + right.text,
    place: left.place,
    hops: [...left.hops, ...right.hops],
    overridableBy: [...new Set([...left.overridableBy, ...right.overridableBy])],
    environment: left.environment ?? right.environment,
    constant: false,
    ending: left.ending ?? right.ending,
  }
}

function followLookup(
  table: string,
  key: Value,
  place: Place,
  reading: Reading,
  walk: Walk,
): readonly Candidate[] {
  const next: Walk = { ...walk, depth: walk.depth + 1 }
  const keys = follow(key, reading, next)
  const named = keys.flatMap((one) => {
    if (one.text === null) return []
    const found = definitionsOf(`${plainName(table)}.${one.text}`, reading, walk)
    return found.length === 0
      ? []
      : followDefinitions(found, place, next).map((candidate) => ({
          ...candidate,
          hops: [...one.hops, ...candidate.hops],
          overridableBy: [...one.overridableBy, ...candidate.overridableBy],
        }))
  })
  if (named.length > 0) return named
  const members = membersNear(plainName(table), reading, walk)
  if (members.length === 0)
    return [endedAt(place, `\`${table}\` cannot be followed to a table of this tree`)]
  return followDefinitions(members, place, next)
}

function membersNear(table: string, reading: Reading, walk: Walk): readonly DefinitionFact[] {
  for (const scope of scopesOf(reading.symbol)) {
    const own = walk.graph.membersOf(reading.path, scope === '' ? table : `${scope}.${table}`)
    if (own.length > 0) return own
  }
  const [head = '', ...rest] = table.split('.')
  const fact = walk.graph.importOf(reading.path, head)
  if (fact !== undefined) {
    const name = fact.imported === '*' ? rest.join('.') : [fact.imported, ...rest].join('.')
    for (const path of modulePaths(reading.path, fact.module, walk.graph.defining)) {
      const members = walk.graph.membersOf(path, name)
      if (members.length > 0) return members
    }
  }
  if (/^(?:os\.environ|process\.env|ENV)$/.test(table)) return []
  return outsideTests(walk.graph.membersOf(null, table), reading, walk.graph)
}

function hopAt(place: Place, kind: string, name: string): Hop {
  return { path: place.path, line: place.line, kind, name }
}

function withOverride(candidate: Candidate, source: string): Candidate {
  return { ...candidate, overridableBy: [...new Set([...candidate.overridableBy, source])] }
}

function withScope(candidate: Candidate, scope: string | null): Candidate {
  return { ...candidate, environment: candidate.environment ?? scope }
}

function distinct(candidates: readonly Candidate[]): readonly Candidate[] {
  const seen = new Map<string, Candidate>()
  for (const one of candidates) {
    const key = `${one.text}\n${one.environment}\n${one.place.path}\n${one.place.line}`
    if (!seen.has(key)) seen.set(key, one)
  }
  const all = [...seen.values()]
  return all.some((one) => one.text !== null) ? all.filter((one) => one.text !== null) : all
}
