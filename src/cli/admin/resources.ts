import * as z from 'zod'
import { describeApi } from './openapi.ts'
import { everyRole, noQuery, type Resource, resource } from './resource.ts'
import { auditResources } from './resources/audits.ts'
import { circuitResources } from './resources/circuits.ts'
import { decisionResources } from './resources/decisions.ts'
import { directiveResources } from './resources/directives.ts'
import { factResources } from './resources/facts.ts'
import { ledgerResources } from './resources/ledger.ts'
import { policyResources } from './resources/policy.ts'
import { principalChangeResources } from './resources/principal-changes.ts'
import { principalResources } from './resources/principals.ts'
import { qualificationResources } from './resources/qualification.ts'
import { routeResources } from './resources/routes.ts'
import { runResources } from './resources/runs.ts'
import { simulationResources } from './resources/simulations.ts'
import { statusResources } from './resources/status.ts'
import { storeResources } from './resources/store.ts'
import { taskResources } from './resources/tasks.ts'
import { usageResources } from './resources/usage.ts'

/** The admin API, whole: the server serves what stands here, and the description is made from it. */
export const resources: readonly Resource[] = [
  ...statusResources,
  ...circuitResources,
  ...routeResources,
  ...directiveResources,
  ...policyResources,
  ...factResources,
  ...simulationResources,
  ...principalResources,
  ...principalChangeResources,
  ...decisionResources,
  ...ledgerResources,
  ...auditResources,
  ...usageResources,
  ...taskResources,
  ...qualificationResources,
  ...runResources,
  ...storeResources,
  resource({
    method: 'GET',
    path: '/api/v1/openapi.json',
    id: 'describeApi',
    summary: 'This description',
    roles: everyRole,
    query: noQuery,
    body: null,
    answer: z.looseObject({ openapi: z.literal('3.1.0').describe('Version of OpenAPI') }),
    handle: async ({ version }) => describeApi(resources, version),
  }),
]
