import { classifyPath } from '../files/classify.ts'
import { indexPaths, type PathIndex } from './module-paths.ts'
import type {
  ClientFact,
  DefinitionFact,
  EnvironmentFact,
  Fact,
  FallbackFact,
  FeatureFact,
  ImportFact,
  SettingFact,
  UseFact,
} from '../fact.ts'

/** All facts of one repository, indexed by what the resolver asks for. */
export interface FactGraph {
  readonly uses: readonly UseFact[]
  readonly definitions: readonly DefinitionFact[]
  readonly fallbacksIn: (path: string) => readonly FallbackFact[]
  readonly environment: ReadonlyMap<string, readonly EnvironmentFact[]>
  readonly settings: ReadonlyMap<string, readonly SettingFact[]>
  /** Entries that other places name: a LiteLLM `model_name`, a target. */
  readonly aliases: ReadonlyMap<string, readonly UseFact[]>
  readonly definitionsIn: (path: string, name: string) => readonly DefinitionFact[]
  /** Definitions anywhere by qualified name or by its last part. */
  readonly definitionsNamed: (name: string) => readonly DefinitionFact[]
  /** Members of a table or class: `ALIASES` gives `ALIASES.fast`, `ALIASES.smart`. */
  readonly membersOf: (path: string | null, table: string) => readonly DefinitionFact[]
  readonly importOf: (path: string, local: string) => ImportFact | undefined
  readonly clientsIn: (path: string) => readonly ClientFact[]
  readonly clientsNamed: (name: string) => readonly ClientFact[]
  readonly featuresIn: (path: string) => readonly FeatureFact[]
  /** Files that define something, for module names. */
  readonly defining: PathIndex
  /** Files that import something: a name may be handed on by them. */
  readonly importing: PathIndex
  readonly isTest: (path: string) => boolean
}

export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

export function buildFactGraph(facts: readonly Fact[]): FactGraph {
  const index = new FactIndex()
  for (const fact of facts) index.add(fact)
  return index.graph()
}

class FactIndex {
  readonly #uses: UseFact[] = []
  readonly #definitions: DefinitionFact[] = []
  readonly #fallbacks = new Map<string, FallbackFact[]>()
  readonly #environment = new Map<string, EnvironmentFact[]>()
  readonly #settings = new Map<string, SettingFact[]>()
  readonly #aliases = new Map<string, UseFact[]>()
  readonly #definitionsByPath = new Map<string, Map<string, DefinitionFact[]>>()
  readonly #definitionsByName = new Map<string, DefinitionFact[]>()
  readonly #membersByTable = new Map<string, DefinitionFact[]>()
  readonly #imports = new Map<string, Map<string, ImportFact>>()
  readonly #clientsByPath = new Map<string, ClientFact[]>()
  readonly #clientsByName = new Map<string, ClientFact[]>()
  readonly #features = new Map<string, FeatureFact[]>()

  add(fact: Fact): void {
    const { path } = fact.place
    switch (fact.kind) {
      case 'use':
        this.#uses.push(fact)
        if (fact.alias !== null) push(this.#aliases, fact.alias, fact)
        return
      case 'definition':
        this.#addDefinition(fact)
        return
      case 'environment':
        push(this.#environment, fact.variable, fact)
        return
      case 'setting':
        push(this.#settings, fact.key.toLowerCase(), fact)
        return
      case 'client':
        push(this.#clientsByPath, path, fact)
        if (fact.name !== null) push(this.#clientsByName, lastPart(fact.name), fact)
        return
      case 'import': {
        const byLocal = this.#imports.get(path) ?? new Map<string, ImportFact>()
        byLocal.set(fact.local, fact)
        this.#imports.set(path, byLocal)
        return
      }
      case 'fallback':
        push(this.#fallbacks, path, fact)
        return
      case 'feature':
        push(this.#features, path, fact)
        return
      case 'credential':
        return
    }
  }

  #addDefinition(fact: DefinitionFact): void {
    this.#definitions.push(fact)
    const byName =
      this.#definitionsByPath.get(fact.place.path) ?? new Map<string, DefinitionFact[]>()
    push(byName, fact.name, fact)
    this.#definitionsByPath.set(fact.place.path, byName)
    push(this.#definitionsByName, fact.name, fact)
    const last = lastPart(fact.name)
    if (last !== fact.name) {
      push(this.#definitionsByName, last, fact)
      push(this.#membersByTable, fact.name.slice(0, -last.length - 1), fact)
    }
  }

  graph(): FactGraph {
    return {
      uses: this.#uses,
      definitions: this.#definitions,
      fallbacksIn: (path) => this.#fallbacks.get(path) ?? [],
      environment: this.#environment,
      settings: this.#settings,
      aliases: this.#aliases,
      definitionsIn: (path, name) => this.#definitionsByPath.get(path)?.get(name) ?? [],
      definitionsNamed: (name) => this.#definitionsByName.get(name) ?? [],
      membersOf: (path, table) =>
        (this.#membersByTable.get(table) ?? []).filter(
          (member) => path === null || member.place.path === path,
        ),
      importOf: (path, local) => this.#imports.get(path)?.get(local),
      clientsIn: (path) => this.#clientsByPath.get(path) ?? [],
      clientsNamed: (name) => this.#clientsByName.get(name) ?? [],
      featuresIn: (path) => this.#features.get(path) ?? [],
      defining: indexPaths(this.#definitionsByPath.keys()),
      importing: indexPaths(this.#imports.keys()),
      isTest: oncePerPath((path) => classifyPath(path) === 'test'),
    }
  }
}

/** A variable may be set in thousands of files, and each of its readers asks about all of them. */
function oncePerPath(tell: (path: string) => boolean): (path: string) => boolean {
  const told = new Map<string, boolean>()
  return (path) => {
    const known = told.get(path)
    if (known !== undefined) return known
    const found = tell(path)
    told.set(path, found)
    return found
  }
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const items = map.get(key)
  if (items === undefined) map.set(key, [item])
  else items.push(item)
}
