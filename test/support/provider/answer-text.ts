import { createRandomSource } from '../../oracle/random-source.ts'

const plainWords = [
  'amber',
  'basin',
  'cedar',
  'delta',
  'ember',
  'fjord',
  'grove',
  'harbour',
  'islet',
  'juniper',
  'kelp',
  'lagoon',
  'meadow',
  'north',
  'orchard',
  'pebble',
  'quarry',
  'river',
  'summit',
  'tundra',
] as const

/** Two, three and four bytes a character, so that a cut can fall inside one. */
const wideWords = ['Grüße', 'naïve', 'señor', '水車', 'мост', '🌊🪨', 'Ærø', '港'] as const

/**
 * Text that depends on the seed alone; n words of it begin n + 1 words of it. Every tenth word is its own number, so
 * that a lost or repeated stretch is seen, and every fifth holds characters of several bytes.
 */
export function answerText(seed: number, words: number): string {
  const random = createRandomSource(seed + 1)
  let text = ''
  for (let index = 0; index < words; index += 1) {
    const word = wordAt(index, random.pick(plainWords), random.pick(wideWords))
    text += `${gapBefore(index)}${word}${index % 12 === 11 ? '.' : ''}`
  }
  return text
}

function wordAt(index: number, plain: string, wide: string): string {
  if (index % 10 === 9) return String(index + 1)
  return index % 5 === 3 ? wide : plain
}

function gapBefore(index: number): string {
  if (index === 0) return ''
  return index % 40 === 0 ? '\n\n' : ' '
}

/** How the model utters a text: word by word, each with the white space before it. */
export function tokensOf(text: string): readonly string[] {
  return text.match(/\s*\S+|\s+$/gu) ?? []
}

/** How it utters tool arguments: a few characters at a time, never half a character. */
export function argumentTokens(text: string): readonly string[] {
  return text.match(/[\s\S]{1,6}/gu) ?? []
}
