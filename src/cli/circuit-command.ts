import { type Command, Option } from 'commander'
import { Fault } from '../base/fault.ts'
import { visibleText } from '../base/visible-text.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import { type ActingFlags, withActing } from './admin/acting.ts'
import { circuitOf, closeCircuits } from './admin/circuit-book.ts'
import {
  CircuitList,
  ClosedCircuits,
  ProbedCircuits,
  type ShownCircuit,
} from './admin/shown-circuit.ts'
import { textTable } from './admin/text-table.ts'
import type { LazyStore } from './open-store.ts'
import { actorOf } from './record-actor.ts'
import { printOut } from './write-output.ts'

interface ChangeFlags extends ActingFlags {
  readonly by?: string | undefined
}

/** Adds `holdfast circuit list | probe | close`. */
export function registerCircuitCommands(program: Command): void {
  const circuit = program
    .command('circuit')
    .description(
      'models that get no traffic since their provider withdrew them: list, probe, close',
    )
    .addHelpText(
      'after',
      `
A model that a provider withdraws (404, 410, no access) gets no more traffic over that route, on every process and
after every start. It is probed every five minutes with a request of one token. Once a probe is served, a person
closes the circuit, and traffic passes again. Circuits after outages close by themselves.

Examples:
  holdfast circuit list
  holdfast circuit close anthropic/claude-fable-5`,
    )
  withCommonOptions(circuit.command('list'))
    .description(
      'circuits that are open; those after outages only of a `holdfast serve` that runs here',
    )
    .addHelpText('after', '\nExample:\n  holdfast circuit list')
    .action(listCircuits)
  withCommonOptions(circuit.command('probe'))
    .description(
      'ask a withdrawn model for one token now, through the `holdfast serve` that runs here',
    )
    .argument('<model>', 'vendor/name, or the id of a circuit')
    .option('--by <name>', 'who does this, for the ledger (default: the user of this machine)')
    .addHelpText('after', '\nExample:\n  holdfast circuit probe anthropic/claude-fable-5')
    .action(probeCircuits)
  withCommonOptions(circuit.command('close'))
    .description('let traffic to a withdrawn model pass again, once a probe was served')
    .argument('<model>', 'vendor/name: all of its circuits; or the id of one')
    .option('--by <name>', 'who does this, for the ledger (default: the user of this machine)')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast circuit close anthropic/claude-fable-5 --by "Ada"',
    )
    .action(closeCircuit)
}

function withCommonOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'holdfast.yaml of the gateway (default: holdfast.yaml)')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'),
    )
}

async function listCircuits(flags: ActingFlags): Promise<void> {
  const circuits = await withActing(flags, async (acting) => {
    if (acting.kind === 'stored') return await storedCircuits(acting.keeper.store, acting.config)
    const found = await acting.client.call(CircuitList, { method: 'GET', path: '/api/v1/circuits' })
    return found.circuits
  })
  await printCircuits(circuits, flags)
}

async function probeCircuits(model: string, flags: ChangeFlags): Promise<void> {
  const by = actorOf(flags.by)
  const { circuits } = await withActing(flags, async (acting) => {
    if (acting.kind === 'stored')
      throw new Fault('HF_ADMIN_UNREACHABLE', 'no `holdfast serve` answers here', {
        expected: 'a gateway on this folder whose admin API has tokens: it is what probes',
        advice: '`holdfast check` asks every model without one',
      })
    return await acting.client.call(ProbedCircuits, {
      method: 'POST',
      path: `/api/v1/circuits/${encodeURIComponent(model)}/probe`,
      body: { by: by.slice(0, 100) },
    })
  })
  await printCircuits(circuits, flags)
}

async function closeCircuit(model: string, flags: ChangeFlags): Promise<void> {
  const by = actorOf(flags.by)
  const closed = await withActing(flags, async (acting) => {
    if (acting.kind === 'served') {
      const found = await acting.client.call(ClosedCircuits, {
        method: 'POST',
        path: `/api/v1/circuits/${encodeURIComponent(model)}/close`,
        body: { by: by.slice(0, 100) },
      })
      return found.closed.map(({ id }) => id)
    }
    const records = await closeCircuits(
      {
        reference: model,
        by,
        isConfigured: (one) => isConfigured(acting.config, one.model ?? '', one.route ?? ''),
      },
      acting.keeper,
    )
    return records.map(({ id }) => id)
  })
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, closed }, null, 2)}\n`
      : closed.map((id) => `${visibleText(id)} is closed: traffic passes again\n`).join(''),
  )
}

/** What is kept while no gateway runs: circuits over withdrawn models. */
async function storedCircuits(
  store: LazyStore,
  config: HoldfastConfig,
): Promise<readonly ShownCircuit[]> {
  const records = (await (await store.ifThere())?.circuits.list()) ?? []
  return records.flatMap((record) => {
    const circuit = record.state === 'closed' ? null : circuitOf(record)
    if (circuit === null || record.state === 'closed') return []
    const { id, kind, model, route, reason } = circuit
    return [
      {
        id,
        kind,
        model,
        route,
        state: record.state,
        reason,
        openedAt: record.openedAt,
        probedAt: record.probedAt,
        lastProbe: null,
        isConfigured: isConfigured(config, model, route),
      },
    ]
  })
}

function isConfigured({ routes }: HoldfastConfig, model: string, route: string): boolean {
  return routes.some(({ id, models }) => id === route && Object.hasOwn(models, model))
}

async function printCircuits(
  circuits: readonly ShownCircuit[],
  { format }: ActingFlags,
): Promise<void> {
  if (format === 'json')
    return await printOut(`${JSON.stringify({ schemaVersion: 1, circuits }, null, 2)}\n`)
  if (circuits.length === 0) return await printOut('no circuit is open\n')
  const titles = ['model', 'route', 'kind', 'state', 'opened', 'probed', 'reason']
  const rows = circuits.map((one) => [
    one.model,
    one.isConfigured ? one.route : `${one.route} (not in holdfast.yaml)`,
    one.kind,
    one.state,
    one.openedAt,
    one.probedAt ?? '-',
    reasonOf(one),
  ])
  await printOut(textTable(titles, rows))
}

function reasonOf({ reason, lastProbe }: ShownCircuit): string {
  if (lastProbe === null || lastProbe.outcome === 'ok') return reason
  return `${reason}; last probe ${lastProbe.outcome}: ${lastProbe.message}`
}
