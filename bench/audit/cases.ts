import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { PlaceClass } from '../../src/schema/detector.ts'
import { FallbackGrade, FileContext, ResolutionState, Role } from '../../src/schema/vocabulary.ts'

/** Labelled cases: small trees with what a careful reader would find in them, written before any detector was read. */

const line = z.int().positive()

export const Label = z
  .strictObject({
    path: z.string(),
    /** Where the model stands, or the call that uses it; a finding at any of these places counts. */
    line: line.optional(),
    lines: z.array(line).min(1).optional(),
    /** Further places in other files (the constant, the deployment value). */
    also: z.array(z.strictObject({ path: z.string(), line })).default([]),
    /** `vendor/name`; `vendor/*` when the name floats or vendors disagree on it; null: nobody can tell from the tree. */
    model: z.string().nullable(),
    modelAsWritten: z.string().optional(),
    /** More than one where careful readers may differ. */
    role: z.union([Role, z.array(Role).min(1)]),
    context: z.union([FileContext, z.array(FileContext).min(1)]),
    provider: z.string().nullable().optional(),
    resolution: ResolutionState.optional(),
    hidden: z.literal(true).optional(),
    fallback: z.strictObject({ model: z.string(), grade: FallbackGrade.optional() }).optional(),
  })
  .refine((label) => (label.line === undefined) !== (label.lines === undefined), {
    message: 'give either line or lines',
  })
export type Label = z.infer<typeof Label>

/** A place where a dependency would be wrong: a whole file, a line, or one model at a line. */
export const Forbidden = z.strictObject({
  path: z.string(),
  line: line.optional(),
  model: z.string().optional(),
})
export type Forbidden = z.infer<typeof Forbidden>

export const Case = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  class: PlaceClass,
  places: z.array(z.int().min(1).max(104)).min(1),
  note: z.string().optional(),
  files: z.record(z.string(), z.string()),
  /** Text of a holdfast.yaml at the root. */
  config: z.string().optional(),
  labels: z.array(Label),
  forbidden: z.array(Forbidden),
})
export type Case = z.infer<typeof Case>

/** Labels alone, for a tree that lies in the repository (bench/audit/acme-expected.yaml). */
export const Expected = z.strictObject({ labels: z.array(Label), forbidden: z.array(Forbidden) })
export type Expected = z.infer<typeof Expected>

export type Half = 'tune' | 'held-out'

/** Rules may be improved by looking at `tune`; `held-out` tells whether they only learnt it by heart. */
export function halfOf(id: string): Half {
  const first = createHash('sha256').update(id).digest()[0] ?? 0
  return first % 2 === 0 ? 'tune' : 'held-out'
}

/** All cases in the order of their files' names. Throws on a label that points outside its file. */
export function loadCases(folder: string): readonly Case[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
  const cases = names.flatMap((name) => {
    const text = readFileSync(path.join(folder, name), 'utf8')
    return z.array(Case).parse(parse(text), { reportInput: true })
  })
  const seen = new Set<string>()
  for (const one of cases) {
    if (seen.has(one.id)) throw new Error(`case \`${one.id}\` is there twice`)
    seen.add(one.id)
    for (const place of placesNamed(one)) {
      const text = one.files[place.path]
      if (text === undefined)
        throw new Error(`case \`${one.id}\` labels \`${place.path}\`, which it lacks`)
      if (place.line !== undefined && place.line > text.split('\n').length) {
        throw new Error(
          `case \`${one.id}\` labels line ${place.line} of \`${place.path}\`, past its end`,
        )
      }
    }
  }
  return cases
}

export function labelPlaces(
  label: Label,
): readonly { readonly path: string; readonly line: number }[] {
  const lines = label.lines ?? (label.line === undefined ? [] : [label.line])
  return [...lines.map((at) => ({ path: label.path, line: at })), ...label.also]
}

function placesNamed(one: Case): readonly { path: string; line?: number | undefined }[] {
  return [...one.labels.flatMap(labelPlaces), ...one.forbidden]
}
