import { suggestNames } from '../catalogue/index.ts'
import { Fault } from '../base/fault.ts'
import {
  cedarSchema,
  compileDirective,
  type DirectiveState,
  directiveStateAt,
  type PolicyUnit,
  widestInstantOf,
} from '../policy/index.ts'
import { visibleText } from '../base/visible-text.ts'
import { noticeOf } from './directive-show.ts'
import {
  nobodysConfig,
  openPolicy,
  type PolicyFlags,
  type PolicyWorkspace,
  snapshotOf,
  warnOnPolicy,
} from './policy-workspace.ts'
import { printOut } from './write-output.ts'

export interface PolicyShowFlags extends PolicyFlags {
  readonly directive?: string | undefined
  readonly workflow?: string | undefined
  readonly schema: boolean
  readonly format: 'text' | 'json'
}

/** One unit as people read it: what it is, above what Cedar is asked. */
interface ShownUnit {
  readonly unit: PolicyUnit
  readonly heading: readonly string[]
}

/** `holdfast policy show`: the rules as Cedar has them, for counsel to read. */
export async function showPolicy(flags: PolicyShowFlags): Promise<void> {
  if (flags.schema) {
    await printOut(cedarSchema)
    return
  }
  // A directive can be read by anybody; what decides only where there is a holdfast.yaml.
  const workspace = await openPolicy(
    flags,
    flags.directive === undefined ? {} : { also: [flags.directive], otherwise: nobodysConfig },
  )
  const shown = chosen(workspace, flags)
  const { engine, at } = workspace
  const units = shown.map(({ unit, heading }) => ({
    id: unit.id,
    title: unit.title,
    heading,
    policies: unit.rules.map(({ id, policy }) => ({ id, text: engine.toText(policy) })),
  }))
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, at, units }, null, 2)}\n`
      : `${units.map(unitText).join('\n\n')}\n`,
  )
  warnOnPolicy(workspace)
}

function unitText(unit: {
  readonly heading: readonly string[]
  readonly policies: readonly { readonly text: string }[]
}): string {
  const heading = unit.heading.map((line) => `// ${visibleText(line)}`)
  return [...heading, ...unit.policies.map(({ text }) => text)].join('\n')
}

function chosen(workspace: PolicyWorkspace, flags: PolicyShowFlags): readonly ShownUnit[] {
  const { states, at } = workspace
  if (flags.directive !== undefined) return [directiveAsked(workspace, flags.directive)]
  const snapshot = snapshotOf(workspace, { expiresAt: endOfTime, version: 0 })
  if (flags.workflow !== undefined) {
    const unit = snapshot.units.find(({ id }) => id === `workflow:${flags.workflow}`)
    if (unit === undefined) throw unknownWorkflow(workspace, flags.workflow)
    return [{ unit, heading: [`workflow ${flags.workflow} of holdfast.yaml`] }]
  }
  const silent = states
    .filter(({ isInForce }) => !isInForce)
    .map(({ directive }) => `directive ${directive.id} restricts nothing at ${at}`)
  const shown = snapshot.units.map((unit) => ({ unit, heading: headingOf(unit, states) }))
  return shown.map((one, index) =>
    index === 0 ? { ...one, heading: [...silent, ...one.heading] } : one,
  )
}

const endOfTime = '9999-12-31T23:59:59.999Z'

/** A directive that restricts nothing now is shown as it was, or will be, at its widest. */
function directiveAsked(workspace: PolicyWorkspace, reference: string): ShownUnit {
  const { states, world, asked } = workspace
  const state = states.find(({ directive }) => directive.id === reference) ?? states.at(-1)
  if (state === undefined) throw new TypeError('the directive that was asked for is not there')
  const { directive } = state
  const notes = [
    ...(asked.has(directive.id) ? ['not enforced here: `directives.load` does not list it'] : []),
    ...(state.isInForce ? [] : [`it restricts nothing at ${state.at}`]),
  ]
  const shown = state.isInForce ? state : directiveStateAt(directive, widestInstantOf(directive))
  const unit = compileDirective(shown, world)
  if (unit !== null) {
    const when = state.isInForce ? [] : [`shown as it stands at ${shown.at}, its widest`]
    return { unit, heading: [...directiveHeading(shown, unit), ...notes, ...when] }
  }
  const never = `an act of the kind \`${directive.instrument}\` restricts nothing by itself, so there is no policy`
  const none = {
    id: directive.id,
    kind: 'directive',
    title: directive.title,
    rules: [],
    markers: [],
  } as const
  return { unit: none, heading: [...directiveHeading(state, none), ...notes, never] }
}

function headingOf(unit: PolicyUnit, states: readonly DirectiveState[]): readonly string[] {
  if (unit.kind !== 'directive') return [unit.title]
  const state = states.find(({ directive }) => `directive:${directive.id}` === unit.id)
  return state === undefined ? [unit.title] : directiveHeading(state, unit)
}

/** What counsel must see beside the rule. */
function directiveHeading(state: DirectiveState, unit: PolicyUnit): readonly string[] {
  const { directive, carveOuts } = state
  const { source, review } = directive
  const holding = new Set(unit.markers.map(({ reason }) => reason.clause))
  const clauses = carveOuts.map(({ clause, carveOut }) =>
    [
      `  clause ${clause}`,
      ...(carveOut.note === undefined ? [] : [`: ${carveOut.note}`]),
      ...(holding.has(clause) ? [] : [' (spares nobody here: nothing in holdfast.yaml fills it)']),
    ].join(''),
  )
  return [
    `directive ${directive.id}: ${directive.title}`,
    `issued by ${directive.issuer} as ${directive.instrument}${directive.authority.length === 0 ? '' : `, under ${directive.authority.join('; ')}`}`,
    `source: ${source.url ?? source.title ?? 'none stated'} (text as of ${source.retrieved}), publication: ${directive.publication}`,
    `review: ${review.state}${review.by === null ? '' : ` by ${review.by}`}`,
    ...(clauses.length === 0 ? [] : ['spares, in this order:', ...clauses]),
    ...(directive.effect === 'require-authorisation'
      ? ['spares last: holders of an authorisation of holdfast.yaml under this directive']
      : []),
    noticeOf(directive),
  ]
}

function unknownWorkflow({ config }: PolicyWorkspace, id: string): Fault {
  const ids = config.workflows.map((one) => one.id)
  const near = suggestNames(id, ids)
  return new Fault('HF_USAGE', `holdfast.yaml has no workflow \`${id}\``, {
    expected:
      ids.length === 0 ? 'a workflow; it has none' : `one of ${ids.slice(0, 20).join(', ')}`,
    advice: near.length > 0 ? `did you mean \`${near[0]}\`?` : undefined,
  })
}
