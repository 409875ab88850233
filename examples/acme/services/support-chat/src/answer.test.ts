import { MockLanguageModelV2 } from 'ai/test'
import { expect, test, vi } from 'vitest'

vi.mock('./models.ts', () => ({
  primary: new MockLanguageModelV2({ modelId: 'claude-3-haiku-20240307', doGenerate: async () => { throw new Error('down') } }),
  backup: new MockLanguageModelV2({ modelId: 'gpt-3.5-turbo' }),
}))

test('the backup answers when the primary fails', async () => {
  const { answer } = await import('./answer.ts')
  await expect(answer([{ role: 'user', content: 'Where is my parcel?' }])).resolves.toBeTypeOf('string')
})
