import { type Command, Option } from 'commander'
import { visibleText } from '../base/visible-text.ts'
import { type ActingFlags, withActing } from './admin/acting.ts'
import { changeRoute, disabledIn, findRoute, standingsIn } from './admin/route-book.ts'
import { withLocalStanding } from './local/local-route.ts'
import { factsOf, OneRoute, RouteList, type ShownRoute, shownRoute } from './admin/shown-route.ts'
import { originOf } from './admin/route-standing.ts'
import { textTable } from './admin/text-table.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import { actorOf } from './record-actor.ts'
import { printOut } from './write-output.ts'

interface ChangeFlags extends ActingFlags {
  readonly by?: string | undefined
  readonly reason?: string | undefined
}

const byHelp = 'who does this, for the ledger (default: the user of this machine)'

/** Adds `holdfast route list | enable | disable | accept`. */
export function registerRouteCommands(program: Command): void {
  const route = program
    .command('route')
    .description('ways to models: take one out of traffic, bring it back, accept a new address')
    .addHelpText(
      'after',
      `
The credential of a route goes to the origin that it was accepted for: the one that holdfast.yaml named when the route
was first used. If another one is written there, the route takes no traffic until somebody accepts it.

Examples:
  holdfast route list
  holdfast route disable anthropic --reason "contract ended"
  holdfast route accept anthropic`,
    )
  withCommonOptions(route.command('list'))
    .description('routes of holdfast.yaml, and which of them take traffic')
    .addHelpText('after', '\nExamples:\n  holdfast route list\n  holdfast route list --format json')
    .action(listRoutes)
  withCommonOptions(route.command('disable'))
    .description(
      'take a route out of traffic, on every process within a second; what is under way ends',
    )
    .argument('<id>', 'id of a route of holdfast.yaml')
    .option('--reason <text>', 'why, for whoever looks later')
    .option('--by <name>', byHelp)
    .addHelpText(
      'after',
      '\nExample:\n  holdfast route disable anthropic --reason "contract ended"',
    )
    .action((id: string, flags: ChangeFlags) => change('disable', id, flags))
  withCommonOptions(route.command('enable'))
    .description('bring a route back into traffic')
    .argument('<id>', 'id of a route of holdfast.yaml')
    .option('--by <name>', byHelp)
    .addHelpText('after', '\nExample:\n  holdfast route enable anthropic')
    .action((id: string, flags: ChangeFlags) => change('enable', id, flags))
  withCommonOptions(route.command('accept'))
    .description('let the credential of a route go to the origin that holdfast.yaml now names')
    .argument('<id>', 'id of a route of holdfast.yaml')
    .option('--by <name>', byHelp)
    .addHelpText('after', '\nExample:\n  holdfast route accept anthropic --by "Ada"')
    .action((id: string, flags: ChangeFlags) => change('accept', id, flags))
}

function withCommonOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'holdfast.yaml that names the routes (default: holdfast.yaml)')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'),
    )
}

async function listRoutes(flags: ActingFlags): Promise<void> {
  const routes = await withActing(flags, async (acting) => {
    if (acting.kind === 'served') {
      const path = '/api/v1/routes'
      return (await acting.client.call(RouteList, { method: 'GET', path })).routes
    }
    const { config, keeper } = acting
    const standings = await standingsIn(config, keeper.store)
    // Without a gateway nothing runs behind the route of `local`.
    const { disabled } = withLocalStanding(config, disabledIn(standings), null)
    return standings.map((one) =>
      shownRoute(one, factsOf(config, one.id), one.disabled ?? disabled.get(one.id) ?? null),
    )
  })
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, routes }, null, 2)}\n`
      : listText(routes),
  )
}

async function change(
  kind: 'enable' | 'disable' | 'accept',
  id: string,
  flags: ChangeFlags,
): Promise<void> {
  const by = actorOf(flags.by)
  const { reason } = flags
  const route = await withActing(flags, async (acting) => {
    if (acting.kind === 'served') {
      const found = await acting.client.call(OneRoute, {
        method: 'POST',
        path: `/api/v1/routes/${encodeURIComponent(id)}/${kind}`,
        body: {
          by: by.slice(0, 100),
          ...(reason === undefined ? {} : { reason }),
          ...(kind === 'accept' ? acceptedIn(acting.config, id) : {}),
        },
      })
      return found.route
    }
    const { config, keeper } = acting
    findRoute(await standingsIn(config, keeper.store), id)
    const standing = await changeRoute({ id, kind, by, reason }, config, keeper)
    return shownRoute(standing, factsOf(config, id))
  })
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, route }, null, 2)}\n`
      : `${visibleText(changedText(route))}\n`,
  )
}

/** What whoever accepts has read in holdfast.yaml. */
function acceptedIn({ routes }: HoldfastConfig, id: string): { readonly origin?: string } {
  const route = routes.find((one) => one.id === id)
  return route === undefined ? {} : { origin: originOf(route) }
}

function changedText({ id, state, origin, acceptedOrigin, reason }: ShownRoute): string {
  switch (state) {
    case 'enabled':
      return `\`${id}\` takes traffic, at ${origin}`
    case 'disabled':
      return `\`${id}\` takes no traffic${reason === null ? '' : `: ${reason}`}`
    case 'not-running':
      return `\`${id}\` takes no traffic: ${reason ?? 'nothing runs behind it'}`
    case 'origin-not-accepted':
      return `\`${id}\` takes no traffic: its credential was accepted for ${acceptedOrigin ?? 'another origin'}, not for ${origin}`
  }
}

function listText(routes: readonly ShownRoute[]): string {
  if (routes.length === 0) return 'no routes\n'
  const titles = ['id', 'state', 'provider', 'origin', 'models', 'note']
  const rows = routes.map((one) => [
    one.id,
    one.state,
    one.provider,
    one.origin,
    String(one.models.length),
    noteOf(one),
  ])
  return textTable(titles, rows)
}

function noteOf({ id, state, reason, changedBy, changedAt, acceptedOrigin }: ShownRoute): string {
  if (state === 'disabled')
    return `by ${changedBy ?? 'somebody'} at ${changedAt ?? 'an unknown instant'}${reason === null ? '' : `: ${reason}`}`
  if (state === 'not-running') return reason ?? '-'
  if (state === 'origin-not-accepted')
    return `accepted for ${acceptedOrigin ?? 'another origin'}; \`holdfast route accept ${id}\``
  return '-'
}
