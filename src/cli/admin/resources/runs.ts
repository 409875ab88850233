import { Readable } from 'node:stream'
import * as z from 'zod'
import { noteChange } from '../change-note.ts'
import { idIn } from '../kept-name.ts'
import {
  actingRoles,
  everyRole,
  noQuery,
  operatingRoles,
  resource,
  StreamedAnswer,
} from '../resource.ts'
import { ShownRun } from '../shown-run.ts'
import { byOf, WhoAsks } from '../who-asks.ts'

const runId = { id: 'Id of a run' }

/** What was begun over the admin API and takes long: how it stands, its result, its end. */
export const runResources = [
  resource({
    method: 'GET',
    path: '/api/v1/runs',
    id: 'listRuns',
    summary: 'What this process was asked to do and takes long, the newest first',
    roles: everyRole,
    query: noQuery,
    body: null,
    answer: z.object({ runs: z.array(ShownRun).describe('The newest first') }),
    handle: async ({ runs }) => ({ runs: [...runs.list()] }),
  }),
  resource({
    method: 'GET',
    path: '/api/v1/runs/{id}/result',
    id: 'getRunResult',
    summary: 'What a run came to, as its command prints it with `--format json`',
    roles: actingRoles,
    parameters: runId,
    query: noQuery,
    body: null,
    answer: z.unknown(),
    answerTypes: ['application/json'],
    handle: async ({ runs }, { parameters }) =>
      new StreamedAnswer(
        Readable.from(runs.result(idIn(parameters, 'run')), { objectMode: false }),
        {
          contentType: 'application/json',
          fileName: 'result.json',
        },
      ),
  }),
  resource({
    method: 'GET',
    path: '/api/v1/runs/{id}',
    id: 'showRun',
    summary: 'How a run stands',
    roles: everyRole,
    parameters: runId,
    query: noQuery,
    body: null,
    answer: ShownRun,
    handle: async ({ runs }, { parameters }) => runs.find(idIn(parameters, 'run')),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/runs/{id}/end',
    id: 'endRun',
    summary: 'Ends a run in order; what it has found or asked stays',
    roles: operatingRoles,
    parameters: runId,
    query: noQuery,
    body: WhoAsks,
    answer: ShownRun,
    handle: async (context, { caller, parameters, body }) => {
      const { runs } = context
      const id = idIn(parameters, 'run')
      const { kind } = runs.find(id)
      await noteChange(context, {
        subject: `run ${id}`,
        change: `${kind} ended`,
        by: byOf(caller, body),
      })
      return runs.end(id)
    },
  }),
]
