import { modelRequest } from '../../qualification/index.ts'
import type { Answerer } from './answerer.ts'
import type { AskedRoute, GatewayAsker } from './ask-gateway.ts'
import type { TriedModel } from './trial-target.ts'

/** How a model over a route is asked for a workflow. */
export function askedRoute({ model, route }: TriedModel, workflow: string): AskedRoute {
  return { model, route: route.id, protocol: route.protocol, provider: route.provider, workflow }
}

/** A model, asked through the gateway. */
export function gatewayAnswerer(asker: GatewayAsker, asked: AskedRoute): Answerer {
  return {
    answer: (task, call) => asker.ask(modelRequest(task.request, asked.model), asked, call),
    find: (call, claimedAt) => asker.find(call, claimedAt, asked),
  }
}
