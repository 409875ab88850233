import type { Place } from '../../schema/register.ts'
import type { Value } from '../fact.ts'

/** Putting values together and looking inside them. */

export function choice(options: readonly Value[], place: Place): Value {
  const flat = options.flatMap((option) =>
    option.kind === 'choice' && option.inOrder !== true ? option.options : [option],
  )
  const only = flat[0]
  return flat.length === 1 && only !== undefined ? only : { kind: 'choice', options: flat, place }
}

/** `value`, or `fallback` where it is not set: becomes the default of the outermost read that has none. */
export function withFallback(value: Value, fallback: Value): Value {
  if (value.kind === 'environment' || value.kind === 'external') {
    return {
      ...value,
      fallback: value.fallback === null ? fallback : withFallback(value.fallback, fallback),
    }
  }
  if (value.kind === 'choice') {
    const last = value.options.at(-1)
    if (last !== undefined) {
      return { ...value, options: [...value.options.slice(0, -1), withFallback(last, fallback)] }
    }
  }
  return { kind: 'choice', options: [value, fallback], place: value.place, inOrder: true }
}

/** Every literal inside a value, defaults and options included; keys of lookups and parts of texts are left out. */
export function literalsIn(value: Value): readonly Extract<Value, { kind: 'literal' }>[] {
  switch (value.kind) {
    case 'literal':
      return [value]
    case 'environment':
    case 'external':
      return value.fallback === null ? [] : literalsIn(value.fallback)
    case 'choice':
      return value.options.flatMap(literalsIn)
    case 'concatenation':
    case 'lookup':
    case 'name':
    case 'unknown':
      return []
  }
}

/** Whether something in it may lead to a model: a name, a read from outside, or a text put together. */
export function leadsSomewhere(value: Value): boolean {
  switch (value.kind) {
    case 'literal':
    case 'unknown':
      return false
    case 'name':
    case 'environment':
    case 'external':
    case 'lookup':
      return true
    case 'concatenation':
      return value.parts.some(leadsSomewhere)
    case 'choice':
      return value.options.some(leadsSomewhere)
  }
}

/** Places of everything written inside a value, parts of texts and keys included. */
export function placesIn(value: Value): readonly Place[] {
  switch (value.kind) {
    case 'environment':
    case 'external':
      return value.fallback === null ? [value.place] : [value.place, ...placesIn(value.fallback)]
    case 'choice':
      return value.options.flatMap(placesIn)
    case 'concatenation':
      return [value.place, ...value.parts.flatMap(placesIn)]
    case 'lookup':
      return [value.place, ...placesIn(value.key)]
    case 'literal':
    case 'name':
    case 'unknown':
      return [value.place]
  }
}

/** Literals that are the defaults of reads from outside, with what those reads name. */
export function defaultsIn(
  value: Value,
  sources: readonly string[] = [],
): readonly { readonly place: Place; readonly sources: readonly string[] }[] {
  switch (value.kind) {
    case 'literal':
      return sources.length === 0 ? [] : [{ place: value.place, sources }]
    case 'environment':
      return inFallback(value.fallback, [...sources, `env:${value.variable}`])
    case 'external':
      return inFallback(value.fallback, [...sources, value.source])
    case 'choice':
      return value.options.flatMap((option) => defaultsIn(option, sources))
    case 'concatenation':
    case 'lookup':
    case 'name':
    case 'unknown':
      return []
  }
}

function inFallback(fallback: Value | null, sources: readonly string[]) {
  return fallback === null ? [] : defaultsIn(fallback, sources)
}
