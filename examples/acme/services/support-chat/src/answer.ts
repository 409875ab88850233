import { generateText, type ModelMessage } from 'ai'
import { backup, primary } from './models.ts'

const SYSTEM = 'You answer customers of Acme about their parcels. Never promise a refund.'

export async function answer(messages: ModelMessage[]): Promise<string> {
  try {
    const { text } = await generateText({ model: primary, system: SYSTEM, messages, maxRetries: 1 })
    return text
  } catch (error) {
    console.warn('primary model failed', error)
    const { text } = await generateText({ model: backup, system: SYSTEM, messages })
    return text
  }
}
