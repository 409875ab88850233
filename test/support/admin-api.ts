import { gatewayKeys } from './gateway-world.ts'

export type AdminRoleUnderTest = 'viewer' | 'operator' | 'counsel' | 'admin'

const tokens: Readonly<Record<AdminRoleUnderTest, string>> = {
  viewer: gatewayKeys.HOLDFAST_TEST_VIEWER,
  operator: gatewayKeys.HOLDFAST_TEST_OPERATOR,
  counsel: gatewayKeys.HOLDFAST_TEST_COUNSEL,
  admin: gatewayKeys.HOLDFAST_TEST_ADMIN,
}

export interface AdminAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Throws when it is no JSON. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what is read, each test knows
  json<T = Readonly<Record<string, unknown>>>(): T
}

/** Asks the admin API of a gateway as a holder of a token, or without one. */
export async function askAdmin(
  url: string,
  path: string,
  options: {
    readonly as?: AdminRoleUnderTest
    readonly method?: string
    readonly body?: unknown
    readonly headers?: Readonly<Record<string, string>>
  } = {},
): Promise<AdminAnswer> {
  const { as, method = 'GET', body, headers = {} } = options
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(as === undefined ? {} : { authorization: `Bearer ${tokens[as]}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- see above
    json: <T>() => JSON.parse(text) as T,
  }
}
