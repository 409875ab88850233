import { type EgressRules, postGuarded } from './egress.ts'

/** Posts JSON; whatever is answered with 2xx counts, and is not read. */
export async function postJson(
  address: string,
  value: unknown,
  rules: EgressRules = { privateHosts: [] },
): Promise<void> {
  await postGuarded(
    {
      address,
      contentType: 'application/json',
      body: JSON.stringify(value),
      answerBytesMax: 0,
    },
    rules,
  )
}
