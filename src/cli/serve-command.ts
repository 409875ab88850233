import type { Command } from 'commander'
import { fitOneProcessor } from './fit-one-processor.ts'
import { serve, type ServeFlags } from './serve.ts'

export function registerServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run the gateway: model traffic, with directives enforced person by person')
    .option(
      '-c, --config <file>',
      'holdfast.yaml with routes, workflows and principals',
      'holdfast.yaml',
    )
    .option(
      '--listen <host:port>',
      'address for model traffic, instead of `gateway.listen` (default: 127.0.0.1:8700)',
    )
    .option(
      '--processes <number>',
      'processes that carry model traffic, or `per-core`, instead of `gateway.processes` (default: 1)',
    )
    .option(
      '--admin-listen <host:port>',
      'address of admin API and metrics, instead of `admin.listen` (default: 127.0.0.1:8701)',
    )
    .option(
      '--with-local [weights]',
      'start the model of `local` in holdfast.yaml, from these weights instead of `local.weights`',
    )
    .addHelpText(
      'after',
      `
Clients keep their SDK and change its base URL:
  OpenAI      http://127.0.0.1:8700/v1
  Anthropic   http://127.0.0.1:8700
with a key of a principal (see holdfast.yaml, or \`holdfast principal add\`) and, where the key has several
workflows, the header \`holdfast-workflow: ID\`.

Every answer says in its header lines what was asked for and what served it: holdfast-requested-model,
holdfast-served-model, holdfast-route, holdfast-outcome (direct, failover, resumed, denied), holdfast-decision.

holdfast.yaml, directives, policies, keys and verdicts are loaded again within a second of a change; SIGHUP asks
for it. SIGTERM and Ctrl-C let requests under way end, for at most 30 s; a second signal ends them with an error at once.
What happens is told on stderr, one line of JSON each.

--with-local starts llama-server for the model of \`local\`, on a port of its own that only the gateway has the key to, and ends
it with the gateway. Until it is ready, and whenever it is not, the other routes serve; docs/guide/local-fallback.md.

The admin port (127.0.0.1:8701 unless \`admin.listen\` says otherwise) answers for health, and to holders of a token of
\`admin.tokens\` with figures and the admin API; docs/guide/operations.md. Before a start: \`holdfast check\`.

Exit codes: 0 ended by a signal, with everything recorded; 2 usage or configuration, for instance a port that is taken, or a
folder on which a gateway runs already; 3 a fault, for instance a folder that cannot be written, or entries of the ledger that
could not be written before the end.

Examples:
  holdfast serve
  holdfast serve --config /etc/holdfast/holdfast.yaml --processes per-core
  holdfast serve --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0`,
    )
    .action((flags: ServeFlags) => {
      fitOneProcessor()
      return serve(flags)
    })
}
