import { Fault } from '../base/fault.ts'
import type { Gap, Register } from '../schema/register.ts'
import { GapKind } from '../schema/vocabulary.ts'
import { isDependency } from './workflows.ts'

/** A condition of `--fail-on`: a kind of gap, or an element that must not be depended on. */
export type Gate =
  | { readonly kind: 'gap'; readonly gap: GapKind }
  | {
      readonly kind: 'element'
      readonly element: 'vendor' | 'provider' | 'model' | 'jurisdiction'
      readonly id: string
    }

export interface GateFailure {
  readonly gate: string
  readonly reason: string
  readonly path: string | null
  readonly line: number | null
}

/** Parses `no-fallback,suspended,jurisdiction:US`. */
export function parseGates(text: string): readonly Gate[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): Gate => {
      const known = GapKind.safeParse(part)
      if (known.success) return { kind: 'gap', gap: known.data }
      const element = /^(?<element>vendor|provider|model|jurisdiction):(?<id>.+)$/.exec(
        part,
      )?.groups
      if (element !== undefined) {
        return {
          kind: 'element',
          element: element['element'] as 'vendor' | 'provider' | 'model' | 'jurisdiction',
          id: element['id'] ?? '',
        }
      }
      throw new Fault('HF_USAGE', `\`${part}\` is no condition of --fail-on`, {
        expected: `${GapKind.options.join(', ')}, or vendor:ID, provider:ID, model:ID, jurisdiction:XX`,
      })
    })
}

export interface GateInput {
  readonly gates: readonly Gate[]
  readonly register: Register
  /** Only what this register does not have already fails. */
  readonly baseline: Register | null
  readonly jurisdictionsOf: (kind: 'vendor' | 'provider', id: string) => readonly string[]
}

export function gateFailures(input: GateInput): readonly GateFailure[] {
  const { register, baseline } = input
  if (baseline !== null && baseline.tool.rules !== register.tool.rules) {
    throw new Fault(
      'HF_REGISTER_RULES_DIFFER',
      'the baseline was made with other rules than this register',
      {
        expected: `rules ${register.tool.rules}`,
        advice: 'make the baseline again with this version of holdfast and the same --rules',
      },
    )
  }
  const knownGaps = new Set((baseline?.gaps ?? []).map(gapKey))
  const knownDependencies = new Set((baseline?.dependencies ?? []).map((one) => one.id))
  return input.gates.flatMap((gate): readonly GateFailure[] => {
    if (gate.kind === 'gap') {
      return register.gaps
        .filter((gap) => gap.kind === gate.gap && !knownGaps.has(gapKey(gap)))
        .map((gap) => ({ gate: gate.gap, reason: gap.reason, path: gap.path, line: gap.line }))
    }
    return register.dependencies
      .filter((one) => isDependency(one) && !knownDependencies.has(one.id))
      .filter((one) => elementsOf(gate, one, input).includes(gate.id))
      .map((one) => ({
        gate: `${gate.element}:${gate.id}`,
        reason: `${one.model ?? one.modelAsWritten} depends on ${gate.element} ${gate.id}`,
        path: one.occurrences[0]?.path ?? null,
        line: one.occurrences[0]?.line ?? null,
      }))
  })
}

function elementsOf(
  gate: Gate & { readonly kind: 'element' },
  dependency: Register['dependencies'][number],
  input: GateInput,
): readonly (string | null)[] {
  switch (gate.element) {
    case 'vendor':
      return [dependency.vendor]
    case 'provider':
      return [dependency.route.provider]
    case 'model':
      return [dependency.model]
    case 'jurisdiction':
      return [
        ...(dependency.vendor === null ? [] : input.jurisdictionsOf('vendor', dependency.vendor)),
        ...(dependency.route.provider === null
          ? []
          : input.jurisdictionsOf('provider', dependency.route.provider)),
      ]
  }
}

/** A gap is the same gap while its kind, workflow, dependency and file stay; lines may move. */
export function gapKey(gap: Gap): string {
  return `${gap.kind}\n${gap.workflow}\n${gap.dependency}\n${gap.path}`
}
