import { nameKey, withoutDate } from '../../src/catalogue/name-key.ts'
import type { Sighting } from './sighting.ts'

/** All sightings of one model under one name. */
export interface ModelGroup {
  readonly vendor: string
  readonly name: string
  readonly sightings: Sighting[]
  readonly snapshots: Set<string>
  readonly aliases: Set<string>
}

/** Models by vendor and name, and the names by which further spellings find them. */
export interface ModelGroups {
  readonly byId: ReadonlyMap<string, ModelGroup>
  /** Floating names that no model bears: vendor, and the name. */
  readonly floating: ReadonlyMap<string, ReadonlySet<string>>
  find(vendor: string, name: string, base?: string): ModelGroup | null
}

interface Named {
  readonly name: string
  readonly snapshot: string | null
}

/**
 * Sorts sightings into models. The undated name is the model, dated ones are its snapshots; vendors that name
 * models by month only (mistral-large-2512) keep that name. Sightings of lower rank never rename a model.
 */
export function groupModels(
  sightings: readonly Sighting[],
  same: Readonly<Record<string, string>>,
): ModelGroups {
  const groups = new Groups(same)
  const ordered = sightings.toSorted((a, b) => a.rank - b.rank)
  for (const sighting of ordered.filter((one) => !isFloating(one))) groups.add(sighting)
  for (const sighting of ordered.filter((one) => isFloating(one))) groups.addFloating(sighting)
  groups.mergeShortDates()
  groups.dropTakenNames()
  return groups
}

/** Vendors whose models have no other home than their own service and the clouds: a hub cannot name them. */
const closedVendors = new Set(['anthropic', 'openai', 'xai', 'perplexity'])

/** How hosting services mark a faster, smaller or free way to serve the same weights. */
const servedForm = /-(?:turbo|fast|lite|tput|ultra|fp4|fp8|free|hd|lightning)$/

const largeClouds = new Set(['aws-bedrock', 'azure', 'google-vertex'])

/** Vercel shortens names; it is heard only for vendors that no other source names. */
const onlyAtVercel = new Set(['bytedance', 'klingai', 'meituan', 'prime-intellect'])

const namingProviders = new Set([
  'aws-bedrock',
  'google-vertex',
  'azure',
  'openrouter',
  'huggingface',
  'nvidia',
  'deepinfra',
  'together',
  'nebius',
  'vercel-ai-gateway',
  'watsonx',
])

/** Whether a sighting may bring a model into the catalogue, or only join one that is there. */
function mayName(sighting: Sighting & { readonly provider?: string }): boolean {
  if (!/^[a-z0-9][a-z0-9._+-]*$/.test(sighting.name)) return false
  if (sighting.rank === 0) return true
  if (servedForm.test(sighting.name)) return false
  if (!namingProviders.has(sighting.provider ?? '')) return false
  if (sighting.provider === 'vercel-ai-gateway') return onlyAtVercel.has(sighting.vendor)
  const closed = closedVendors.has(sighting.vendor) || sighting.name.startsWith('gemini')
  return closed ? largeClouds.has(sighting.provider ?? '') : true
}

/** Mistral's names without a month float as much as those that end in `-latest`. */
const mistralFloating =
  /^(?:mistral-(?:large|medium|small|tiny)|magistral-(?:small|medium)|devstral-(?:small|medium)|codestral|ministral-\d+b|pixtral-large|voxtral-(?:mini|small))$/

function isFloating({ vendor, name }: Sighting): boolean {
  return name.endsWith('-latest') || (vendor === 'mistral' && mistralFloating.test(name))
}

class Groups implements ModelGroups {
  readonly byId = new Map<string, ModelGroup>()
  readonly floating = new Map<string, Set<string>>()
  readonly #same: Readonly<Record<string, string>>
  readonly #byKey = new Map<string, string>()
  readonly #byBase = new Map<string, string>()

  constructor(same: Readonly<Record<string, string>>) {
    this.#same = same
  }

  add(sighting: Sighting): void {
    const { vendor, base } = sighting
    const written = this.#kept(vendor, sighting.name)
    const { name, snapshot } = undated(written)
    const id = this.#idOf(vendor, name, base) ?? `${vendor}/${name}`
    let group = this.byId.get(id)
    if (group === undefined && !mayName(sighting)) return
    if (group === undefined) {
      group = { vendor, name, sightings: [], snapshots: new Set(), aliases: new Set() }
      this.byId.set(id, group)
    }
    group.sightings.push(sighting)
    if (sighting.rank === 0 && (this.#same[`${vendor}/${sighting.name}`] ?? '') !== id) {
      if (snapshot !== null) group.snapshots.add(snapshot)
      else if (written !== group.name) group.aliases.add(written)
    }
    this.#file(vendor, name, id)
    if (base !== undefined && !this.#byBase.has(base)) this.#byBase.set(base, id)
  }

  addFloating(sighting: Sighting): void {
    const { vendor, name } = sighting
    const target = this.#idOf(vendor, name.replace(/-latest$/, ''), undefined)
    const group = target === null ? undefined : this.byId.get(target)
    if (group !== undefined) {
      if (sighting.rank === 0) group.aliases.add(name)
      this.#file(vendor, name, target ?? '')
    } else if (keepsLatest.test(name)) this.add({ ...sighting })
    else if (sighting.rank === 0) {
      const names = this.floating.get(vendor) ?? new Set()
      this.floating.set(vendor, names.add(name))
    }
  }

  /** `gpt-4-0613` is a snapshot of `gpt-4`, once `gpt-4` is known to be a name. */
  mergeShortDates(): void {
    for (const [id, group] of Array.from(this.byId)) {
      const pattern = shortDates[group.vendor]
      const short = pattern === undefined ? group.name : group.name.replace(pattern, '')
      if (short === group.name) continue
      const target = this.byId.get(`${group.vendor}/${short}`)
      if (target === undefined) continue
      target.sightings.push(...group.sightings)
      target.snapshots.add(group.name)
      this.byId.delete(id)
      for (const [key, filed] of this.#byKey) {
        if (filed === id) this.#byKey.set(key, `${group.vendor}/${short}`)
      }
      for (const [base, filed] of this.#byBase) {
        if (filed === id) this.#byBase.set(base, `${group.vendor}/${short}`)
      }
    }
  }

  /** A name that is a model's own is nobody else's alias. */
  dropTakenNames(): void {
    for (const group of this.byId.values()) {
      for (const name of [...group.aliases, ...group.snapshots]) {
        if (!this.byId.has(`${group.vendor}/${name}`)) continue
        group.aliases.delete(name)
        group.snapshots.delete(name)
      }
    }
  }

  find(vendor: string, name: string, base?: string): ModelGroup | null {
    const kept = this.#kept(vendor, name)
    const exact =
      this.byId.get(`${vendor}/${kept}`) ?? this.byId.get(`${vendor}/${undated(kept).name}`)
    if (exact !== undefined) return exact
    const id = this.#idOf(vendor, kept, base) ?? this.#idOf(vendor, withoutDate(kept) ?? kept, base)
    return id === null ? null : (this.byId.get(id) ?? null)
  }

  #kept(vendor: string, name: string): string {
    const same = this.#same[`${vendor}/${name}`]
    return same === undefined ? name : same.slice(vendor.length + 1)
  }

  #idOf(vendor: string, name: string, base: string | undefined): string | null {
    const byBase = base === undefined ? undefined : this.#byBase.get(base)
    return byBase ?? this.#byKey.get(`${vendor} ${nameKey(name)}`) ?? null
  }

  #file(vendor: string, name: string, id: string): void {
    const key = `${vendor} ${nameKey(name)}`
    if (!this.#byKey.has(key)) this.#byKey.set(key, id)
  }
}

/** Names whose `-latest` is part of the only id that the vendor gives. */
const keepsLatest =
  /^(?:chatgpt-|gpt-5.*chat-latest|gpt-daybreak|codex-mini-latest|omni-moderation-latest|chat-latest|chatgpt-image)/

/** How vendors date snapshots without a full date. */
const shortDates: Readonly<Record<string, RegExp>> = {
  openai: /-(?:0[1-9]|1[0-2])[0-3]\d$/,
  google: /-00[1-9]$/,
  xai: /-(?:0[1-9]|1[0-2])[0-3]\d$/,
}

/** Google's numbered revisions are snapshots only where the plain name is a model: `mergeShortDates` sees to that. */
const numbered = /-00\d$/

function undated(name: string): Named {
  const short = numbered.test(name) ? null : withoutDate(name)
  if (short === null) return { name: claudeZero(name), snapshot: null }
  return { name: claudeZero(short), snapshot: name }
}

/** `claude-opus-4-0` is the floating name of `claude-opus-4`. */
function claudeZero(name: string): string {
  return name.replace(/^(claude-(?:opus|sonnet)-4)-0$/, '$1')
}
