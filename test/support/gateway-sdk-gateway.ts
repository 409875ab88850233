import { gatewayKeys } from './gateway-world.ts'
import { type Protocol, protocols } from './provider/protocol.ts'

/** Where the routes of each protocol begin behind the address of the provider. */
export const routePaths: Readonly<Record<Protocol, string>> = {
  'openai-chat': '/v1',
  'openai-responses': '/v1',
  'anthropic-messages': '',
  gemini: '',
  'bedrock-converse': '',
}

export function pairModel(upstream: Protocol): string {
  return `test/${upstream}`
}

/** Of Anthropic's models on Bedrock it is known that they take their thoughts back. */
export function pairWireModel(upstream: Protocol): string {
  return upstream === 'bedrock-converse' ? 'eu.anthropic.claude-wire-v1' : `wire-${upstream}`
}

/** One route for each protocol of upstreams, each with a model of its own, and one caller. */
export function pairWorld(
  upstream: string,
): Readonly<Record<string, unknown>> & { readonly routes: readonly object[] } {
  return {
    version: 1,
    organisation: { name: 'Test' },
    routes: protocols.map((protocol) => ({
      id: protocol,
      provider: 'test',
      protocol,
      baseUrl: `${upstream}${routePaths[protocol]}`,
      credential: 'env:HOLDFAST_TEST_UPSTREAM',
      models: { [pairModel(protocol)]: pairWireModel(protocol) },
    })),
    workflows: [
      {
        id: 'pairs',
        task: 'chat',
        audience: ['staff'],
        model: pairModel('openai-chat'),
        fallbacks: protocols.filter((one) => one !== 'openai-chat').map(pairModel),
      },
    ],
    groups: { staff: {} },
    principals: [
      {
        id: 'caller',
        kind: 'service',
        key: 'env:HOLDFAST_TEST_CLEARED',
        class: 'not-foreign-person',
        groups: ['staff'],
      },
    ],
  }
}

export const pairKey = gatewayKeys.HOLDFAST_TEST_CLEARED
